/** One appointment as a line that leads to it: when, with whom, where, and what is special about it. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { CalendarX2, CircleCheckBig, CircleSlash2, Video } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Appointment } from '../../../../shared/domains/appointments/schema.ts'
import { classes } from '../../../ui/classes.ts'
import { Status } from '../../../ui/panel.tsx'
import styles from '../appointments.module.css'
import { zoneOf } from '../by-day.ts'
import { useStateWords, visitTimes } from '../words.ts'

interface VisitLineProps {
  readonly visit: Appointment
  /** The day stands above already. */
  readonly timeOnly?: boolean
  /** What the client asked for it. */
  readonly note?: ReactNode
}

export function VisitState({ visit }: { visit: Appointment }) {
  const wordOf = useStateWords()
  const { status } = visit
  if (status === 'cancelled')
    return (
      <Status icon={CalendarX2} tone="bad">
        {wordOf(status)}
      </Status>
    )
  if (status === 'no-show') return <Status icon={CircleSlash2}>{wordOf(status)}</Status>
  if (status === 'fulfilled' || status === 'arrived')
    return (
      <Status icon={CircleCheckBig} tone="good">
        {wordOf(status)}
      </Status>
    )
  return visit.kind === 'telehealth' ? (
    <Status icon={Video}>
      <Trans>Video visit</Trans>
    </Status>
  ) : null
}

const Tile = ({ visit }: { visit: Appointment }) => {
  const { i18n } = useLingui()
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(i18n.locale, { ...options, timeZone: zoneOf(visit) }).format(visit.startsAt)
  return (
    <span className={styles.tile} aria-hidden>
      <span>{part({ month: 'short' })}</span>
      <b>{part({ day: 'numeric' })}</b>
    </span>
  )
}

export function VisitLine({ visit, timeOnly, note }: VisitLineProps) {
  const { i18n } = useLingui()
  const { day, span, zone } = visitTimes(i18n.locale, visit)
  const { title, clinicianName, place, status } = visit
  return (
    <li className={styles.visit}>
      <Link
        to="/appointments/$appointmentId"
        params={{ appointmentId: visit.id }}
        className={classes(styles.line, status === 'cancelled' && styles.off)}
      >
        {timeOnly ? null : <Tile visit={visit} />}
        <span className={styles.words}>
          <span className={styles.when}>
            {timeOnly ? null : <span>{day}</span>}
            <span>
              <Trans>
                {span}, {zone}
              </Trans>
            </span>
          </span>
          <span className={styles.what}>
            {clinicianName ? (
              <Trans>
                {title} with {clinicianName}
              </Trans>
            ) : (
              title
            )}
            {visit.kind === 'telehealth' ? null : ` · ${place}`}
          </span>
          <VisitState visit={visit} />
          {note}
        </span>
      </Link>
    </li>
  )
}
