/** The profile of the record that is open, as this device holds it. */
import { map, type Observable } from 'rxjs'
import type { Profile } from '../../shared/domains/profile/schema.ts'
import type { ReplicaDatabase } from './replica-database.ts'
import { useLiveQuery } from './session-context.tsx'

const queryProfile = (replica: ReplicaDatabase): Observable<Profile | null> =>
  replica.profile.find().$.pipe(map(([found]) => found?.toMutableJSON() ?? null))

/** Null where this device holds none; undefined until it has looked. */
export const useOwnProfile = (): Profile | null | undefined => useLiveQuery(queryProfile)
