/** One appointment: when, with whom, where or by which link, how to prepare, and the way into the person's own calendar. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { CalendarPlus, ChevronLeft, Printer, SearchX, Video } from 'lucide-react'
import type { Appointment } from '../../../shared/domains/appointments/schema.ts'
import { Button, ButtonRow, buttonClass } from '../../ui/button.tsx'
import { backClass, Page, Part } from '../../ui/page.tsx'
import { Card, EmptyState, Fact, Facts } from '../../ui/panel.tsx'
import { saveFile } from '../../ui/save-file.ts'
import styles from './appointments.module.css'
import { isUpcoming } from './by-day.ts'
import { VisitState } from './components/visit-line.tsx'
import { VisitRequests } from './components/visit-requests.tsx'
import { icsOf, webLink } from './ics.ts'
import { useAppointment } from './queries.ts'
import { useNow } from './use-now.ts'
import { visitTimes } from './words.ts'

export const BackToAppointments = () => (
  <Link to="/appointments" className={backClass}>
    <ChevronLeft size={18} aria-hidden />
    <Trans>Appointments</Trans>
  </Link>
)

export function MissingAppointment() {
  const { t } = useLingui()
  return (
    <Page title={t`Appointment`} above={<BackToAppointments />}>
      <EmptyState icon={SearchX} title={<Trans>This appointment is not on this device</Trans>}>
        <p>
          <Trans>Your practice may have removed it, or it has not been brought here yet.</Trans>
        </p>
      </EmptyState>
    </Page>
  )
}

function AddToCalendar({ visit }: { visit: Appointment }) {
  const { i18n, t } = useLingui()
  const save = () => {
    const { clinicianName } = visit
    const { day, span, zone } = visitTimes(i18n.locale, visit)
    const summary = clinicianName ? t`Appointment: ${clinicianName}` : t`Appointment`
    const description = t`${day}, ${span}, ${zone} (the clinic's time).`
    saveFile('appointment.ics', icsOf(visit, { summary, description }), 'text/calendar')
  }
  return (
    <>
      <ButtonRow>
        <Button look="secondary" onClick={save}>
          <CalendarPlus size={18} aria-hidden />
          <Trans>Add to calendar</Trans>
        </Button>
        <Button look="quiet" onClick={() => window.print()}>
          <Printer size={18} aria-hidden />
          <Trans>Print</Trans>
        </Button>
      </ButtonRow>
      <p className={styles.screenOnly}>
        <Trans>
          The calendar entry names the time, the place and your clinician, and not what the visit is about.
        </Trans>
      </p>
    </>
  )
}

function Where({ visit, upcoming }: { visit: Appointment; upcoming: boolean }) {
  const link = webLink(visit.joinUrl)
  return (
    <>
      {visit.place}
      {link !== null && visit.status === 'booked' && upcoming ? (
        <>
          <div className={styles.join}>
            <a href={link} target="_blank" rel="noreferrer" className={buttonClass('primary')}>
              <Video size={18} aria-hidden />
              <Trans>Join the video visit</Trans>
            </a>
          </div>
          <span className={styles.printOnly}>{link}</span>
        </>
      ) : null}
    </>
  )
}

export function AppointmentPage({ appointmentId }: { appointmentId: string }) {
  const { i18n, t } = useLingui()
  const now = useNow()
  const visit = useAppointment(appointmentId)
  if (visit === undefined) return <Page title={t`Appointment`}>{null}</Page>
  if (visit === null) return <MissingAppointment />
  const { day, span, zone, here } = visitTimes(i18n.locale, visit)
  const upcoming = isUpcoming(visit, now)
  return (
    <Page
      title={visit.title}
      tabTitle={t`Appointment`}
      above={<BackToAppointments />}
      lead={<VisitState visit={visit} />}
    >
      <Card>
        <Facts>
          <Fact name={<Trans>When</Trans>}>
            <strong>{day}</strong>
            <br />
            <Trans>
              {span}, {zone} (the clinic's time)
            </Trans>
            {here === null ? null : (
              <>
                <br />
                <Trans>Your device's clock: {here}</Trans>
              </>
            )}
          </Fact>
          {visit.clinicianName ? <Fact name={<Trans>With</Trans>}>{visit.clinicianName}</Fact> : null}
          <Fact name={<Trans>Where</Trans>}>
            <Where visit={visit} upcoming={upcoming} />
          </Fact>
          {visit.notes ? <Fact name={<Trans>Note</Trans>}>{visit.notes}</Fact> : null}
        </Facts>
        {upcoming ? <AddToCalendar visit={visit} /> : null}
      </Card>
      {visit.howToPrepare && upcoming ? (
        <Part id="prepare" title={<Trans>How to prepare</Trans>}>
          <p className={styles.prose}>{visit.howToPrepare}</p>
        </Part>
      ) : null}
      <VisitRequests visit={visit} now={now} />
      {visit.cancellationPolicy && upcoming ? (
        <Part id="policy" title={<Trans>If you cannot come</Trans>}>
          <p className={styles.prose}>{visit.cancellationPolicy}</p>
        </Part>
      ) : null}
    </Page>
  )
}
