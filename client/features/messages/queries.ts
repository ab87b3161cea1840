/** Conversations on this device: what was received, what waits to be sent, and what is still being written. */

import { useMemo } from 'react'
import { combineLatest, map, type Observable } from 'rxjs'
import type { Message } from '../../../shared/domains/messages/schema.ts'
import { type Thread, threadsOf } from '../../../shared/domains/messages/threads.ts'
import type { Receipt } from '../../../shared/domains/receipts/schema.ts'
import type { Outgoing, Person, ReplicaDatabase } from '../../replica/portal-session.ts'
import { useLiveQuery, useSessionView } from '../../replica/session-context.tsx'

export interface Conversations {
  readonly threads: readonly Thread[]
  readonly messages: readonly Message[]
  readonly outgoing: readonly Outgoing[]
}

/** Who reads here: the account's own messages are never unread. */
export const isOwn =
  (person: Person | null) =>
  (message: Message): boolean =>
    message.author === (person?.role ?? 'client')

const queryConversations =
  (person: Person | null) =>
  (replica: ReplicaDatabase): Observable<Conversations> =>
    combineLatest([replica.messages.find().$, replica.receipts.find().$, replica.outgoing.find().$]).pipe(
      map(([messages, receipts, outgoing]) => {
        const found = messages.map((message) => message.toMutableJSON() as Message)
        return {
          messages: found,
          threads: threadsOf(
            found,
            receipts.map((receipt) => receipt.toMutableJSON() as Receipt),
            person?.accountId ?? '',
            isOwn(person),
          ),
          outgoing: outgoing.map((one) => one.toMutableJSON() as Outgoing),
        }
      }),
    )

export function useConversations(): Conversations | undefined {
  const { person } = useSessionView()
  return useLiveQuery(useMemo(() => queryConversations(person), [person]))
}
