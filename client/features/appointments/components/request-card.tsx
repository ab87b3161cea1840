/**
 * One request: what was asked, where it is on its way, what the practice said, and what the client can do about it now.
 * Where the appointment is not what the client saw, both are shown.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import {
  CalendarCheck2,
  CalendarClock,
  CalendarX2,
  CircleAlert,
  CircleSlash2,
  Hourglass,
  Undo2,
} from 'lucide-react'
import { useId, useState } from 'react'
import type { Appointment } from '../../../../shared/domains/appointments/schema.ts'
import { isOpen } from '../../../../shared/domains/requests/rules.ts'
import type { Request } from '../../../../shared/domains/requests/schema.ts'
import type { PendingItem } from '../../../replica/portal-session.ts'
import { useReplica } from '../../../replica/session-context.tsx'
import { Button, ButtonRow } from '../../../ui/button.tsx'
import { ItemStatus } from '../../../ui/item-status.tsx'
import { Card, Notice, Status } from '../../../ui/panel.tsx'
import { askAgain, askOnceMore, takeTime, withdraw } from '../commands.ts'
import { useRequestTitle, windowWords } from '../request-words.ts'
import styles from '../requests.module.css'
import { BothSides } from './both-sides.tsx'

interface RequestCardProps {
  readonly request: Request
  /** The appointment that it is about, as it is now. */
  readonly visit: Appointment | undefined
  readonly item: PendingItem | undefined
  /** To show its times in. */
  readonly timeZone: string
  /** It was withdrawn, and can still be asked for. */
  readonly canAskOnceMore?: boolean
}

function State({ request }: { request: Request }) {
  switch (request.status) {
    case 'requested':
      return (
        <Status icon={Hourglass} tone="wait" pill>
          <Trans>Waiting for your practice</Trans>
        </Status>
      )
    case 'proposed':
      return (
        <Status icon={CalendarClock} tone="wait" pill>
          <Trans>Other times are offered</Trans>
        </Status>
      )
    case 'needs-review':
      return (
        <Status icon={CircleAlert} tone="wait" pill>
          <Trans>Needs another look</Trans>
        </Status>
      )
    case 'approved':
      return (
        <Status icon={CalendarCheck2} tone="good" pill>
          <Trans>Agreed</Trans>
        </Status>
      )
    case 'declined':
      return (
        <Status icon={CalendarX2} tone="bad" pill>
          <Trans>Not possible</Trans>
        </Status>
      )
    case 'withdrawn':
      return (
        <Status icon={CircleSlash2} pill>
          <Trans>Withdrawn</Trans>
        </Status>
      )
  }
}

function Times({ request, timeZone }: Pick<RequestCardProps, 'request' | 'timeZone'>) {
  const { i18n, t } = useLingui()
  const { chosenTime, preferredTimes } = request
  if (chosenTime)
    return (
      <p>
        <Trans>You chose: {windowWords(i18n.locale, chosenTime, timeZone)}</Trans>
      </p>
    )
  if (!preferredTimes || !isOpen(request)) return null
  return (
    <ul className={styles.soft} aria-label={t`Times you would like`}>
      {preferredTimes.map((time) => (
        <li key={`${time.from} ${time.to}`}>{windowWords(i18n.locale, time, timeZone)}</li>
      ))}
    </ul>
  )
}

function Answer({ request: { decidedByName, decisionNote } }: Pick<RequestCardProps, 'request'>) {
  if (!decisionNote) return null
  return (
    <div>
      <p className={styles.soft}>
        {decidedByName ? <Trans>{decidedByName} writes:</Trans> : <Trans>Your practice writes:</Trans>}
      </p>
      <p className={styles.quote}>{decisionNote}</p>
    </div>
  )
}

export function RequestCard({ request, visit, item, timeZone, canAskOnceMore }: RequestCardProps) {
  const { i18n } = useLingui()
  const title = useId()
  const replica = useReplica()
  const [failed, setFailed] = useState(false)
  const nameOf = useRequestTitle()
  const { proposedTimes } = request
  const unsent = item?.state === 'saved' || item?.state === 'waiting'
  const act = (work: () => Promise<void>) => {
    setFailed(false)
    work().catch(() => setFailed(true))
  }
  if (replica === null) return null
  return (
    <Card labelledBy={title}>
      <div className={styles.card}>
        <h3 id={title}>{nameOf(request)}</h3>
        <State request={request} />
        <Times request={request} timeZone={timeZone} />
        {request.reason ? <p className={styles.quote}>{request.reason}</p> : null}
        <Answer request={request} />
        {item ? <ItemStatus state={item.state} at={item.at} /> : null}
        {request.status === 'needs-review' ? <BothSides request={request} visit={visit} /> : null}
        {failed ? (
          <Notice icon={CircleAlert} tone="bad" role="alert">
            <p>
              <Trans>This could not be saved on this device. Nothing has changed; please try again.</Trans>
            </p>
          </Notice>
        ) : null}
        {request.status === 'proposed' && proposedTimes ? (
          <div className={styles.times}>
            {proposedTimes.map((time) => (
              <Button
                key={time.from}
                look="secondary"
                onClick={() => act(() => takeTime(replica, request.id, time))}
              >
                <Trans>Take {windowWords(i18n.locale, time, timeZone)}</Trans>
              </Button>
            ))}
          </div>
        ) : null}
        {canAskOnceMore ? (
          <div>
            <Button
              look="quiet"
              onClick={() => act(() => askOnceMore(replica, request, visit))}
              aria-describedby={title}
            >
              <Undo2 size={18} aria-hidden />
              <Trans>Ask for it after all</Trans>
            </Button>
          </div>
        ) : null}
        {item?.state === 'attention' ? (
          <p>
            <Link to="/sync">
              <Trans>Your practice could not take this. See why, and what you can do</Trans>
            </Link>
          </p>
        ) : isOpen(request) && request.reviewReason !== 'withdrawn-late' ? (
          <ButtonRow>
            {request.status === 'needs-review' && visit?.status === 'booked' ? (
              <Button look="secondary" onClick={() => act(() => askAgain(replica, request.id, visit))}>
                <Trans>Still ask for this</Trans>
              </Button>
            ) : null}
            <Button
              look="quiet"
              onClick={() => act(() => withdraw(replica, request.id))}
              aria-describedby={title}
            >
              <Undo2 size={18} aria-hidden />
              {unsent ? <Trans>Undo</Trans> : <Trans>Withdraw</Trans>}
            </Button>
          </ButtonRow>
        ) : null}
      </div>
    </Card>
  )
}
