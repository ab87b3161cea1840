/** Another address than the one on file is proved before there is an account. */
import { Trans, useLingui } from '@lingui/react/macro'
import type { FormEvent } from 'react'
import { useSession } from '../../../replica/session-context.tsx'
import { Button } from '../../../ui/button.tsx'
import { ErrorSummary } from '../../../ui/error-summary.tsx'
import { Card } from '../../../ui/panel.tsx'
import { clockOf } from '../../../ui/time.ts'
import styles from '../account-access.module.css'
import type { AwaitedCode } from '../registration-steps.ts'
import { codeDigits, isCode } from '../typed-values.ts'
import { useCall } from '../use-call.ts'
import { useProblems } from '../use-problems.ts'
import type { Registration } from '../use-registration.ts'
import { AccessPage } from './access-page.tsx'
import { CallFailureNotice } from './call-failure.tsx'
import { CodeField } from './code-field.tsx'

export function VerifyStep({
  typed,
  type,
  finish,
  awaited,
}: Registration & { readonly awaited: AwaitedCode }) {
  const { i18n, t } = useLingui()
  const call = useCall()
  const session = useSession()
  const time = clockOf(i18n.locale, awaited.goodUntil)
  const { email } = typed
  const problems = useProblems([
    !isCode(typed.code) && { id: 'code', message: t`Enter the six digits of the code` },
  ])
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (!problems.check()) return
    const { password } = typed
    const code = codeDigits(typed.code)
    if (!(await call.run(({ verifyEmail }) => verifyEmail({ id: awaited.id, code })))) return
    finish()
    await session.signIn({ email: email.trim(), password })
  }
  return (
    <AccessPage
      title={t`Confirm your address`}
      lead={
        <Trans>
          A message is on its way to {email}. The code in it is good until {time} and sets up your account.
        </Trans>
      }
    >
      <ErrorSummary problems={problems.problems} attempt={problems.attempt} />
      {call.failure ? <CallFailureNotice failure={call.failure} /> : null}
      <Card>
        <form onSubmit={submit} noValidate className={styles.form}>
          <CodeField value={typed.code} onChange={(code) => type({ code })} error={problems.of('code')} />
          <Button type="submit" wide busy={call.busy}>
            {call.busy ? <Trans>Setting up…</Trans> : <Trans>Confirm and set up my account</Trans>}
          </Button>
        </form>
      </Card>
      <p className={styles.note}>
        <Trans>
          No message? Look in your spam folder. If the address has a mistake, go back and type it again:
          nothing else is lost.
        </Trans>
      </p>
    </AccessPage>
  )
}
