/** What finds a record. It proves nothing, and the page says so: the code goes to the contact on file alone. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import type { FormEvent } from 'react'
import { Button } from '../../../ui/button.tsx'
import { ChoiceGroup, Option } from '../../../ui/choice.tsx'
import { ErrorSummary } from '../../../ui/error-summary.tsx'
import { TextField } from '../../../ui/field.tsx'
import { Card } from '../../../ui/panel.tsx'
import { today } from '../../../ui/time.ts'
import styles from '../account-access.module.css'
import { awaitedCode, placeOf } from '../registration-steps.ts'
import { birthDate, isSsn4 } from '../typed-values.ts'
import { useCall } from '../use-call.ts'
import { useProblems } from '../use-problems.ts'
import type { Registration } from '../use-registration.ts'
import { AccessPage } from './access-page.tsx'
import { BirthDateField } from './birth-date-field.tsx'
import { CallFailureNotice } from './call-failure.tsx'
import { NeedsNetwork } from './needs-network.tsx'

export function FindStep({ typed, type, go }: Registration) {
  const { i18n, t } = useLingui()
  const call = useCall()
  const born = birthDate(typed.born, i18n.locale, today())
  const problems = useProblems([
    born === null && { id: 'born', message: t`Enter your date of birth` },
    typed.by === 'ssn4' &&
      !isSsn4(typed.ssn4) && {
        id: 'ssn4',
        message: t`Enter the last four digits of your social security number`,
      },
    typed.by === 'mrn' &&
      typed.mrn.trim() === '' && { id: 'mrn', message: t`Enter your medical record number` },
  ])
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (!problems.check() || born === null) return
    const by = typed.by === 'ssn4' ? { ssn4: typed.ssn4.trim() } : { mrn: typed.mrn.trim() }
    const found = await call.run(({ findRecord }) => findRecord({ dateOfBirth: born, ...by }))
    if (found) await go('code', { code: awaitedCode(found.value, Date.now()) })
  }
  return (
    <AccessPage
      title={t`Set up your account`}
      place={placeOf('find', false)}
      lead={<Trans>For clients of the practice. First, we look for your record.</Trans>}
    >
      <NeedsNetwork>
        <Trans>Setting up an account needs a connection.</Trans>
      </NeedsNetwork>
      <ErrorSummary problems={problems.problems} attempt={problems.attempt} />
      {call.failure ? <CallFailureNotice failure={call.failure} /> : null}
      <Card>
        <form onSubmit={submit} noValidate className={styles.form}>
          <BirthDateField
            value={typed.born}
            onChange={(value) => type({ born: value })}
            error={problems.of('born')}
          />
          <ChoiceGroup id="by" role="radiogroup" label={t`What else do you have at hand?`}>
            <Option
              id="by-ssn4"
              type="radio"
              name="by"
              checked={typed.by === 'ssn4'}
              onChange={() => type({ by: 'ssn4' })}
            >
              <Trans>My social security number</Trans>
            </Option>
            <Option
              id="by-mrn"
              type="radio"
              name="by"
              checked={typed.by === 'mrn'}
              onChange={() => type({ by: 'mrn' })}
              note={t`It is on letters of the practice.`}
            >
              <Trans>My medical record number</Trans>
            </Option>
          </ChoiceGroup>
          {typed.by === 'ssn4' ? (
            <TextField
              id="ssn4"
              label={t`Last four digits of your social security number`}
              inputMode="numeric"
              short
              value={typed.ssn4}
              onChange={(ssn4) => type({ ssn4 })}
              error={problems.of('ssn4')}
            />
          ) : (
            <TextField
              id="mrn"
              label={t`Medical record number`}
              spellCheck={false}
              value={typed.mrn}
              onChange={(mrn) => type({ mrn })}
              error={problems.of('mrn')}
            />
          )}
          <Button type="submit" wide busy={call.busy}>
            {call.busy ? <Trans>Looking…</Trans> : <Trans>Continue</Trans>}
          </Button>
        </form>
      </Card>
      <p className={styles.links}>
        <Link to="/sign-in">
          <Trans>I have an account already</Trans>
        </Link>
      </p>
    </AccessPage>
  )
}
