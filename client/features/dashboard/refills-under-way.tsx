/** Refills that are on their way, and what the practice wants to know about them. */
import { Trans } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { CircleCheck } from 'lucide-react'
import { type KnownRefill, sortedRefills } from '../../replica/known-refills.ts'
import { buttonClass } from '../../ui/button.tsx'
import { Card, Status } from '../../ui/panel.tsx'
import { RefillState } from '../../ui/refill-state.tsx'
import styles from './dashboard.module.css'

const SHOWN = 3

export function RefillsUnderWay({ known }: { known: readonly KnownRefill[] }) {
  const { open } = sortedRefills(known)
  const asksBack = open.some(({ refill }) => refill.status === 'more-information')
  return (
    <Card>
      {open.length === 0 ? (
        <Status icon={CircleCheck}>
          <Trans>No refill is under way</Trans>
        </Status>
      ) : (
        <ul className={styles.list}>
          {open.slice(0, SHOWN).map(({ refill, refused }) => (
            <li key={refill.id} className={styles.refill}>
              <h3>{refill.medication?.name ?? <Trans>A medication</Trans>}</h3>
              {refused ? <Trans>Not taken</Trans> : <RefillState status={refill.status} />}
            </li>
          ))}
        </ul>
      )}
      <div>
        <Link to="/prescriptions" className={buttonClass(asksBack ? 'primary' : 'secondary')}>
          {asksBack ? <Trans>Answer</Trans> : <Trans>Prescriptions</Trans>}
        </Link>
      </div>
    </Card>
  )
}
