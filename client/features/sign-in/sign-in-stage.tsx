/** What follows a password or a passkey that was right, on a page of its own, until somebody is in. */
import { Trans, useLingui } from '@lingui/react/macro'
import { type FormEvent, useState } from 'react'
import type { SignInAnswer } from '../../replica/portal-session.ts'
import { useSession } from '../../replica/session-context.tsx'
import { Button } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { Card } from '../../ui/panel.tsx'
import { PasswordField } from '../../ui/password-field.tsx'
import { SecondStep } from './second-step.tsx'
import styles from './sign-in.module.css'
import { SignInFailureNotice } from './sign-in-failure.tsx'
import type { Stage } from './stage-of.ts'
import { SetUpFirst } from './two-step/set-up-first.tsx'

interface SignInStageProps {
  readonly stage: Stage
  readonly mayRemember: boolean
  readonly onAnswer: (answer: SignInAnswer) => void
  readonly onBack: () => void
}

export default function SignInStage({ stage, mayRemember, onAnswer, onBack }: SignInStageProps) {
  const { t } = useLingui()
  const back = (
    <Button look="quiet" onClick={onBack}>
      <Trans>Back to the sign-in</Trans>
    </Button>
  )
  if (stage.reason === 'set_up_needed')
    return (
      <>
        <SetUpFirst person={stage.person} onAnswer={onAnswer} />
        {back}
      </>
    )
  if (stage.reason === 'password_needed')
    return (
      <Page
        title={t`Protect this device`}
        lead={
          <Trans>
            Your passkey let you in, but it cannot protect what is kept on this device. Your password does
            that, once.
          </Trans>
        }
      >
        <Card>
          <FinishByPassword onAnswer={onAnswer} />
        </Card>
        {back}
      </Page>
    )
  if (!('step' in stage)) return null
  return (
    <Page title={t`One more step`} lead={<Trans>Your password is right. Now show that it is you.</Trans>}>
      <Card>
        <SecondStep step={stage.step} mayRemember={mayRemember} onAnswer={onAnswer} />
      </Card>
      {back}
    </Page>
  )
}

function FinishByPassword({ onAnswer }: Pick<SignInStageProps, 'onAnswer'>) {
  const { t } = useLingui()
  const session = useSession()
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const [isWrong, setWrong] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setWrong(false)
    if (password === '') return
    setBusy(true)
    const answer = await session.finishByPassword({ password })
    setBusy(false)
    if (!answer.ok && answer.reason === 'wrong_credentials') setWrong(true)
    else onAnswer(answer)
  }
  return (
    <form onSubmit={submit} noValidate className={styles.form}>
      {isWrong ? <SignInFailureNotice reason="wrong_credentials" unlocking={false} /> : null}
      <PasswordField id="password" label={t`Password`} value={password} onChange={setPassword} />
      <Button type="submit" wide busy={busy}>
        <Trans>Continue</Trans>
      </Button>
    </form>
  )
}
