/** Signing in, for clients and staff. Works with password managers and pasting; the password stays in this form only. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link, useRouter } from '@tanstack/react-router'
import { Lock, ShieldCheck } from 'lucide-react'
import { type FormEvent, lazy, Suspense, useState } from 'react'
import { LanguageSwitch } from '../../appearance/language-switch.tsx'
import type { SignInAnswer, SignInFailure } from '../../replica/portal-session.ts'
import { useSession, useSessionView } from '../../replica/session-context.tsx'
import { Button } from '../../ui/button.tsx'
import { ErrorSummary, type FieldProblem } from '../../ui/error-summary.tsx'
import { TextField } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { Card, Notice } from '../../ui/panel.tsx'
import { PasswordField } from '../../ui/password-field.tsx'
import { Door } from '../../ui/shell.tsx'
import { PasskeyButton } from './passkey-button.tsx'
import styles from './sign-in.module.css'
import { SignInFailureNotice } from './sign-in-failure.tsx'
import { type Stage, stageOf } from './stage-of.ts'

const SignInStage = lazy(() => import('./sign-in-stage.tsx'))

interface SignInPageProps {
  readonly audience: 'client' | 'staff'
  /** Known from the page before. */
  readonly email?: string | undefined
}

export function SignInPage({ audience, email: known = '' }: SignInPageProps) {
  const { t } = useLingui()
  const session = useSession()
  const router = useRouter()
  const { lockReason } = useSessionView()
  const [email, setEmail] = useState(known)
  const [password, setPassword] = useState('')
  const [attempt, setAttempt] = useState(0)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<SignInFailure | null>(null)
  const [stage, setStage] = useState<Stage | null>(null)
  const problems: FieldProblem[] = []
  if (attempt > 0 && email.trim() === '') problems.push({ id: 'email', message: t`Enter your email` })
  if (attempt > 0 && password === '') problems.push({ id: 'password', message: t`Enter your password` })
  const problem = (id: string) => problems.find((one) => one.id === id)?.message

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setAttempt(attempt + 1)
    setFailure(null)
    if (email.trim() === '' || password === '') return
    setBusy(true)
    const result = await session.signIn({ email: email.trim(), password })
    setBusy(false)
    await answered(result)
  }
  const answered = async (result: SignInAnswer) => {
    setStage(stageOf(result))
    if (!result.ok) return setFailure(stageOf(result) === null ? (result.reason as SignInFailure) : null)
    const { role } = result.person
    // Who looks after others belongs where their records are.
    const home = role === 'client' || role === 'proxy' ? 'client' : 'staff'
    if (home !== audience) await router.navigate({ to: home === 'staff' ? '/staff' : '/', replace: true })
  }
  if (stage !== null)
    return (
      <Door>
        <Suspense>
          <SignInStage
            stage={stage}
            mayRemember={audience === 'client'}
            onAnswer={answered}
            onBack={() => setStage(null)}
          />
        </Suspense>
      </Door>
    )

  return (
    <Door>
      <Page
        title={audience === 'staff' ? t`Staff sign-in` : t`Sign in`}
        lead={
          audience === 'staff' ? (
            <Trans>For the practice's clinicians and front desk.</Trans>
          ) : (
            <Trans>Your forms, appointments and messages with your practice.</Trans>
          )
        }
        keepFocus
      >
        {lockReason === 'wiped' ? (
          <Notice icon={ShieldCheck}>
            <p>
              <Trans>
                This device was signed out from elsewhere, and everything on it was removed. Where the clinic
                still takes it, what was not sent was handed in first.
              </Trans>
            </p>
          </Notice>
        ) : null}
        {audience === 'staff' && lockReason === 'idle' ? (
          <Notice icon={Lock}>
            <p>
              <Trans>You were signed out after 15 minutes without a touch.</Trans>
            </p>
          </Notice>
        ) : null}
        <ErrorSummary problems={problems} attempt={attempt} />
        {failure ? <SignInFailureNotice reason={failure} unlocking={false} /> : null}
        <Card>
          <form onSubmit={submit} noValidate className={styles.form}>
            <TextField
              id="email"
              name="username"
              label={t`Email`}
              type="email"
              inputMode="email"
              autoComplete="username webauthn"
              spellCheck={false}
              value={email}
              onChange={setEmail}
              error={problem('email')}
            />
            <PasswordField
              id="password"
              label={t`Password`}
              value={password}
              onChange={setPassword}
              error={problem('password')}
            />
            <Button type="submit" wide busy={busy}>
              {busy ? <Trans>Signing in…</Trans> : <Trans>Sign in</Trans>}
            </Button>
          </form>
          <PasskeyButton inField onAnswer={answered} />
        </Card>
        <p className={styles.links}>
          <Link to="/forgot-password" state={{ signInEmail: email.trim() }}>
            <Trans>Forgot your password?</Trans>
          </Link>
          {audience === 'client' ? (
            <Link to="/register">
              <Trans>Set up an account</Trans>
            </Link>
          ) : null}
        </p>
        {audience === 'client' ? (
          <div>
            <LanguageSwitch />
          </div>
        ) : null}
        <p className={styles.note}>
          <Trans>
            In an emergency call 911. To talk to someone right now, call or text 988, day or night.
          </Trans>
        </p>
      </Page>
    </Door>
  )
}
