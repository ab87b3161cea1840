/** One medication: what it is, how to take it, who prescribed it, and what can be asked about it. */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { CircleCheck, CircleStop } from 'lucide-react'
import { useId } from 'react'
import type { Medication } from '../../../../shared/domains/medications/schema.ts'
import type { KnownRefill } from '../../../replica/known-refills.ts'
import { useGranted } from '../../../replica/record-grants.ts'
import { buttonClass } from '../../../ui/button.tsx'
import { Card, Fact, Facts, Status } from '../../../ui/panel.tsx'
import { RefillState } from '../../../ui/refill-state.tsx'
import { dateOf } from '../../../ui/time.ts'
import styles from '../prescriptions.module.css'

export function MedicationFacts({ medication }: { medication: Medication }) {
  const { i18n } = useLingui()
  const { prescriberName, pharmacyName, refillsLeft, startedAt, endedAt } = medication
  const isActive = medication.status === 'active'
  return (
    <Facts>
      <Fact name={<Trans>Prescribed by</Trans>}>{prescriberName}</Fact>
      {pharmacyName ? <Fact name={<Trans>Pharmacy</Trans>}>{pharmacyName}</Fact> : null}
      {isActive && refillsLeft !== undefined ? (
        <Fact name={<Trans>Refills left</Trans>}>
          <Plural value={refillsLeft} _0="None: your practice has to renew it" one="#" other="#" />
        </Fact>
      ) : null}
      <Fact name={<Trans>Since</Trans>}>{dateOf(i18n.locale, startedAt)}</Fact>
      {endedAt ? <Fact name={<Trans>Until</Trans>}>{dateOf(i18n.locale, endedAt)}</Fact> : null}
    </Facts>
  )
}

interface MedicationCardProps {
  readonly medication: Medication
  /** Its request that is under way. */
  readonly open: KnownRefill | undefined
}

export function MedicationCard({ medication, open }: MedicationCardProps) {
  const { t } = useLingui()
  const title = useId()
  const mayAsk = useGranted('prescriptions', 'write')
  const { id, name, dose, instructions, status } = medication
  return (
    <Card labelledBy={title}>
      <div className={styles.card}>
        <div>
          <h3 id={title}>
            {name} {dose}
          </h3>
          {instructions ? <p>{instructions}</p> : null}
        </div>
        {status === 'active' ? null : (
          <Status icon={status === 'completed' ? CircleCheck : CircleStop} pill>
            {status === 'completed' ? <Trans>Completed</Trans> : <Trans>Stopped</Trans>}
          </Status>
        )}
        <MedicationFacts medication={medication} />
        {open ? (
          <p className={styles.under}>
            <span className={styles.soft}>
              <Trans>Your request:</Trans>
            </span>{' '}
            <RefillState status={open.refill.status} />
          </p>
        ) : status === 'active' && mayAsk ? (
          <div>
            <Link
              to="/prescriptions/$medicationId/refill"
              params={{ medicationId: id }}
              className={buttonClass('secondary')}
              aria-label={t`Ask for a refill: ${name}`}
            >
              <Trans>Ask for a refill</Trans>
            </Link>
          </div>
        ) : null}
      </div>
    </Card>
  )
}
