/** Conversations of the record that is open, as its replica holds them, and which of their messages are the reader's own. */
import { useMemo } from 'react'
import { combineLatest, map, type Observable } from 'rxjs'
import type { Message } from '../../shared/domains/messages/schema.ts'
import { type Thread, threadsOf } from '../../shared/domains/messages/threads.ts'
import type { Receipt } from '../../shared/domains/receipts/schema.ts'
import type { SessionView } from './portal-session.ts'
import type { ReplicaDatabase } from './replica-database.ts'
import { useLiveQuery, useSessionView } from './session-context.tsx'

/** As whom this account writes in the record that is open: its own, or somebody else's. */
export const authorIn = ({ record }: Pick<SessionView, 'record'>): 'client' | 'proxy' =>
  record?.own === false ? 'proxy' : 'client'

/** Several people may look after one record: who of them wrote is told by the name. */
export const isOwnMessage =
  (view: Pick<SessionView, 'person' | 'record'>) =>
  ({ author, authorName }: Message): boolean =>
    author === authorIn(view) && (author === 'client' || authorName === view.person?.name)

export interface Conversations {
  /** The newest first. */
  readonly threads: readonly Thread[]
  readonly messages: readonly Message[]
}

const queryConversations =
  (view: SessionView) =>
  (replica: ReplicaDatabase): Observable<Conversations> =>
    combineLatest([replica.messages.find().$, replica.receipts.find().$]).pipe(
      map(([found, positions]) => {
        const messages = found.map((message) => message.toMutableJSON() as Message)
        const receipts = positions.map((receipt) => receipt.toMutableJSON() as Receipt)
        const reader = view.person?.accountId ?? ''
        return { messages, threads: threadsOf(messages, receipts, reader, isOwnMessage(view)) }
      }),
    )

export function useConversations(): Conversations | undefined {
  const view = useSessionView()
  return useLiveQuery(useMemo(() => queryConversations(view), [view]))
}
