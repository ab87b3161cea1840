/** A new password by a link from a mail; also the first one of staff who were just added. L9 to L12. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { CircleCheckBig } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import type { GivenFactor } from '../../replica/portal-session.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { ErrorSummary } from '../../ui/error-summary.tsx'
import { Card, Notice } from '../../ui/panel.tsx'
import styles from './account-access.module.css'
import { passkeyOf } from './account-calls.ts'
import { AccessPage } from './components/access-page.tsx'
import { CallFailureNotice } from './components/call-failure.tsx'
import { DeadLink } from './components/dead-link.tsx'
import { FactorField, PasskeyFactor } from './components/factor-field.tsx'
import { NeedsNetwork } from './components/needs-network.tsx'
import { NewPassword } from './components/new-password.tsx'
import { factorOf, isLinkSecret, problemOf } from './typed-values.ts'
import { useCall } from './use-call.ts'
import { useProblems } from './use-problems.ts'

export function ResetPasswordPage({ secret }: { readonly secret: string | null }) {
  const { t } = useLingui()
  const call = useCall()
  const [password, setPassword] = useState('')
  const [email, setEmail] = useState<string | null>(null)
  const [factor, setFactor] = useState('')
  const problems = useProblems([
    problemOf(password, []) !== null && {
      id: 'password',
      message: t`Choose a password of at least 12 characters that others would not guess`,
    },
  ])
  if (email !== null) return <Done email={email} />
  if (secret === null || !isLinkSecret(secret)) return <DeadLink title={t`Choose a new password`} again />
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    await send(factorOf(factor))
  }
  const send = async (proof: { readonly factor?: GivenFactor }) => {
    if (!problems.check()) return
    const reset = await call.run(({ resetPassword }) => resetPassword({ link: secret, password, ...proof }))
    if (!reset) return
    setPassword('')
    setEmail(reset.value.email)
  }
  return (
    <AccessPage
      title={t`Choose a new password`}
      lead={
        <Trans>It is used from now on, on every device. You will have to sign in again everywhere.</Trans>
      }
    >
      <NeedsNetwork>
        <Trans>Choosing a new password needs a connection.</Trans>
      </NeedsNetwork>
      <ErrorSummary problems={problems.problems} attempt={problems.attempt} />
      {call.failure ? (
        <CallFailureNotice
          failure={call.failure}
          wrongCode={call.isUncertain ? <MayBeDone /> : <NoLongerGood />}
        />
      ) : null}
      <Card>
        <form onSubmit={submit} noValidate className={styles.form}>
          <NewPassword
            id="password"
            label={t`New password`}
            value={password}
            onChange={setPassword}
            about={[]}
            error={problems.of('password')}
          />
          {call.asksFactor ? <FactorField value={factor} onChange={setFactor} /> : null}
          <PasskeyFactor
            question={passkeyOf(call.failure)}
            busy={call.busy}
            onFactor={(given) => send({ factor: given })}
          />
          <Button type="submit" wide busy={call.busy}>
            {call.busy ? <Trans>Saving…</Trans> : <Trans>Use this password</Trans>}
          </Button>
        </form>
      </Card>
      {call.failure?.why === 'wrong-code' ? (
        <p className={styles.links}>
          <Link to="/forgot-password">
            <Trans>Send me a new link</Trans>
          </Link>
          <Link to="/sign-in">
            <Trans>Sign in</Trans>
          </Link>
        </p>
      ) : null}
    </AccessPage>
  )
}

const NoLongerGood = () => (
  <Trans>
    This link was used already, or is too old. Your password was not changed. Ask for a new link; the newest
    one is the one that works.
  </Trans>
)
const MayBeDone = () => (
  <Trans>
    Your last attempt may have changed the password although its answer did not arrive. Try to sign in with
    the new one; if that does not work, ask for a new link.
  </Trans>
)

function Done({ email }: { email: string }) {
  const { t } = useLingui()
  return (
    <AccessPage title={t`Your password is changed`}>
      <Notice icon={CircleCheckBig} tone="good" role="status">
        <p>
          <Trans>
            You sign in with {email} and the new password from now on. What you saved on your devices and did
            not send yet is still there.
          </Trans>
        </p>
      </Notice>
      <Link to="/sign-in" state={{ signInEmail: email }} className={buttonClass('primary', true)}>
        <Trans>Sign in</Trans>
      </Link>
    </AccessPage>
  )
}
