/** An invitation may have come into other hands: the date of birth is asked for as well. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import type { FormEvent } from 'react'
import { Button } from '../../../ui/button.tsx'
import { ErrorSummary } from '../../../ui/error-summary.tsx'
import { Card } from '../../../ui/panel.tsx'
import { today } from '../../../ui/time.ts'
import styles from '../account-access.module.css'
import { placeOf } from '../registration-steps.ts'
import { birthDate } from '../typed-values.ts'
import { useCall } from '../use-call.ts'
import { useProblems } from '../use-problems.ts'
import type { Registration } from '../use-registration.ts'
import { AccessPage } from './access-page.tsx'
import { BirthDateField } from './birth-date-field.tsx'
import { CallFailureNotice } from './call-failure.tsx'
import { NeedsNetwork } from './needs-network.tsx'

interface InviteStepProps extends Registration {
  readonly invite: string
  readonly onWithout: () => void
}

export function InviteStep({ typed, type, go, prove, invite, onWithout }: InviteStepProps) {
  const { i18n, t } = useLingui()
  const call = useCall()
  const born = birthDate(typed.born, i18n.locale, today())
  const problems = useProblems([born === null && { id: 'born', message: t`Enter your date of birth` }])
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (!problems.check() || born === null) return
    const proven = await call.run(({ proveByInvitation }) => proveByInvitation({ invite, dateOfBirth: born }))
    if (!proven) return
    prove(proven.value)
    await go('sign-in')
  }
  return (
    <AccessPage
      title={t`Set up your account`}
      place={placeOf('find', true)}
      lead={
        <Trans>
          Your practice has invited you. Your date of birth shows that the invitation reached you.
        </Trans>
      }
    >
      <NeedsNetwork>
        <Trans>Setting up an account needs a connection.</Trans>
      </NeedsNetwork>
      <ErrorSummary problems={problems.problems} attempt={problems.attempt} />
      {call.failure ? (
        <CallFailureNotice
          failure={call.failure}
          wrongCode={
            <Trans>
              This date does not fit the invitation, or the invitation was used or is older than seven days.
              Nothing was changed. Check the date; if it is right, call your practice for a new invitation.
            </Trans>
          }
        />
      ) : null}
      <Card>
        <form onSubmit={submit} noValidate className={styles.form}>
          <BirthDateField
            value={typed.born}
            onChange={(value) => type({ born: value })}
            error={problems.of('born')}
          />
          <Button type="submit" wide busy={call.busy}>
            {call.busy ? <Trans>Checking…</Trans> : <Trans>Continue</Trans>}
          </Button>
        </form>
      </Card>
      <p className={styles.links}>
        <Button look="quiet" onClick={onWithout}>
          <Trans>Go on without the invitation</Trans>
        </Button>
        <Link to="/sign-in">
          <Trans>I have an account already</Trans>
        </Link>
      </p>
    </AccessPage>
  )
}
