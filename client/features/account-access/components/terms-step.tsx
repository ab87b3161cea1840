/** The terms, to read in place, and the last press: from here on there is an account, or a code to prove the address. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import type { FormEvent } from 'react'
import { useSession } from '../../../replica/session-context.tsx'
import { Button } from '../../../ui/button.tsx'
import { Option } from '../../../ui/choice.tsx'
import { ErrorSummary } from '../../../ui/error-summary.tsx'
import { FieldError } from '../../../ui/field.tsx'
import { Card } from '../../../ui/panel.tsx'
import styles from '../account-access.module.css'
import { awaitedCode, placeOf } from '../registration-steps.ts'
import { useCall } from '../use-call.ts'
import { useProblems } from '../use-problems.ts'
import type { Registration } from '../use-registration.ts'
import { AccessPage } from './access-page.tsx'
import { CallFailureNotice } from './call-failure.tsx'
import { TermsText } from './terms-text.tsx'

export function TermsStep({
  typed,
  type,
  go,
  proven,
  finish,
  isInvited,
}: Registration & { isInvited: boolean }) {
  const { t } = useLingui()
  const call = useCall()
  const session = useSession()
  const problems = useProblems([
    !typed.accepts && { id: 'accepts', message: t`Accept the terms to go on, or call your practice` },
  ])
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (!problems.check() || proven === null) return
    const { email, password } = typed
    const opened = await call.run(({ openAccount }) =>
      openAccount({ ticket: proven.ticket, email: email.trim(), password }),
    )
    if (!opened) return
    if (opened.value.next === 'verify') return go('verify', { code: awaitedCode(opened.value, Date.now()) })
    finish()
    await session.signIn({ email: email.trim(), password })
  }
  return (
    <AccessPage
      title={t`Terms of use`}
      place={placeOf('terms', isInvited)}
      lead={<Trans>What the portal is for, and how we treat what you write there.</Trans>}
    >
      <ErrorSummary problems={problems.problems} attempt={problems.attempt} />
      {call.failure ? (
        <CallFailureNotice
          failure={call.failure}
          wrongCode={
            call.isUncertain ? (
              <Trans>
                Your account may have been made by your last attempt, although the answer did not arrive.
                Please try to sign in; if that does not work, begin again.
              </Trans>
            ) : (
              <Trans>
                Too much time has passed since you entered the code. There is no account yet. Please begin
                again; it takes a minute.
              </Trans>
            )
          }
        />
      ) : null}
      <Card>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also with the keyboard */}
        <section className={styles.scroll} tabIndex={0} aria-label={t`Text of the terms`}>
          <TermsText />
        </section>
        <form onSubmit={submit} noValidate className={styles.form}>
          <div className={styles.accept}>
            <FieldError id="accepts">{problems.of('accepts')}</FieldError>
            <Option
              id="accepts"
              type="checkbox"
              name="accepts"
              checked={typed.accepts}
              onChange={(accepts) => type({ accepts })}
              invalid={problems.of('accepts') !== undefined}
            >
              <Trans>I have read the terms and accept them</Trans>
            </Option>
          </div>
          <Button type="submit" wide busy={call.busy}>
            {call.busy ? <Trans>Setting up…</Trans> : <Trans>Set up my account</Trans>}
          </Button>
        </form>
      </Card>
      {call.failure?.why === 'wrong-code' || call.failure?.why === 'taken' ? (
        <p className={styles.links}>
          <Link to="/sign-in">
            <Trans>Sign in</Trans>
          </Link>
          <Link to="/register">
            <Trans>Begin again</Trans>
          </Link>
        </p>
      ) : null}
    </AccessPage>
  )
}
