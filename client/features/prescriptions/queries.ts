/** Medications as the replica holds them, by name. No network is involved. */
import { map, type Observable } from 'rxjs'
import type { Medication } from '../../../shared/domains/medications/schema.ts'
import type { ReplicaDatabase } from '../../replica/replica-database.ts'
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
