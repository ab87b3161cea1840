/** What the client takes and took, and what was asked for. Reads the replica only. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Pill } from 'lucide-react'
import { useState } from 'react'
import type { Medication } from '../../../shared/domains/medications/schema.ts'
import { type KnownRefill, openFor, sortedRefills } from '../../replica/known-refills.ts'
import { useKnownRefills } from '../../replica/refills.ts'
import { Button } from '../../ui/button.tsx'
import { Page, Part } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/panel.tsx'
import { MedicationCard } from './components/medication-card.tsx'
import { RefillCard } from './components/refill-card.tsx'
import styles from './prescriptions.module.css'
import { useMedications } from './queries.ts'

const SHOWN = 5

interface RefillCardsProps {
  readonly refills: readonly KnownRefill[]
  readonly known: readonly KnownRefill[]
  readonly active: readonly Medication[]
}

function RefillCards({ refills, known, active }: RefillCardsProps) {
  return (
    <div className={styles.cards}>
      {refills.map((one) => {
        const other = openFor(known, one.refill.subjectId)
        return (
          <RefillCard
            key={one.refill.id}
            known={one}
            hasOther={other !== undefined && other !== one}
            medication={active.find(({ id }) => id === one.refill.subjectId)}
          />
        )
      })}
    </div>
  )
}

function PastRefills({ refills, ...rest }: RefillCardsProps) {
  const [all, setAll] = useState(false)
  const shown = all ? refills : refills.slice(0, SHOWN)
  return (
    <Part id="past-requests" title={<Trans>Earlier requests</Trans>}>
      <RefillCards refills={shown} {...rest} />
      {shown.length < refills.length ? (
        <div>
          <Button look="secondary" onClick={() => setAll(true)}>
            <Trans>Show all</Trans>
          </Button>
        </div>
      ) : null}
    </Part>
  )
}

export function PrescriptionsPage() {
  const { t } = useLingui()
  const medications = useMedications()
  const known = useKnownRefills()
  const title = t`Prescriptions`
  if (medications === undefined || known === undefined) return <Page title={title}>{null}</Page>
  const active = medications.filter(({ status }) => status === 'active')
  const ended = medications.filter(({ status }) => status !== 'active')
  const { open, past } = sortedRefills(known)
  return (
    <Page
      title={title}
      lead={
        <p>
          <Trans>
            What your practice prescribes. Never stop or change a medication on your own because of what you
            read here: ask your practice first.
          </Trans>
        </p>
      }
    >
      {open.length > 0 ? (
        <Part id="requests" title={<Trans>Your requests</Trans>}>
          <RefillCards refills={open} known={known} active={active} />
        </Part>
      ) : null}
      <Part id="active" title={<Trans>What you take now</Trans>}>
        {active.length === 0 ? (
          <EmptyState icon={Pill} title={<Trans>No active medications</Trans>}>
            <p>
              <Trans>When your practice prescribes something, it appears here.</Trans>
            </p>
          </EmptyState>
        ) : (
          <div className={styles.cards}>
            {active.map((medication) => (
              <MedicationCard
                key={medication.id}
                medication={medication}
                open={openFor(known, medication.id)}
              />
            ))}
          </div>
        )}
      </Part>

      {past.length > 0 ? <PastRefills refills={past} known={known} active={active} /> : null}
      {ended.length > 0 ? (
        <Part id="past" title={<Trans>What you took before</Trans>}>
          <div className={styles.cards}>
            {ended.map((medication) => (
              <MedicationCard key={medication.id} medication={medication} open={undefined} />
            ))}
          </div>
        </Part>
      ) : null}
    </Page>
  )
}
