/** Upcoming, next first; past, latest first and some at a time. */
import { Trans } from '@lingui/react/macro'
import { CalendarDays, History } from 'lucide-react'
import { useState } from 'react'
import type { Appointment } from '../../../../shared/domains/appointments/schema.ts'
import { Button } from '../../../ui/button.tsx'
import { Part } from '../../../ui/page.tsx'
import { EmptyState } from '../../../ui/panel.tsx'
import styles from '../appointments.module.css'
import { isUpcoming } from '../by-day.ts'
import type { ViewProps } from './view-props.ts'
import { VisitLine } from './visit-line.tsx'

const AT_A_TIME = 10

function Past({ visits, noteOf }: { visits: readonly Appointment[]; noteOf: ViewProps['noteOf'] }) {
  const [shown, setShown] = useState(AT_A_TIME)
  if (visits.length === 0)
    return (
      <EmptyState icon={History} title={<Trans>Nothing here yet</Trans>}>
        <p>
          <Trans>Appointments that are over stay here, to look them up.</Trans>
        </p>
      </EmptyState>
    )
  return (
    <>
      <ul className={styles.visits}>
        {visits.slice(0, shown).map((visit) => (
          <VisitLine key={visit.id} visit={visit} note={noteOf(visit)} />
        ))}
      </ul>
      {visits.length > shown ? (
        <div>
          <Button look="secondary" onClick={() => setShown(shown + AT_A_TIME)}>
            <Trans>Show earlier ones</Trans>
          </Button>
        </div>
      ) : null}
    </>
  )
}

export function ListView({ visits, now, noteOf }: ViewProps) {
  const upcoming = visits.filter((visit) => isUpcoming(visit, now))
  const past = visits.filter((visit) => !isUpcoming(visit, now)).reverse()
  return (
    <>
      <Part id="upcoming" title={<Trans>Upcoming</Trans>}>
        {upcoming.length === 0 ? (
          <EmptyState icon={CalendarDays} title={<Trans>No appointments are planned</Trans>}>
            <p>
              <Trans>When your practice books one, it appears here.</Trans>
            </p>
          </EmptyState>
        ) : (
          <ul className={styles.visits}>
            {upcoming.map((visit) => (
              <VisitLine key={visit.id} visit={visit} note={noteOf(visit)} />
            ))}
          </ul>
        )}
      </Part>
      <Part id="past" title={<Trans>Past</Trans>}>
        <Past visits={past} noteOf={noteOf} />
      </Part>
    </>
  )
}
