/** The second step: a code of the app, a passkey, or a recovery code, whichever the account has. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert, Fingerprint } from 'lucide-react'
import { type FormEvent, type RefObject, useRef, useState } from 'react'
import { askPasskey, forget, passkeysPossible } from '../../passkeys/ask-passkey.ts'
import type { FactorKind, NextStep, SignInAnswer } from '../../replica/portal-session.ts'
import { useSession } from '../../replica/session-context.tsx'
import { Button, ButtonRow } from '../../ui/button.tsx'
import { Option } from '../../ui/choice.tsx'
import { CodeField } from '../../ui/code-field.tsx'
import { Notice } from '../../ui/panel.tsx'
import styles from './sign-in.module.css'
import { SignInFailureNotice } from './sign-in-failure.tsx'

interface SecondStepProps {
  readonly step: NextStep
  /** Clients may have their own device remembered. */
  readonly mayRemember: boolean
  /** Anything but a wrong code. */
  readonly onAnswer: (answer: SignInAnswer) => void
}
type Problem = 'empty' | 'stopped' | 'not-here' | Extract<SignInAnswer, { ok: false }>['reason']

export function SecondStep({ step, mayRemember, onAnswer }: SecondStepProps) {
  const session = useSession()
  const kinds = step.factors.filter((kind) => kind !== 'passkey' || passkeysPossible())
  const [kind, setKind] = useState<FactorKind>(kinds[0] ?? 'recovery-code')
  const [code, setCode] = useState('')
  const [remember, setRemember] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const input = useRef<HTMLInputElement>(null)

  const give = async (value: string) => {
    const answer = await session.takeStep({ kind, value, remember })
    if (answer.ok || answer.reason !== 'wrong_factor') return onAnswer(answer)
    setProblem('wrong_factor')
    setCode('')
    input.current?.focus()
  }
  const submit = async (event?: FormEvent) => {
    event?.preventDefault()
    setProblem(null)
    if (kind !== 'passkey' && code.trim() === '') {
      setProblem('empty')
      return input.current?.focus()
    }
    setBusy(true)
    if (kind !== 'passkey') await give(code)
    else {
      const asked = await askPasskey(step.passkey ?? {})
      if (asked.ok) {
        forget(asked.passkey)
        await give(asked.passkey.answer)
      } else setProblem(asked.why === 'not-here' ? 'not-here' : 'stopped')
    }
    setBusy(false)
  }
  const change = (next: FactorKind) => {
    setKind(next)
    setCode('')
    setProblem(null)
  }

  return (
    <form onSubmit={submit} noValidate className={styles.form}>
      {problem === null || problem === 'empty' ? null : <StepProblem problem={problem} kind={kind} />}
      {kind === 'passkey' ? (
        <p>
          <Trans>Your device asks for your fingerprint, face or screen lock.</Trans>
        </p>
      ) : (
        <StepCode kind={kind} value={code} onChange={setCode} isEmpty={problem === 'empty'} input={input} />
      )}
      {mayRemember ? (
        <Option
          id="remember"
          type="checkbox"
          name="remember"
          checked={remember}
          onChange={setRemember}
          note={<Trans>Only on a device that nobody else uses.</Trans>}
        >
          <Trans>Do not ask on this device for 30 days</Trans>
        </Option>
      ) : null}
      <Button type="submit" wide busy={busy}>
        {kind === 'passkey' ? (
          <>
            <Fingerprint size={20} aria-hidden />
            <Trans>Use my passkey</Trans>
          </>
        ) : (
          <Trans>Continue</Trans>
        )}
      </Button>
      <OtherWays kinds={kinds.filter((other) => other !== kind)} onChange={change} />
    </form>
  )
}

interface StepCodeProps {
  readonly kind: FactorKind
  readonly value: string
  readonly onChange: (value: string) => void
  readonly isEmpty: boolean
  readonly input: RefObject<HTMLInputElement | null>
}

function StepCode({ kind, value, onChange, isEmpty, input }: StepCodeProps) {
  const { t } = useLingui()
  const isApp = kind === 'totp'
  return (
    <CodeField
      key={kind}
      id="code"
      label={isApp ? t`Code from your authenticator app` : t`Recovery code`}
      hint={
        isApp
          ? t`Six digits that change every 30 seconds.`
          : t`One of the codes you kept when you set up two-step sign-in. Each works once.`
      }
      error={isEmpty ? (isApp ? t`Enter the code from your app` : t`Enter a recovery code`) : undefined}
      digits={isApp}
      value={value}
      onChange={onChange}
      inputRef={input}
    />
  )
}

function OtherWays({
  kinds,
  onChange,
}: {
  kinds: readonly FactorKind[]
  onChange: (kind: FactorKind) => void
}) {
  if (kinds.length === 0) return null
  return (
    <ButtonRow>
      {kinds.map((kind) => (
        <Button key={kind} look="quiet" onClick={() => onChange(kind)}>
          {kind === 'totp' ? <Trans>Use my authenticator app</Trans> : null}
          {kind === 'passkey' ? <Trans>Use a passkey</Trans> : null}
          {kind === 'recovery-code' ? <Trans>Use a recovery code</Trans> : null}
        </Button>
      ))}
    </ButtonRow>
  )
}

function StepProblem({ problem, kind }: { problem: Exclude<Problem, 'empty'>; kind: FactorKind }) {
  if (problem === 'wrong_factor')
    return (
      <Notice icon={CircleAlert} tone="bad" role="alert">
        <p>
          {kind === 'totp' ? (
            <Trans>
              That code is not right, or was used already. Wait for the next one and check that the time of
              your phone is set automatically. Nothing was changed.
            </Trans>
          ) : (
            <Trans>
              That did not match, or was used already. Nothing was changed; try again or use another way.
            </Trans>
          )}
        </p>
      </Notice>
    )
  if (problem === 'stopped' || problem === 'not-here')
    return (
      <Notice icon={CircleAlert} tone="wait" role="alert">
        <p>
          {problem === 'stopped' ? (
            <Trans>The passkey was not used. Try again, or use another way.</Trans>
          ) : (
            <Trans>This browser cannot use your passkey here. Use another way.</Trans>
          )}
        </p>
      </Notice>
    )
  return problem === 'one_more_factor' ||
    problem === 'set_up_needed' ||
    problem === 'password_needed' ? null : (
    <SignInFailureNotice reason={problem} unlocking={false} />
  )
}
