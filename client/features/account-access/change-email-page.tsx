/** Another address to sign in with: asked for here, confirmed by a link that goes there. Until then nothing changes. L14. */
import { Trans, useLingui } from '@lingui/react/macro'
import { MailCheck } from 'lucide-react'
import { type FormEvent, type ReactNode, useState } from 'react'
import { useSession, useSessionView } from '../../replica/session-context.tsx'
import { Button } from '../../ui/button.tsx'
import { ErrorSummary } from '../../ui/error-summary.tsx'
import { TextField } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { Card, Fact, Facts, Notice } from '../../ui/panel.tsx'
import { PasswordField } from '../../ui/password-field.tsx'
import { clockOf } from '../../ui/time.ts'
import styles from './account-access.module.css'
import { CallFailureNotice } from './components/call-failure.tsx'
import { FactorField } from './components/factor-field.tsx'
import { NeedsNetwork } from './components/needs-network.tsx'
import { isEmail } from './typed-values.ts'
import { useAccount } from './use-account.ts'
import { useProblems } from './use-problems.ts'
import { useProof } from './use-proof.ts'

export function ChangeEmailPage({ above }: { readonly above: ReactNode }) {
  const { i18n, t } = useLingui()
  const session = useSession()
  const { person, state } = useSessionView()
  const { account, again } = useAccount()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const proof = useProof()
  const pending = account?.pending ?? null
  const present = person?.email ?? ''
  const problems = useProblems([
    (!isEmail(email) || email.trim().toLowerCase() === present) && {
      id: 'email',
      message: t`Enter the new email address, such as name@example.org`,
    },
    password === '' && { id: 'present', message: t`Enter your password` },
  ])
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    proof.forget()
    if (!problems.check()) return
    const path = `/api/v1/${state === 'staff' ? 'staff' : 'portal'}/auth/change-email`
    const isDone = await proof.run((factor) =>
      session.request({ method: 'POST', path, body: { password, email: email.trim(), ...factor } }),
    )
    if (!isDone) return
    setPassword('')
    setEmail('')
    problems.forget()
    again()
  }
  const waiting = pending?.email ?? ''
  const time = pending === null ? '' : clockOf(i18n.locale, pending.until)
  return (
    <Page title={t`Change your email address`} above={above}>
      {pending === null ? null : (
        <Notice icon={MailCheck} role="status">
          <h2>
            <Trans>Waiting for you to confirm {waiting}</Trans>
          </h2>
          <p>
            <Trans>
              A message with a link is on its way there; the link is good until {time}. Until you open it you
              sign in with your present address. If there is no message, look in the spam folder or check the
              address and ask again.
            </Trans>
          </p>
        </Notice>
      )}
      <NeedsNetwork>
        <Trans>Changing your address needs a connection.</Trans>
      </NeedsNetwork>
      <ErrorSummary problems={problems.problems} attempt={problems.attempt} />
      {proof.failure ? <CallFailureNotice failure={proof.failure} /> : null}
      <Card>
        <Facts>
          <Fact name={t`Present address`}>{present}</Fact>
        </Facts>
        <form onSubmit={submit} noValidate className={styles.form}>
          <TextField
            id="email"
            label={t`New address`}
            hint={t`It is used to sign in, and for messages about your account. Your old address is told.`}
            type="email"
            inputMode="email"
            autoComplete="email"
            spellCheck={false}
            value={email}
            onChange={setEmail}
            error={problems.of('email')}
          />
          <PasswordField
            id="present"
            label={t`Your password`}
            hint={t`Asked again, so that nobody else does this in your place.`}
            value={password}
            onChange={setPassword}
            error={problems.of('present')}
          />
          {proof.asksFactor ? <FactorField value={proof.factor} onChange={proof.setFactor} /> : null}
          <Button type="submit" wide busy={proof.busy}>
            {proof.busy ? <Trans>Sending…</Trans> : <Trans>Send the link</Trans>}
          </Button>
        </form>
      </Card>
    </Page>
  )
}
