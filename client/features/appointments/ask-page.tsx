/**
 * Asking for a visit, for another time, or to call one off: kept while it is typed, written to this device when it is
 * sent off, with no network if need be.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { useNavigate } from '@tanstack/react-router'
import { CircleAlert, Info } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { dayAt } from '../../../shared/calendar/clinic-days.ts'
import type { Appointment } from '../../../shared/domains/appointments/schema.ts'
import { canBeChanged, isOpen } from '../../../shared/domains/requests/rules.ts'
import { useOwnProfile } from '../../replica/own-profile.ts'
import { isVisitMoved } from '../../replica/seen-visit.ts'
import { useReplica, useSyncView } from '../../replica/session-context.tsx'
import { useKept } from '../../replica/use-kept.ts'
import { AskNotices } from '../../ui/ask-notices.tsx'
import { Button, ButtonRow } from '../../ui/button.tsx'
import { ErrorSummary } from '../../ui/error-summary.tsx'
import { Page } from '../../ui/page.tsx'
import { Notice } from '../../ui/panel.tsx'
import { zoneName } from '../../ui/time.ts'
import { BackToAppointments, MissingAppointment } from './appointment-page.tsx'
import { clinicZone, zoneOf } from './by-day.ts'
import { askFor } from './commands.ts'
import { VisitFacts } from './components/visit-facts.tsx'
import { VisitRequests } from './components/visit-requests.tsx'
import { WishFields } from './components/wish-fields.tsx'
import { useAppointments, useRequests } from './queries.ts'
import styles from './requests.module.css'
import { useNow } from './use-now.ts'
import { useTimeProblems } from './use-time-problems.ts'
import { asWishForm, windowsOf } from './wish.ts'

export type AskKind = 'new-appointment' | 'cancel' | 'reschedule'

interface AskFormProps {
  readonly kind: AskKind
  readonly visit: Appointment | undefined
  readonly timeZone: string
}

function AskForm({ kind, visit, timeZone }: AskFormProps) {
  const { i18n, t } = useLingui()
  const replica = useReplica()
  const navigate = useNavigate()
  const { link } = useSyncView()
  const now = useNow()
  const { value: wish, put, forget } = useKept(`wish:${visit?.id ?? 'new'}`, asWishForm)
  const [attempt, setAttempt] = useState(0)
  const [state, setState] = useState<'idle' | 'busy' | 'moved' | 'failed'>('idle')
  const today = dayAt(now, timeZone)
  const problemsOf = useTimeProblems(now, today, timeZone)
  if (wish === undefined || replica === null) return null
  const problems = kind === 'cancel' ? new Map<number, string>() : problemsOf(wish.times)
  const shownProblems = attempt > 0 ? problems : new Map<number, string>()
  const ask = async (event: FormEvent) => {
    event.preventDefault()
    setAttempt(attempt + 1)
    if (problems.size > 0) return
    setState('busy')
    const { visitKind, reason, times } = wish
    try {
      await askFor(replica, {
        kind,
        ...(visit ? { visit } : {}),
        wish: {
          ...(kind === 'cancel' ? {} : { preferredTimes: windowsOf(times, timeZone) }),
          ...(kind === 'new-appointment' && visitKind !== 'either' ? { visitKind } : {}),
          reason: reason.trim(),
        },
        now: Date.now(),
      })
      await forget()
      await navigate({ to: '/appointments' })
    } catch (error) {
      setState(isVisitMoved(error) ? 'moved' : 'failed')
    }
  }
  return (
    <form onSubmit={ask} noValidate autoComplete="off" className={styles.form}>
      <ErrorSummary
        attempt={attempt}
        problems={[...shownProblems].map(([index, message]) => ({ id: `time-${index}`, message }))}
      />
      <WishFields
        kind={kind}
        wish={wish}
        onChange={put}
        today={today}
        zone={zoneName(i18n.locale, now, timeZone)}
        problems={shownProblems}
      />
      {state === 'moved' ? (
        <Notice icon={CircleAlert} tone="wait" role="alert">
          <p>
            <Trans>
              Your practice has just changed this appointment. Nothing was sent, and what you wrote is still
              here: look at the appointment above and send it again if it still fits.
            </Trans>
          </p>
        </Notice>
      ) : null}
      <AskNotices failed={state === 'failed'} link={link} />
      <ButtonRow>
        <Button type="submit" look={kind === 'cancel' ? 'danger' : 'primary'} busy={state === 'busy'}>
          {kind === 'cancel'
            ? t`Ask to cancel`
            : kind === 'reschedule'
              ? t`Ask for another time`
              : t`Send the request`}
        </Button>
        <Button
          look="quiet"
          onClick={() =>
            void (visit
              ? navigate({ to: '/appointments/$appointmentId', params: { appointmentId: visit.id } })
              : navigate({ to: '/appointments' }))
          }
        >
          {kind === 'cancel' ? <Trans>Keep the appointment</Trans> : <Trans>Not now</Trans>}
        </Button>
      </ButtonRow>
    </form>
  )
}

export function AskPage({ kind, appointmentId }: { kind: AskKind; appointmentId?: string }) {
  const { t } = useLingui()
  const now = useNow()
  const visits = useAppointments()
  const requests = useRequests()
  const ofPractice = useOwnProfile()?.practiceTimeZone
  const titles: Record<AskKind, string> = {
    'new-appointment': t`Ask for an appointment`,
    cancel: t`Cancel this appointment?`,
    reschedule: t`Ask for another time`,
  }
  if (visits === undefined || requests === undefined) return <Page title={titles[kind]}>{null}</Page>
  const visit = visits.find(({ id }) => id === appointmentId)
  if (appointmentId !== undefined && visit === undefined) return <MissingAppointment />
  const possible = visit === undefined || canBeChanged(visit, now)
  // By an old tab or the address: asked twice, the practice would decide twice.
  const isAsked = visit !== undefined && requests.some((one) => one.subjectId === visit.id && isOpen(one))
  return (
    <Page
      title={isAsked ? t`You have asked about this appointment` : titles[kind]}
      above={<BackToAppointments />}
      lead={
        isAsked ? (
          <p>
            <Trans>This is still open. To ask for something else, take it back first.</Trans>
          </p>
        ) : kind === 'cancel' ? null : (
          <p>
            <Trans>Say when it would suit you. Nothing is booked before your practice answers.</Trans>
          </p>
        )
      }
    >
      {visit ? <VisitFacts visit={visit} /> : null}
      {visit?.cancellationPolicy ? (
        <Notice icon={Info} role="note" label={t`If you cannot come`}>
          <p>{visit.cancellationPolicy}</p>
        </Notice>
      ) : null}
      {isAsked ? <VisitRequests visit={visit} now={now} /> : null}
      {isAsked ? null : possible ? (
        <AskForm
          kind={kind}
          visit={visit}
          timeZone={visit ? zoneOf(visit) : clinicZone(visits, now, ofPractice)}
        />
      ) : (
        <Notice icon={CircleAlert} tone="wait">
          <p>
            <Trans>This appointment is over or was called off, so there is nothing to change any more.</Trans>
          </p>
        </Notice>
      )}
    </Page>
  )
}
