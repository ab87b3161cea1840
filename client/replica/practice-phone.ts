/** The practice's own number, as the client's profile on this device holds it. */
import { map, type Observable } from 'rxjs'
import type { ReplicaDatabase } from './portal-session.ts'
import { useLiveQuery } from './session-context.tsx'

const phoneOf = (profile: unknown): string | null => {
  const phone = (profile as { practicePhone?: unknown } | null)?.practicePhone
  return typeof phone === 'string' ? phone : null
}

const queryPhone = (replica: ReplicaDatabase): Observable<string | null> => {
  const profiles = replica.collections.profile?.find().$ as Observable<{ toJSON(): unknown }[]>
  return profiles.pipe(
    map((found) => found.map((one) => phoneOf(one.toJSON())).find((phone) => phone !== null) ?? null),
  )
}

export const usePracticePhone = (): string | null => useLiveQuery<string | null>(queryPhone) ?? null
