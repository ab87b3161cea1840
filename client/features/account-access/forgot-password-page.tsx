/** Asking for a link to choose a new password. The answer is the same for every address, and says so. L9. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link, useLocation } from '@tanstack/react-router'
import { MailCheck } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { ErrorSummary } from '../../ui/error-summary.tsx'
import { TextField } from '../../ui/field.tsx'
import { Card, Notice } from '../../ui/panel.tsx'
import styles from './account-access.module.css'
import { AccessPage } from './components/access-page.tsx'
import { CallFailureNotice } from './components/call-failure.tsx'
import { NeedsNetwork } from './components/needs-network.tsx'
import { isEmail } from './typed-values.ts'
import { useCall } from './use-call.ts'
import { useProblems } from './use-problems.ts'

export function ForgotPasswordPage() {
  const { t } = useLingui()
  const call = useCall()
  const known = useLocation({ select: ({ state }) => state.signInEmail })
  const [email, setEmail] = useState(known ?? '')
  const [isAsked, setAsked] = useState(false)
  const problems = useProblems([
    !isEmail(email) && { id: 'email', message: t`Enter the email address that you sign in with` },
  ])
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (problems.check() && (await call.run(({ forgotPassword }) => forgotPassword(email.trim()))))
      setAsked(true)
  }
  if (isAsked) return <Asked email={email.trim()} onAgain={() => setAsked(false)} />
  return (
    <AccessPage
      title={t`Choose a new password`}
      lead={<Trans>We send a link to the address of your account.</Trans>}
    >
      <NeedsNetwork>
        <Trans>Asking for a new password needs a connection.</Trans>
      </NeedsNetwork>
      <ErrorSummary problems={problems.problems} attempt={problems.attempt} />
      {call.failure ? <CallFailureNotice failure={call.failure} /> : null}
      <Card>
        <form onSubmit={submit} noValidate className={styles.form}>
          <TextField
            id="email"
            name="username"
            label={t`Email`}
            type="email"
            inputMode="email"
            autoComplete="username"
            spellCheck={false}
            value={email}
            onChange={setEmail}
            error={problems.of('email')}
          />
          <Button type="submit" wide busy={call.busy}>
            {call.busy ? <Trans>Sending…</Trans> : <Trans>Send me a link</Trans>}
          </Button>
        </form>
      </Card>
      <p className={styles.links}>
        <Link to="/sign-in">
          <Trans>Back to sign-in</Trans>
        </Link>
        <Link to="/register">
          <Trans>I have no account yet</Trans>
        </Link>
      </p>
    </AccessPage>
  )
}

function Asked({ email, onAgain }: { email: string; onAgain: () => void }) {
  const { t } = useLingui()
  return (
    <AccessPage title={t`Look at your messages`}>
      <Notice icon={MailCheck} tone="good" role="status">
        <p>
          <Trans>
            If there is an account with {email}, a link to choose a new password is on its way there. It is
            good for 30 minutes and works once.
          </Trans>
        </p>
      </Notice>
      <p>
        <Trans>
          Until you choose a new one, your password stays as it is, and everything you saved on your devices
          stays there. No message? Look in your spam folder, check the address, or call your practice: they
          see which address belongs to you.
        </Trans>
      </p>
      <p className={styles.links}>
        <Button look="quiet" onClick={onAgain}>
          <Trans>Another address, or another link</Trans>
        </Button>
      </p>
    </AccessPage>
  )
}
