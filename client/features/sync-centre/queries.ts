/** What a waiting document is called, and which form it belongs to. */
import { useLingui } from '@lingui/react/macro'
import { combineLatest, map, type Observable } from 'rxjs'
import { isZone } from '../../../shared/calendar/clinic-days.ts'
import type { Refill } from '../../../shared/domains/medications/refill-schema.ts'
import type { Message } from '../../../shared/domains/messages/schema.ts'
import type { Request } from '../../../shared/domains/requests/schema.ts'
import type { PendingItem } from '../../replica/portal-session.ts'
import type { Outgoing, ReplicaDatabase } from '../../replica/replica-database.ts'
import { useLiveQuery } from '../../replica/session-context.tsx'
import { dayOf } from '../../ui/time.ts'

interface KnownDocument {
  readonly title: string
  readonly draftId?: string
  readonly message?: Message
  readonly request?: Request | Refill
}

const queryTitles = (replica: ReplicaDatabase): Observable<ReadonlyMap<string, KnownDocument>> =>
  combineLatest([
    replica.drafts.find().$,
    replica.submissions.find().$,
    replica.messages.find().$,
    replica.requests.find().$,
  ]).pipe(
    map(
      ([drafts, submissions, messages, requests]) =>
        new Map<string, KnownDocument>([
          ...requests.map((one) => {
            const request = one.toMutableJSON() as Request | Refill
            return [request.id, { title: '', request }] as const
          }),
          ...messages.map((one) => {
            const message = one.toMutableJSON() as Message
            return [message.id, { title: message.subject, message }] as const
          }),
          ...drafts.map(({ id, title }) => [id, { title, draftId: id }] as const),
          ...submissions.map(({ id, title, draftId }) => [id, { title, draftId }] as const),
        ]),
    ),
  )

/** Messages whose Send was pressed and can still be taken back: no document yet, and to be sent all the same. */
const queryHeld = (replica: ReplicaDatabase): Observable<readonly Outgoing[]> =>
  replica.outgoing
    .find()
    .$.pipe(
      map((found) =>
        found.map((one) => one.toMutableJSON() as Outgoing).filter(({ sendAt }) => sendAt !== undefined),
      ),
    )

export const useHeldMessages = (): readonly Outgoing[] => useLiveQuery(queryHeld) ?? []

export interface ItemNames {
  nameOf(item: PendingItem): string
  draftOf(item: PendingItem): string | undefined
  messageOf(item: PendingItem): Message | undefined
}

export function useItemNames(): ItemNames {
  const { i18n, t } = useLingui()
  const known = useLiveQuery<ReadonlyMap<string, KnownDocument>>(queryTitles)
  /** Several may wait at once: each says what it asks for. */
  const requestName = (request: Request | Refill | undefined) => {
    if (request === undefined) return t`A request for an appointment`
    if (request.kind === 'refill') {
      const medication = request.medication?.name
      return medication ? t`Refill: ${medication}` : t`A request for a refill`
    }
    const { kind, seen } = request
    if (kind === 'new-appointment') return t`A new appointment`
    if (seen === undefined) return t`A request for an appointment`
    const day = dayOf(i18n.locale, seen.startsAt, isZone(seen.timeZone) ? seen.timeZone : 'UTC')
    return kind === 'cancel' ? t`Cancel the appointment on ${day}` : t`Move the appointment on ${day}`
  }
  const nameOf = ({ collection, documentId }: PendingItem) => {
    const title = known?.get(documentId)?.title
    switch (collection) {
      case 'drafts':
        return title ? t`Answers: ${title}` : t`Answers to a form`
      case 'messages':
        return title ? t`Message: ${title}` : t`A message`
      case 'receipts':
        return t`What you have read`
      case 'submissions':
        return title ? t`Submission: ${title}` : t`A submitted form`
      case 'requests':
        return requestName(known?.get(documentId)?.request)
      case 'profile':
        return t`Your preferences`
      default:
        return t`A change to your record`
    }
  }
  return {
    nameOf,
    draftOf: ({ documentId }) => known?.get(documentId)?.draftId,
    messageOf: ({ documentId }) => known?.get(documentId)?.message,
  }
}
