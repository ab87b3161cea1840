/** The next appointments, in the clinic's zone, which is named. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { CalendarDays } from 'lucide-react'
import type { Appointment } from '../../../shared/domains/appointments/schema.ts'
import { Card, EmptyState } from '../../ui/panel.tsx'
import { dayOf, spanOf, zoneName } from '../../ui/time.ts'
import styles from './dashboard.module.css'

const SHOWN = 3

function AppointmentLine({ appointment }: { appointment: Appointment }) {
  const { i18n } = useLingui()
  const { startsAt, endsAt, timeZone, title, clinicianName, place } = appointment
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(i18n.locale, { ...options, timeZone }).format(startsAt)
  const time = spanOf(i18n.locale, startsAt, endsAt, timeZone)
  const zone = zoneName(i18n.locale, startsAt, timeZone)
  return (
    <li className={styles.next}>
      <div className={styles.tile} aria-hidden>
        <span>{part({ month: 'short' })}</span>
        <b>{part({ day: 'numeric' })}</b>
      </div>
      <div className={styles.words}>
        <p className={styles.when}>
          <Link to="/appointments/$appointmentId" params={{ appointmentId: appointment.id }}>
            {dayOf(i18n.locale, startsAt, timeZone)}
          </Link>
          <br />
          <Trans>
            {time}, {zone}
          </Trans>
        </p>
        <p className={styles.what}>
          <Trans>
            {title} with {clinicianName} · {place}
          </Trans>
        </p>
      </div>
    </li>
  )
}

export function NextAppointments({ appointments }: { appointments: readonly Appointment[] }) {
  if (appointments.length === 0)
    return (
      <EmptyState icon={CalendarDays} title={<Trans>No appointments are planned</Trans>}>
        <p>
          <Trans>When your practice books one, it appears here.</Trans>
        </p>
      </EmptyState>
    )
  return (
    <Card>
      <ul className={styles.list}>
        {appointments.slice(0, SHOWN).map((appointment) => (
          <AppointmentLine key={appointment.id} appointment={appointment} />
        ))}
      </ul>
    </Card>
  )
}
