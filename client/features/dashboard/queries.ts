/** What home shows, from the replica alone. */
import { map, type Observable } from 'rxjs'
import type { Appointment } from '../../../shared/domains/appointments/schema.ts'
import type { ReplicaDatabase } from '../../replica/portal-session.ts'
import { useLiveQuery } from '../../replica/session-context.tsx'

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
