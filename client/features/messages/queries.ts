/** What is being written on this device and is nobody's message yet. */
import { map, type Observable } from 'rxjs'
import type { Outgoing, ReplicaDatabase } from '../../replica/replica-database.ts'
import { useLiveQuery } from '../../replica/session-context.tsx'

const queryOutgoing = (replica: ReplicaDatabase): Observable<Outgoing[]> =>
  replica.outgoing.find().$.pipe(map((found) => found.map((one) => one.toMutableJSON() as Outgoing)))

export const useOutgoing = (): readonly Outgoing[] | undefined => useLiveQuery(queryOutgoing)
