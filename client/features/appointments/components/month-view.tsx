/**
 * A month as a grid that arrow keys walk through; the chosen day's appointments stand below it. Loaded when it is asked
 * for: the grid is the one part here with a library under it.
 */
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { createElement } from 'react'
import {
  Button as AriaButton,
  Calendar,
  CalendarCell,
  CalendarGrid,
  CalendarGridBody,
  CalendarGridHeader,
  CalendarHeaderCell,
  Heading,
  I18nProvider,
} from 'react-aria-components'
import type { ClinicDay } from '../../../../shared/calendar/clinic-days.ts'
import type { Appointment } from '../../../../shared/domains/appointments/schema.ts'
import { Button, buttonClass } from '../../../ui/button.tsx'
import { classes } from '../../../ui/classes.ts'
import styles from '../appointments.module.css'
import { byDay } from '../by-day.ts'
import { calendarDate, dayName } from '../day-name.ts'
import { DayVisits } from './day-visits.tsx'
import type { DayViewProps } from './view-props.ts'

const MOST_MARKS = 3

function Marks({ visits }: { visits: readonly Appointment[] }) {
  if (visits.length === 0) return null
  return (
    <span className={styles.marks}>
      {visits.slice(0, MOST_MARKS).map(({ id, status }) => (
        <i key={id} className={status === 'cancelled' ? styles.hollow : undefined} />
      ))}
    </span>
  )
}

export default function MonthView({ visits, today, noteOf, day, onDay }: DayViewProps) {
  const { i18n, t } = useLingui()
  const found = byDay(visits)
  const ofDay = (each: ClinicDay) => found.get(each) ?? []
  // In place of the library's own name, whose today is the device's and not the clinic's.
  const nameOf = (each: ClinicDay) => {
    const name = dayName(i18n.locale, each)
    const count = ofDay(each).length
    const what = count === 0 ? '' : plural(count, { one: '# appointment', other: '# appointments' })
    if (each === today) return what ? t`Today, ${name}, ${what}` : t`Today, ${name}`
    return what ? t`${name}, ${what}` : name
  }
  return (
    <I18nProvider locale={i18n.locale}>
      {/* Where it is found, the library adds no style of its own, which the page's policy would refuse. */}
      <span id="react-aria-pressable-style" hidden />
      <Calendar
        aria-label={t`Appointments by day`}
        value={calendarDate(day)}
        onChange={(date) => onDay(date.toString())}
        className={styles.calendar ?? ''}
      >
        <div className={styles.turn}>
          <AriaButton slot="previous" className={buttonClass('quiet')}>
            <ChevronLeft size={22} aria-hidden />
          </AriaButton>
          <Heading level={2} />
          <AriaButton slot="next" className={buttonClass('quiet')}>
            <ChevronRight size={22} aria-hidden />
          </AriaButton>
          {day === today ? null : (
            <Button look="quiet" onClick={() => onDay(today)}>
              <Trans>Today</Trans>
            </Button>
          )}
        </div>
        <CalendarGrid weekdayStyle="short" className={styles.grid ?? ''}>
          <CalendarGridHeader>{(name) => <CalendarHeaderCell>{name}</CalendarHeaderCell>}</CalendarGridHeader>
          <CalendarGridBody>
            {(date) => {
              const each = date.toString()
              return (
                <CalendarCell
                  date={date}
                  className={classes(styles.cell, each === today && styles.now)}
                  render={(props) => createElement('div', { ...props, 'aria-label': nameOf(each) })}
                >
                  {({ formattedDate }) => (
                    <>
                      <span>{formattedDate}</span>
                      <Marks visits={ofDay(each)} />
                    </>
                  )}
                </CalendarCell>
              )
            }}
          </CalendarGridBody>
        </CalendarGrid>
      </Calendar>
      <div aria-live="polite">
        <DayVisits day={day} today={today} visits={ofDay(day)} noteOf={noteOf} sayNone />
      </div>
    </I18nProvider>
  )
}
