/** Something sensitive is about to be done: shows once more who is there, with whatever the account has. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert, Fingerprint } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { askPasskey, forget, passkeysPossible } from '../../passkeys/ask-passkey.ts'
import { useSessionView } from '../../replica/session-context.tsx'
import type { StepUpNeeded } from '../../replica/step-up.ts'
import { Button } from '../../ui/button.tsx'
import { CodeField } from '../../ui/code-field.tsx'
import Dialog from '../../ui/dialog.tsx'
import { Notice } from '../../ui/panel.tsx'
import { PasswordField } from '../../ui/password-field.tsx'
import styles from './sign-in.module.css'

type Way = StepUpNeeded['accepts'][number]
type Problem = 'wrong' | 'locked' | 'unreachable' | 'stopped'
/** The body of `confirm`. */
type Proof =
  | { readonly password: string }
  | { readonly factor: { readonly kind: Way; readonly value: string } }

interface StepUpProps {
  readonly needed: StepUpNeeded
  /** Undefined: it is confirmed. */
  readonly onProof: (proof: Proof) => Promise<'wrong' | 'locked' | 'unreachable' | undefined>
  readonly onClose: () => void
}

export default function StepUp({ needed, onProof, onClose }: StepUpProps) {
  const { t } = useLingui()
  const { person } = useSessionView()
  const ways = needed.accepts.filter((way) => way !== 'passkey' || passkeysPossible())
  const [way, setWay] = useState<Way>(ways[0] ?? 'password')
  const [typed, setTyped] = useState('')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const submit = async (event?: FormEvent) => {
    event?.preventDefault()
    setProblem(null)
    if (way !== 'passkey' && typed.trim() === '') return
    setBusy(true)
    const proof = await proofOf(way, typed, needed.passkey)
    setProblem(proof === null ? 'stopped' : ((await onProof(proof)) ?? null))
    setBusy(false)
  }
  const others = ways.filter((other) => other !== way)
  return (
    <Dialog
      title={t`Is it you?`}
      onClose={onClose}
      buttons={
        <>
          <Button busy={busy} onClick={() => submit()}>
            {way === 'passkey' ? <Fingerprint size={18} aria-hidden /> : null}
            {way === 'passkey' ? <Trans>Use my passkey</Trans> : <Trans>Confirm</Trans>}
          </Button>
          <Button look="secondary" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
        </>
      }
    >
      <p>
        <Trans>Asked again, so that nobody else does this in your place.</Trans>
      </p>
      <form onSubmit={submit} noValidate className={styles.form}>
        <StepUpProblem problem={problem} />
        <input type="hidden" name="username" autoComplete="username" value={person?.email ?? ''} readOnly />
        {way === 'password' ? (
          <PasswordField id="step-up-password" label={t`Your password`} value={typed} onChange={setTyped} />
        ) : null}
        {way === 'totp' || way === 'recovery-code' ? (
          <CodeField
            key={way}
            id="step-up-code"
            label={way === 'totp' ? t`Code from your authenticator app` : t`Recovery code`}
            digits={way === 'totp'}
            value={typed}
            onChange={setTyped}
          />
        ) : null}
      </form>
      {others.map((other) => (
        <p key={other}>
          <Button
            look="quiet"
            onClick={() => {
              setWay(other)
              setTyped('')
              setProblem(null)
            }}
          >
            {other === 'totp' ? <Trans>Use my authenticator app</Trans> : null}
            {other === 'passkey' ? <Trans>Use a passkey</Trans> : null}
            {other === 'recovery-code' ? <Trans>Use a recovery code</Trans> : null}
            {other === 'password' ? <Trans>Use my password</Trans> : null}
          </Button>
        </p>
      ))}
    </Dialog>
  )
}

async function proofOf(way: Way, typed: string, question: StepUpNeeded['passkey']): Promise<Proof | null> {
  if (way === 'password') return { password: typed }
  if (way !== 'passkey') return { factor: { kind: way, value: typed } }
  const asked = await askPasskey(question ?? {})
  if (!asked.ok) return null
  forget(asked.passkey)
  return { factor: { kind: 'passkey', value: asked.passkey.answer } }
}

function StepUpProblem({ problem }: { problem: Problem | null }) {
  if (problem === null) return null
  const isCalm = problem === 'unreachable' || problem === 'stopped'
  return (
    <Notice icon={CircleAlert} tone={isCalm ? 'wait' : 'bad'} role="alert">
      <p>
        {problem === 'wrong' ? <Trans>That is not right. Nothing was changed; try again.</Trans> : null}
        {problem === 'locked' ? (
          <Trans>Too many attempts. Nothing was changed; try again in half an hour.</Trans>
        ) : null}
        {problem === 'unreachable' ? (
          <Trans>
            The clinic cannot be reached now. Nothing was changed; try again when you are connected.
          </Trans>
        ) : null}
        {problem === 'stopped' ? (
          <Trans>The passkey was not used. Try again, or use another way.</Trans>
        ) : null}
      </p>
    </Notice>
  )
}
