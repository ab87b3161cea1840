/** All appointments in the view that was chosen, from the replica alone. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { CalendarPlus2 } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { type ClinicDay, dayAt } from '../../../shared/calendar/clinic-days.ts'
import type { Appointment } from '../../../shared/domains/appointments/schema.ts'
import { isOpen } from '../../../shared/domains/requests/rules.ts'
import { useOwnProfile } from '../../replica/own-profile.ts'
import { buttonClass } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { zoneName } from '../../ui/time.ts'
import { clinicZone } from './by-day.ts'
import { AgendaView } from './components/agenda-view.tsx'
import { AskedNote } from './components/asked-note.tsx'
import { ListView } from './components/list-view.tsx'
import { OpenRequests } from './components/open-requests.tsx'
import { ViewSwitch } from './components/view-switch.tsx'
import { WeekView } from './components/week-view.tsx'
import { useAppointments, useRequests } from './queries.ts'
import { useNow } from './use-now.ts'
import type { View } from './view.ts'

const MonthView = lazy(() => import('./components/month-view.tsx'))

/** The day that was looked at last: in memory only, so that the way back from an appointment leads to it. */
const lookedAt: { day: ClinicDay | null } = { day: null }

export function AppointmentsPage({ view }: { view: View }) {
  const { i18n, t } = useLingui()
  const now = useNow()
  const visits = useAppointments()
  const ofPractice = useOwnProfile()?.practiceTimeZone
  const requests = useRequests()
  const [chosen, setChosen] = useState(lookedAt.day)
  if (visits === undefined || requests === undefined) return <Page title={t`Appointments`}>{null}</Page>
  const timeZone = clinicZone(visits, now, ofPractice)
  const today = dayAt(now, timeZone)
  const zone = zoneName(i18n.locale, now, timeZone)
  const noteOf = ({ id }: Appointment) => (
    <AskedNote request={requests.find((request) => request.subjectId === id && isOpen(request))} />
  )
  const onDay = (day: ClinicDay) => {
    lookedAt.day = day
    setChosen(day)
  }
  const at = { visits, now, today, noteOf, day: chosen ?? today, onDay }
  return (
    <Page
      title={t`Appointments`}
      wide={view === 'week'}
      lead={
        <p>
          <Trans>All times are the clinic's: {zone}.</Trans>
        </p>
      }
    >
      <div>
        <Link to="/appointments/new" className={buttonClass('primary')}>
          <CalendarPlus2 size={18} aria-hidden />
          <Trans>Ask for an appointment</Trans>
        </Link>
      </div>
      <OpenRequests requests={requests} visits={visits} timeZone={timeZone} now={now} />
      <ViewSwitch />
      {view === 'list' ? <ListView {...at} /> : null}
      {view === 'agenda' ? <AgendaView {...at} /> : null}
      {view === 'week' ? <WeekView {...at} /> : null}
      {view === 'month' ? (
        <Suspense>
          <MonthView {...at} />
        </Suspense>
      ) : null}
    </Page>
  )
}
