/** Who comes when: one day of the practice, in its own zone. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { CalendarDays, ChevronLeft, ChevronRight } from 'lucide-react'
import { addDays, momentAt } from '../../../shared/calendar/clinic-days.ts'
import type { AppointmentState } from '../../../shared/domains/appointments/schema.ts'
import { buttonClass } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { Page } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/panel.tsx'
import { clockOf, dateOf, dayOf, zoneName } from '../../ui/time.ts'
import { NotReady } from './components/not-ready.tsx'
import { type DayVisits, dayPath, readDayVisits } from './request-data.ts'
import styles from './staff.module.css'
import { useServerData } from './use-server-data.ts'

interface DayPageProps {
  /** By default the practice's today. */
  readonly day?: string
  readonly cursor?: string
}

const LINK = { to: '/staff/day' } as const

function Turn({ day }: { day: string }) {
  const { t } = useLingui()
  return (
    <nav className={styles.turn} aria-label={t`Day`}>
      <Link {...LINK} search={{ day: addDays(day, -1) }} className={buttonClass('secondary')}>
        <ChevronLeft size={18} aria-hidden />
        <Trans>Day before</Trans>
      </Link>
      <Link {...LINK} search={{}} className={buttonClass('secondary')}>
        <Trans>Today</Trans>
      </Link>
      <Link {...LINK} search={{ day: addDays(day, 1) }} className={buttonClass('secondary')}>
        <Trans>Day after</Trans>
        <ChevronRight size={18} aria-hidden />
      </Link>
    </nav>
  )
}

function Visits({ found }: { found: DayVisits }) {
  const { i18n, t } = useLingui()
  const words: Record<AppointmentState, string> = {
    booked: t`Booked`,
    arrived: t`Arrived`,
    fulfilled: t`Took place`,
    cancelled: t`Cancelled`,
    'no-show': t`Missed`,
  }
  return (
    <ul className={styles.list}>
      {found.items.map((visit) => (
        <li key={visit.appointmentId} className={classes(styles.line, styles.visit)}>
          <strong className={styles.clock}>{clockOf(i18n.locale, visit.startsAt, found.timeZone)}</strong>
          <span className={styles.who}>
            <strong>{visit.clientName}</strong>
          </span>
          <span className={styles.soft}>{words[visit.status]}</span>
        </li>
      ))}
    </ul>
  )
}

export function DayPage({ day, cursor }: DayPageProps) {
  const { i18n, t } = useLingui()
  const { data, again } = useServerData(dayPath(day, cursor), readDayVisits)
  const found = data.state === 'ready' ? data.value : null
  const noon = found ? momentAt(found.day, 12 * 60, found.timeZone) : null
  return (
    <Page
      title={t`Day`}
      wide
      lead={
        found && noon !== null ? (
          <p>
            {dayOf(i18n.locale, noon, found.timeZone).split(',')[0]},{' '}
            {dateOf(i18n.locale, noon, found.timeZone)} · {zoneName(i18n.locale, noon, found.timeZone)}
          </p>
        ) : null
      }
    >
      {found ? <Turn day={found.day} /> : null}
      <NotReady data={data} again={again} />
      {found?.items.length === 0 ? (
        <EmptyState icon={CalendarDays} title={<Trans>Nobody comes on this day</Trans>}>
          <p>
            <Trans>Appointments that are booked for it appear here.</Trans>
          </p>
        </EmptyState>
      ) : null}
      {found && found.items.length > 0 ? <Visits found={found} /> : null}
      {found?.next ? (
        <Link {...LINK} search={{ day: found.day, after: found.next }}>
          <Trans>More</Trans>
        </Link>
      ) : null}
    </Page>
  )
}
