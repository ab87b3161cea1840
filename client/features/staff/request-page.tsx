/** One request with everything that bears on it, and the answer to it. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link, useNavigate } from '@tanstack/react-router'
import { ChevronLeft, CircleAlert } from 'lucide-react'
import { isZone } from '../../../shared/calendar/clinic-days.ts'
import type { Appointment } from '../../../shared/domains/appointments/schema.ts'
import type { SeenVisit, TimeWindow } from '../../../shared/domains/requests/schema.ts'
import { backClass, Page } from '../../ui/page.tsx'
import { Card, Fact, Facts, Notice } from '../../ui/panel.tsx'
import { dayOf, momentOf, spanOf, zoneName } from '../../ui/time.ts'
import { DecisionForm } from './components/decision-form.tsx'
import { NotReady } from './components/not-ready.tsx'
import { type RequestDetail, readRequest, requestPath } from './request-data.ts'
import { useRequestKinds } from './request-kinds.ts'
import styles from './staff.module.css'
import { useServerData } from './use-server-data.ts'

function Visit({ visit, name }: { visit: SeenVisit | Appointment; name: string }) {
  const { i18n, t } = useLingui()
  const { startsAt, endsAt, clinicianName, place, status, title } = visit
  // What a device says it saw is shown, and never trusted to be a zone.
  const timeZone = isZone(visit.timeZone) ? visit.timeZone : 'UTC'
  const words: Record<string, string> = { cancelled: t`Cancelled`, booked: t`Booked` }
  return (
    <section className={styles.side} aria-label={name}>
      <h3>{name}</h3>
      <p>
        <strong>{dayOf(i18n.locale, startsAt, timeZone)}</strong>
        <br />
        {spanOf(i18n.locale, startsAt, endsAt, timeZone)}, {zoneName(i18n.locale, startsAt, timeZone)}
      </p>
      <p className={styles.soft}>
        {title} · {clinicianName} · {place}
        {words[status] ? ` · ${words[status]}` : null}
      </p>
    </section>
  )
}

function WhyAgain({ request }: Pick<RequestDetail, 'request'>) {
  if (request.status !== 'needs-review') return null
  return (
    <Notice icon={CircleAlert} tone="wait">
      <p>
        {request.reviewReason === 'withdrawn-late' ? (
          <Trans>
            The client withdrew this after it had been agreed to. Agree to keep what was agreed, or refuse to
            let the withdrawal hold.
          </Trans>
        ) : (
          <Trans>The appointment is not the one that the client saw when asking.</Trans>
        )}
      </p>
    </Notice>
  )
}

function Wishes({ request, zone }: Pick<RequestDetail, 'request'> & { zone: string }) {
  const { i18n } = useLingui()
  const kinds = useRequestKinds()
  const words = ({ from, to }: TimeWindow) =>
    `${dayOf(i18n.locale, from, zone)}, ${spanOf(i18n.locale, from, to, zone)}`
  const { chosenTime, preferredTimes, visitKind, reason, kind, requestedAt } = request
  return (
    <Facts>
      <Fact name={<Trans>Asks for</Trans>}>{kinds[kind]}</Fact>
      {chosenTime ? <Fact name={<Trans>Chose from your offer</Trans>}>{words(chosenTime)}</Fact> : null}
      {preferredTimes && !chosenTime ? (
        <Fact name={<Trans>Times that would suit</Trans>}>{preferredTimes.map(words).join('\n')}</Fact>
      ) : null}
      {visitKind ? (
        <Fact name={<Trans>How to meet</Trans>}>
          {visitKind === 'telehealth' ? <Trans>By video</Trans> : <Trans>In person</Trans>}
        </Fact>
      ) : null}
      {reason ? <Fact name={<Trans>Reason</Trans>}>{reason}</Fact> : null}
      <Fact name={<Trans>Asked</Trans>}>{momentOf(i18n.locale, requestedAt)}</Fact>
    </Facts>
  )
}

function Asked({ detail: { request, timeZone, appointment } }: { detail: RequestDetail }) {
  const { t } = useLingui()
  const isChanged = request.status === 'needs-review'
  return (
    <Card>
      <WhyAgain request={request} />
      {appointment || request.seen ? (
        <div className={styles.sides}>
          {request.seen && isChanged ? <Visit visit={request.seen} name={t`When the client asked`} /> : null}
          {appointment ? <Visit visit={appointment} name={isChanged ? t`Now` : t`The appointment`} /> : null}
        </div>
      ) : null}
      <Wishes request={request} zone={appointment?.timeZone ?? timeZone} />
    </Card>
  )
}

export function RequestPage({ clientId, requestId }: { clientId: string; requestId: string }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const { data, again } = useServerData(requestPath(clientId, requestId), readRequest)
  const detail = data.state === 'ready' ? data.value : null
  return (
    <Page
      title={detail?.clientName ?? t`Request`}
      tabTitle={t`Request`}
      wide
      above={
        <Link to="/staff/requests" className={backClass}>
          <ChevronLeft size={18} aria-hidden />
          <Trans>Requests</Trans>
        </Link>
      }
    >
      <NotReady data={data} again={again} />
      {detail ? <Asked detail={detail} /> : null}
      {detail ? (
        <DecisionForm
          key={detail.request.rev}
          detail={detail}
          onDecided={() => void navigate({ to: '/staff/requests' })}
          onMoved={again}
        />
      ) : null}
    </Page>
  )
}
