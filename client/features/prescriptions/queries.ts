/** Medications and refills as the replica holds them. No network is involved. */
import { map, type Observable } from 'rxjs'
import type { Refill } from '../../../shared/domains/medications/refill-schema.ts'
import type { Medication } from '../../../shared/domains/medications/schema.ts'
import type { Request } from '../../../shared/domains/requests/schema.ts'
import type { ReplicaDatabase } from '../../replica/portal-session.ts'
import { useLiveQuery } from '../../replica/session-context.tsx'

const queryMedications = (replica: ReplicaDatabase): Observable<readonly Medication[]> =>
  replica.medications
    .find()
    .$.pipe(
      map((found) =>
        found
          .map((one) => one.toMutableJSON())
          .sort((a, b) => a.name.localeCompare(b.name) || a.startedAt - b.startedAt),
      ),
    )

/** Undefined until this device has looked. */
export const useMedications = (): readonly Medication[] | undefined => useLiveQuery(queryMedications)

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

/** The newest first. */
export const useRefills = (): readonly Refill[] | undefined => useLiveQuery(queryRefills)
