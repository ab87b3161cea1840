/** Requests for refills as the replica holds them, the newest first. No network is involved. */
import { map, type Observable } from 'rxjs'
import type { Refill } from '../../shared/domains/medications/refill-schema.ts'
import type { Request } from '../../shared/domains/requests/schema.ts'
import { type KnownRefill, knownRefills } from './known-refills.ts'
import type { ReplicaDatabase } from './replica-database.ts'
import { useLiveQuery, useSyncView } from './session-context.tsx'

const isRefill = (one: Request | Refill): one is Refill => one.kind === 'refill'

const queryRefills = (replica: ReplicaDatabase): Observable<readonly Refill[]> =>
  replica.requests.find().$.pipe(
    map((found) =>
      found
        .map((request) => request.toMutableJSON())
        .filter(isRefill)
        .sort((a, b) => b.requestedAt - a.requestedAt),
    ),
  )

/** Undefined until this device has looked. */
export function useKnownRefills(): readonly KnownRefill[] | undefined {
  const refills = useLiveQuery<readonly Refill[]>(queryRefills)
  const { items } = useSyncView()
  return refills && knownRefills(refills, items)
}
