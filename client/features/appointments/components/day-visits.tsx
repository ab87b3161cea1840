/** The appointments of one day below its name. */
import { Trans, useLingui } from '@lingui/react/macro'
import { useId } from 'react'
import type { ClinicDay } from '../../../../shared/calendar/clinic-days.ts'
import type { Appointment } from '../../../../shared/domains/appointments/schema.ts'
import styles from '../appointments.module.css'
import { dayName } from '../day-name.ts'
import type { ViewProps } from './view-props.ts'
import { VisitLine } from './visit-line.tsx'

interface DayVisitsProps {
  readonly day: ClinicDay
  readonly today: ClinicDay
  readonly visits: readonly Appointment[]
  readonly noteOf: ViewProps['noteOf']
  /** A day without any is named too. */
  readonly sayNone?: boolean
}

export function DayVisits({ day, today, visits, noteOf, sayNone }: DayVisitsProps) {
  const { i18n } = useLingui()
  const title = useId()
  const name = dayName(i18n.locale, day)
  return (
    <section className={styles.day} aria-labelledby={title}>
      <h3 id={title}>{day === today ? <Trans>Today, {name}</Trans> : name}</h3>
      {visits.length === 0 && sayNone ? (
        <p className={styles.soft}>
          <Trans>No appointments on this day.</Trans>
        </p>
      ) : null}
      {visits.length > 0 ? (
        <ul className={styles.visits}>
          {visits.map((visit) => (
            <VisitLine key={visit.id} visit={visit} timeOnly note={noteOf(visit)} />
          ))}
        </ul>
      ) : null}
    </section>
  )
}
