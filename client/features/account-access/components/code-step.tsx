/** The code from the contact on file. Whether one was sent is not known here, and the page does not pretend to. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { MailQuestionMark } from 'lucide-react'
import type { FormEvent } from 'react'
import { Button } from '../../../ui/button.tsx'
import { ErrorSummary } from '../../../ui/error-summary.tsx'
import { Card, Notice } from '../../../ui/panel.tsx'
import { clockOf } from '../../../ui/time.ts'
import styles from '../account-access.module.css'
import { type AwaitedCode, placeOf } from '../registration-steps.ts'
import { codeDigits, isCode } from '../typed-values.ts'
import { useCall } from '../use-call.ts'
import { useProblems } from '../use-problems.ts'
import type { Registration } from '../use-registration.ts'
import { AccessPage } from './access-page.tsx'
import { CallFailureNotice } from './call-failure.tsx'
import { CodeField } from './code-field.tsx'

export function CodeStep({
  typed,
  type,
  go,
  prove,
  awaited,
}: Registration & { readonly awaited: AwaitedCode }) {
  const { i18n, t } = useLingui()
  const call = useCall()
  const time = clockOf(i18n.locale, awaited.goodUntil)
  const problems = useProblems([
    !isCode(typed.code) && { id: 'code', message: t`Enter the six digits of the code` },
  ])
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (!problems.check()) return
    const code = codeDigits(typed.code)
    const proven = await call.run(({ proveByCode }) => proveByCode({ id: awaited.id, code }))
    if (!proven) return
    prove(proven.value)
    await go('sign-in', { instead: true })
  }
  return (
    <AccessPage
      title={t`Enter the code`}
      place={placeOf('code', false)}
      lead={
        <Trans>
          If we found your record, a code is on its way to the email address that your practice has for you.
          It is good until {time}.
        </Trans>
      }
    >
      <ErrorSummary problems={problems.problems} attempt={problems.attempt} />
      {call.failure ? <CallFailureNotice failure={call.failure} /> : null}
      <Card>
        <form onSubmit={submit} noValidate className={styles.form}>
          <CodeField value={typed.code} onChange={(code) => type({ code })} error={problems.of('code')} />
          <Button type="submit" wide busy={call.busy}>
            {call.busy ? <Trans>Checking…</Trans> : <Trans>Continue</Trans>}
          </Button>
        </form>
      </Card>
      <Notice icon={MailQuestionMark}>
        <h2>
          <Trans>No message after a few minutes?</Trans>
        </h2>
        <p>
          <Trans>
            Look in your spam folder. Then check what you typed, or call your practice: they see which address
            is on file and can invite you. To protect everybody’s privacy this page cannot tell whether there
            is a record.
          </Trans>
        </p>
        <p>
          <Link to="/register">
            <Trans>Check what I typed, or ask for another code</Trans>
          </Link>
        </p>
      </Notice>
    </AccessPage>
  )
}
