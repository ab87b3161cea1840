/** What home shows, from the replica alone. */
import { useMemo } from 'react'
import { combineLatest, map, type Observable } from 'rxjs'
import type { Appointment } from '../../../shared/domains/appointments/schema.ts'
import type { Message } from '../../../shared/domains/messages/schema.ts'
import { threadsOf } from '../../../shared/domains/messages/threads.ts'
import type { Receipt } from '../../../shared/domains/receipts/schema.ts'
import type { Person, ReplicaDatabase } from '../../replica/portal-session.ts'
import { useLiveQuery, useSessionView } from '../../replica/session-context.tsx'

const queryUpcoming = (replica: ReplicaDatabase): Observable<Appointment[]> =>
  replica.appointments
    .find({ selector: { endsAt: { $gt: Date.now() } }, sort: [{ startsAt: 'asc' }] })
    .$.pipe(
      map((found) =>
        found.map((appointment) => appointment.toMutableJSON()).filter((one) => one.status !== 'cancelled'),
      ),
    )

/** The appointments to come, the next one first. */
export const useUpcoming = (): readonly Appointment[] | undefined => useLiveQuery(queryUpcoming)

const queryUnread =
  (person: Person | null) =>
  (replica: ReplicaDatabase): Observable<number> =>
    combineLatest([replica.messages.find().$, replica.receipts.find().$]).pipe(
      map(([messages, receipts]) =>
        threadsOf(
          messages.map((message) => message.toMutableJSON() as Message),
          receipts.map((receipt) => receipt.toMutableJSON() as Receipt),
          person?.accountId ?? '',
          ({ author }) => author === (person?.role ?? 'client'),
        ).reduce((sum, { unread }) => sum + unread, 0),
      ),
    )

/** Messages of others that this reader has not seen yet. */
export function useUnreadMessages(): number | undefined {
  const { person } = useSessionView()
  return useLiveQuery(useMemo(() => queryUnread(person), [person]))
}

const queryRequestsForYou = (replica: ReplicaDatabase): Observable<number> =>
  replica.requests
    .find()
    .$.pipe(
      map(
        (found) =>
          found
            .map((request) => request.toMutableJSON())
            .filter(
              ({ status, reviewReason }) =>
                status === 'proposed' || (status === 'needs-review' && reviewReason !== 'withdrawn-late'),
            ).length,
      ),
    )

/** How many requests wait for the client: other times are offered, or the appointment was changed meanwhile. */
export const useRequestsForYou = (): number | undefined => useLiveQuery(queryRequestsForYou)
