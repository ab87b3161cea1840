/** Requests that wait for an answer, and the answers of the last weeks. */
import { Trans } from '@lingui/react/macro'
import type { Appointment } from '../../../../shared/domains/appointments/schema.ts'
import { canBeChanged, isOpen } from '../../../../shared/domains/requests/rules.ts'
import type { Request } from '../../../../shared/domains/requests/schema.ts'
import { equalJson } from '../../../../shared/kernel/json.ts'
import { useSyncView } from '../../../replica/session-context.tsx'
import { Part } from '../../../ui/page.tsx'
import styles from '../requests.module.css'
import { RequestCard } from './request-card.tsx'

const SHOWN_MS = 14 * 24 * 3_600_000

/** A withdrawal is taken back by asking once more, where that still makes sense. */
function canAskOnceMore(request: Request, { requests, visits, now }: Omit<OpenRequestsProps, 'timeZone'>) {
  const { status, subjectId, preferredTimes = [] } = request
  if (status !== 'withdrawn' || preferredTimes.some(({ from }) => from <= now)) return false
  if (subjectId === undefined) return !requests.some((other) => isOpen(other) && isAlike(other, request))
  const visit = visits.find(({ id }) => id === subjectId)
  const isAsked = requests.some((other) => other.subjectId === subjectId && isOpen(other))
  return visit !== undefined && canBeChanged(visit, now) && !isAsked
}

const isAlike = (one: Request, other: Request) =>
  one.kind === other.kind && equalJson(one.preferredTimes ?? [], other.preferredTimes ?? [])

export const isShown = (request: Request, now: number): boolean =>
  isOpen(request) || (request.decidedAt ?? request.updatedAt) > now - SHOWN_MS

interface OpenRequestsProps {
  readonly requests: readonly Request[]
  readonly visits: readonly Appointment[]
  readonly timeZone: string
  readonly now: number
}

export function OpenRequests({ requests, visits, timeZone, now }: OpenRequestsProps) {
  const { items } = useSyncView()
  const shown = requests.filter((request) => isShown(request, now))
  if (shown.length === 0) return null
  // What needs the client, or waits, stands before what is over.
  const ordered = [...shown.filter(isOpen), ...shown.filter((request) => !isOpen(request))]
  return (
    <Part id="requests" title={<Trans>Your requests</Trans>}>
      <div className={styles.cards}>
        {ordered.map((request) => (
          <RequestCard
            key={request.id}
            request={request}
            visit={visits.find(({ id }) => id === request.subjectId)}
            item={items.find(({ documentId }) => documentId === request.id)}
            timeZone={timeZone}
            canAskOnceMore={canAskOnceMore(request, { requests, visits, now })}
          />
        ))}
      </div>
    </Part>
  )
}
