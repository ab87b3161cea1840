/** Opens what is sealed on this device; needs no network. Another person can sign in only by removing it. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { Lock } from 'lucide-react'
import { type FormEvent, lazy, Suspense, useEffect, useRef, useState } from 'react'
import type { SessionView, SignInFailure, UnlockAnswer } from '../../replica/portal-session.ts'
import { useSession, useSessionView } from '../../replica/session-context.tsx'
import { Button } from '../../ui/button.tsx'
import { ErrorSummary } from '../../ui/error-summary.tsx'
import { Page } from '../../ui/page.tsx'
import { Card, Notice } from '../../ui/panel.tsx'
import { PasswordField } from '../../ui/password-field.tsx'
import { Door } from '../../ui/shell.tsx'
import { RemoveFromDevice } from './remove-from-device.tsx'
import styles from './sign-in.module.css'
import { SignInFailureNotice } from './sign-in-failure.tsx'
import { SignInPage } from './sign-in-page.tsx'
import { type Stage, stageOf } from './stage-of.ts'
import { UnlockByPasskey } from './unlock-by-passkey.tsx'

const SignInStage = lazy(() => import('./sign-in-stage.tsx'))

interface UnlockNoticeProps {
  readonly lockReason: SessionView['lockReason']
  readonly isOff: boolean
  readonly failure: { readonly reason: SignInFailure; readonly retryAt?: number } | null
}

function UnlockNotice({ lockReason, isOff, failure }: UnlockNoticeProps) {
  if (isOff) return <SignInFailureNotice reason="password_off" unlocking />
  if (failure) return <SignInFailureNotice reason={failure.reason} retryAt={failure.retryAt} unlocking />
  if (lockReason === 'lease_ended') return <SignInFailureNotice reason="lease_ended" unlocking />
  if (lockReason !== 'idle') return null
  return (
    <Notice icon={Lock}>
      <p>
        <Trans>Locked after 15 minutes without a touch. What you typed is saved.</Trans>
      </p>
    </Notice>
  )
}

export default function UnlockPage() {
  const { t } = useLingui()
  const session = useSession()
  const { person, lockReason, opensBy } = useSessionView()
  const [password, setPassword] = useState('')
  const [attempt, setAttempt] = useState(0)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<{ reason: SignInFailure; retryAt?: number } | null>(null)
  const [stage, setStage] = useState<Stage | null>(null)
  const [byEmail, setByEmail] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => input.current?.focus(), [])
  const problems = attempt > 0 && password === '' ? [{ id: 'password', message: t`Enter your password` }] : []

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setAttempt(attempt + 1)
    setFailure(null)
    if (password === '') return
    setBusy(true)
    const result = await session.unlock({ password })
    setBusy(false)
    answered(result)
  }
  const answered = (result: UnlockAnswer) => {
    const next = stageOf(result)
    setStage(next)
    if (result.ok || next !== null) return
    setFailure(result as { reason: SignInFailure; retryAt?: number })
    input.current?.select()
  }
  if (stage !== null)
    return (
      <Door>
        <Suspense>
          <SignInStage stage={stage} mayRemember onAnswer={answered} onBack={() => setStage(null)} />
        </Suspense>
      </Door>
    )
  const passkeys = opensBy?.passkeys ?? []
  const isOff = opensBy?.password === false || failure?.reason === 'password_off'
  // The clinic knows the password that this device does not: what is here is opened with its help.
  if (byEmail) return <SignInPage audience="client" />

  return (
    <Door>
      <Page
        title={t`Unlock`}
        lead={
          <Trans>
            Everything you saved is on this device. Your password opens it, also without a network.
          </Trans>
        }
        keepFocus
      >
        <UnlockNotice lockReason={lockReason} isOff={isOff} failure={failure} />
        <ErrorSummary problems={problems} attempt={attempt} />
        <Card>
          <form onSubmit={submit} noValidate className={styles.form}>
            {person ? (
              <p className={styles.who}>
                <strong>{person.name}</strong>
                <span>{person.email}</span>
              </p>
            ) : null}
            {/* Tells password managers whose password this is. */}
            <input
              type="hidden"
              name="username"
              autoComplete="username"
              value={person?.email ?? ''}
              readOnly
            />
            <PasswordField
              id="password"
              label={t`Password`}
              value={password}
              onChange={setPassword}
              inputRef={input}
              error={problems[0]?.message}
            />
            <Button type="submit" wide busy={busy}>
              {busy ? <Trans>Unlocking…</Trans> : <Trans>Unlock</Trans>}
            </Button>
          </form>
          {passkeys.length > 0 ? <UnlockByPasskey passkeys={passkeys} onAnswer={answered} /> : null}
        </Card>
        {isOff || failure ? (
          <Button look={isOff ? 'primary' : 'secondary'} wide onClick={() => setByEmail(true)}>
            <Trans>Sign in with your email</Trans>
          </Button>
        ) : null}
        <p className={styles.links}>
          <Link to="/forgot-password" state={{ signInEmail: person?.email ?? '' }}>
            <Trans>Forgot your password?</Trans>
          </Link>
        </p>
        <RemoveFromDevice look="quiet">
          <Trans>Not you? Remove this account from the device</Trans>
        </RemoveFromDevice>
        <p className={styles.note}>
          <Trans>
            In an emergency call 911. To talk to someone right now, call or text 988, day or night.
          </Trans>
        </p>
      </Page>
    </Door>
  )
}
