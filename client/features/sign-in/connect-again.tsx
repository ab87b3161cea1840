/**
 * Open, and the clinic wants to know once more who is there before anything is exchanged: a second step, a password that
 * was changed elsewhere, or a first factor to set up. Everything on the device goes on working meanwhile.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { LogIn } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import type { SignInAnswer, SignInFailure } from '../../replica/portal-session.ts'
import { useSession, useSessionView, useSyncView } from '../../replica/session-context.tsx'
import { Button, ButtonRow, buttonClass } from '../../ui/button.tsx'
import Dialog from '../../ui/dialog.tsx'
import { Notice } from '../../ui/panel.tsx'
import { PasswordField } from '../../ui/password-field.tsx'
import { PasskeyButton } from './passkey-button.tsx'
import { SecondStep } from './second-step.tsx'
import styles from './sign-in.module.css'
import { SignInFailureNotice } from './sign-in-failure.tsx'

export default function ConnectAgain() {
  const { asks } = useSessionView()
  const { link } = useSyncView()
  const [open, setOpen] = useState(false)
  if (link !== 'sign-in-needed') return null
  if (asks === 'set-up')
    return (
      <div className={styles.above}>
        <Notice icon={LogIn} tone="wait" role="status">
          <p>
            <Trans>
              Your practice now asks for two-step sign-in. Set it up to send and receive; everything you saved
              is safe on this device.
            </Trans>
          </p>
          <ButtonRow>
            <Link to="/two-step" className={buttonClass('secondary')}>
              <Trans>Set it up</Trans>
            </Link>
          </ButtonRow>
        </Notice>
      </div>
    )
  return (
    <div className={styles.above}>
      <Notice icon={LogIn} tone="wait" role="status">
        <p>
          <Trans>Sign in to send and receive. Everything you saved is safe on this device.</Trans>
        </p>
        <ButtonRow>
          <Button look="secondary" onClick={() => setOpen(true)}>
            <Trans>Sign in</Trans>
          </Button>
        </ButtonRow>
      </Notice>
      {open ? <ConnectDialog onClose={() => setOpen(false)} /> : null}
    </div>
  )
}

function ConnectDialog({ onClose }: { onClose: () => void }) {
  const { t } = useLingui()
  const session = useSession()
  const { asks, person } = useSessionView()
  const [answer, setAnswer] = useState<SignInAnswer | null>(null)
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const step =
    answer !== null && !answer.ok && 'step' in answer
      ? answer.step
      : answer === null && asks !== undefined && asks !== 'set-up'
        ? asks
        : null
  const answered = (next: SignInAnswer) => (next.ok ? onClose() : setAnswer(next))
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (password === '') return
    setBusy(true)
    answered(await session.signIn({ email: person?.email ?? '', password }))
    setBusy(false)
  }
  const failure =
    answer !== null && !answer.ok && step === null && !('person' in answer)
      ? (answer.reason as SignInFailure)
      : null
  return (
    <Dialog
      title={step === null ? t`Sign in` : t`One more step`}
      onClose={onClose}
      buttons={
        <Button look="secondary" onClick={onClose}>
          <Trans>Not now</Trans>
        </Button>
      }
    >
      {failure === null ? null : <SignInFailureNotice reason={failure} unlocking={false} />}
      {step === null ? (
        <form onSubmit={submit} noValidate className={styles.form}>
          <PasswordField
            id="connect-password"
            label={t`Your password`}
            value={password}
            onChange={setPassword}
          />
          <Button type="submit" wide busy={busy}>
            <Trans>Sign in</Trans>
          </Button>
          <PasskeyButton onAnswer={answered} />
        </form>
      ) : (
        <SecondStep step={step} mayRemember onAnswer={answered} />
      )}
    </Dialog>
  )
}
