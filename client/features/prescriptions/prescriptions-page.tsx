/** What the client takes and took, and what was asked for. Reads the replica only. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Pill } from 'lucide-react'
import { useState } from 'react'
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

function RefillCards({ refills, known }: Record<'refills' | 'known', readonly KnownRefill[]>) {
  return (
    <div className={styles.cards}>
      {refills.map((one) => {
        const other = openFor(known, one.refill.subjectId)
        return <RefillCard key={one.refill.id} known={one} hasOther={other !== undefined && other !== one} />
      })}
    </div>
  )
}

function PastRefills({ past, known }: Record<'past' | 'known', readonly KnownRefill[]>) {
  const [all, setAll] = useState(false)
  const shown = all ? past : past.slice(0, SHOWN)
  return (
    <Part id="past-requests" title={<Trans>Earlier requests</Trans>}>
      <RefillCards refills={shown} known={known} />
      {shown.length < past.length ? (
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
          <RefillCards refills={open} known={known} />
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

      {past.length > 0 ? <PastRefills past={past} known={known} /> : null}
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
