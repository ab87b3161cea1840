/** The practice asks for two-step sign-in and there is none: it is set up here before anything else opens. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Fingerprint, Smartphone } from 'lucide-react'
import { useMemo, useState } from 'react'
import { passkeysPossible } from '../../../passkeys/ask-passkey.ts'
import type { Person, SignInAnswer } from '../../../replica/portal-session.ts'
import { useSession } from '../../../replica/session-context.tsx'
import { Button, ButtonRow } from '../../../ui/button.tsx'
import { Page } from '../../../ui/page.tsx'
import { Card } from '../../../ui/panel.tsx'
import { type Begun, createFactorCalls } from './factor-data.ts'
import { FactorFailure, type ShownFailure } from './factor-failure.tsx'
import { useAddPasskey } from './passkeys.tsx'
import { RecoveryCodes } from './recovery-codes.tsx'
import { SetUpApp } from './set-up-app.tsx'

interface SetUpFirstProps {
  readonly person: Person
  readonly onAnswer: (answer: SignInAnswer) => void
}

export function SetUpFirst({ person, onAnswer }: SetUpFirstProps) {
  const { t } = useLingui()
  const session = useSession()
  const calls = useMemo(() => createFactorCalls(session, person.role), [session, person.role])
  const addPasskey = useAddPasskey(calls)
  const [begun, setBegun] = useState<Begun | null>(null)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const [failure, setFailure] = useState<ShownFailure | null>(null)
  const goOn = async () => onAnswer(await session.goOn())
  const done = (made: readonly string[]) => (made.length > 0 ? setCodes(made) : void goOn())
  const begin = async () => {
    setFailure(null)
    const answer = await calls.beginApp()
    if (answer.ok) setBegun(answer.value)
    else setFailure(answer.failure)
  }
  const make = async () => {
    setFailure(null)
    const added = await addPasskey(1)
    if (added.ok) done(added.value)
    else setFailure(added.failure)
  }
  const content = () => {
    if (codes !== null) return <RecoveryCodes codes={codes} onKept={goOn} />
    if (begun !== null)
      return <SetUpApp calls={calls} begun={begun} onDone={done} onCancel={() => setBegun(null)} />
    return (
      <Card>
        <FactorFailure failure={failure} />
        <p>
          <Trans>Choose one now; you can add the other later.</Trans>
        </p>
        <ButtonRow>
          <Button onClick={begin}>
            <Smartphone size={20} aria-hidden />
            <Trans>Authenticator app</Trans>
          </Button>
          {passkeysPossible() ? (
            <Button look="secondary" onClick={make}>
              <Fingerprint size={20} aria-hidden />
              <Trans>Passkey of this device</Trans>
            </Button>
          ) : null}
        </ButtonRow>
      </Card>
    )
  }
  return (
    <Page
      title={t`Set up two-step sign-in`}
      lead={
        <Trans>
          Your practice asks for something beside your password, so that nobody else gets in with it. It takes
          about two minutes.
        </Trans>
      }
    >
      {content()}
    </Page>
  )
}
