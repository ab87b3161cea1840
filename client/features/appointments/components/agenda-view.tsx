/** Day after day, from the chosen one on; days without appointments are left out. Earlier days on request. */
import { Trans, useLingui } from '@lingui/react/macro'
import { ChevronUp } from 'lucide-react'
import type { ClinicDay } from '../../../../shared/calendar/clinic-days.ts'
import { Button } from '../../../ui/button.tsx'
import styles from '../appointments.module.css'
import { byDay } from '../by-day.ts'
import { DayVisits } from './day-visits.tsx'
import type { DayViewProps } from './view-props.ts'

const DAYS_BACK = 5

/** `2026-12` */
const monthOf = (day: ClinicDay) => day.slice(0, 7)
const monthName = (locale: string, month: string) =>
  new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${month}-15T12:00:00Z`),
  )

export function AgendaView({ visits, today, noteOf, day, onDay }: DayViewProps) {
  const { i18n } = useLingui()
  const days = [...byDay(visits)].sort(([a], [b]) => (a < b ? -1 : 1))
  const earlier = days.filter(([each]) => each < day)
  const shown = days.filter(([each]) => each >= day)
  const months = [...new Set(shown.map(([each]) => monthOf(each)))]
  return (
    <div className={styles.agenda}>
      {earlier.length > 0 ? (
        <div>
          <Button look="quiet" onClick={() => onDay(earlier.at(-DAYS_BACK)?.[0] ?? earlier[0]?.[0] ?? day)}>
            <ChevronUp size={18} aria-hidden />
            <Trans>Show earlier days</Trans>
          </Button>
        </div>
      ) : null}
      {shown.length === 0 ? (
        <p className={styles.soft}>
          <Trans>No appointments are planned.</Trans>
        </p>
      ) : null}
      {months.map((month) => (
        <section key={month} className={styles.month}>
          <h2>{monthName(i18n.locale, month)}</h2>
          {shown
            .filter(([each]) => monthOf(each) === month)
            .map(([each, ofDay]) => (
              <DayVisits key={each} day={each} today={today} visits={ofDay} noteOf={noteOf} />
            ))}
        </section>
      ))}
    </div>
  )
}
