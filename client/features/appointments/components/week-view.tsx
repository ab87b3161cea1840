/** Seven days: side by side where there is room, one below the other on a phone. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { addDays } from '../../../../shared/calendar/clinic-days.ts'
import { Button } from '../../../ui/button.tsx'
import { classes } from '../../../ui/classes.ts'
import { clockOf } from '../../../ui/time.ts'
import styles from '../appointments.module.css'
import { byDay, zoneOf } from '../by-day.ts'
import { dayName, daysName, shortDayName, weekStart } from '../day-name.ts'
import type { DayViewProps } from './view-props.ts'
import { VisitState } from './visit-line.tsx'

export function WeekView({ visits, today, noteOf, day, onDay }: DayViewProps) {
  const { i18n, t } = useLingui()
  const first = weekStart(i18n.locale, day)
  const days = Array.from({ length: 7 }, (_, index) => addDays(first, index))
  const found = byDay(visits)
  const isThisWeek = days.includes(today)
  return (
    <section className={styles.weekPart} aria-labelledby="week">
      <div className={styles.turn}>
        <Button look="quiet" aria-label={t`Week before`} onClick={() => onDay(addDays(first, -7))}>
          <ChevronLeft size={22} aria-hidden />
        </Button>
        <h2 id="week" aria-live="polite">
          {daysName(i18n.locale, first, addDays(first, 6))}
        </h2>
        <Button look="quiet" aria-label={t`Week after`} onClick={() => onDay(addDays(first, 7))}>
          <ChevronRight size={22} aria-hidden />
        </Button>
        {isThisWeek ? null : (
          <Button look="quiet" onClick={() => onDay(today)}>
            <Trans>This week</Trans>
          </Button>
        )}
      </div>
      <ol className={styles.week}>
        {days.map((each) => (
          <li key={each} className={classes(styles.weekDay, each === today && styles.now)}>
            <h3>
              <span aria-hidden>{shortDayName(i18n.locale, each)}</span>
              <span className="visually-hidden">
                {each === today ? t`Today, ${dayName(i18n.locale, each)}` : dayName(i18n.locale, each)}
              </span>
            </h3>
            {found.has(each) ? (
              <ul>
                {found.get(each)?.map((visit) => (
                  <li key={visit.id}>
                    <Link
                      to="/appointments/$appointmentId"
                      params={{ appointmentId: visit.id }}
                      className={classes(styles.block, visit.status === 'cancelled' && styles.off)}
                    >
                      <b>{clockOf(i18n.locale, visit.startsAt, zoneOf(visit))}</b>
                      <span>{visit.clinicianName || visit.title}</span>
                      <VisitState visit={visit} />
                      {noteOf(visit)}
                    </Link>
                  </li>
                ))}
              </ul>
            ) : (
              <p className={styles.none}>
                <Trans>None</Trans>
              </p>
            )}
          </li>
        ))}
      </ol>
    </section>
  )
}
