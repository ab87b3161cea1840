/** Appointments as the replica holds them, earliest first. No network is involved. */
import { useCallback } from 'react'
import { map, type Observable } from 'rxjs'
import type { Appointment } from '../../../shared/domains/appointments/schema.ts'
import type { Refill } from '../../../shared/domains/medications/refill-schema.ts'
import type { Request } from '../../../shared/domains/requests/schema.ts'
import type { ReplicaDatabase } from '../../replica/replica-database.ts'
import { useLiveQuery } from '../../replica/session-context.tsx'

const queryAppointments = (replica: ReplicaDatabase): Observable<readonly Appointment[]> =>
  replica.appointments
    .find({ sort: [{ startsAt: 'asc' }] })
    .$.pipe(map((found) => found.map((appointment) => appointment.toMutableJSON())))

/** Undefined until this device has looked. */
export const useAppointments = (): readonly Appointment[] | undefined => useLiveQuery(queryAppointments)

/** Null where this device does not hold it. */
export function useAppointment(id: string): Appointment | null | undefined {
  const query = useCallback(
    (replica: ReplicaDatabase) =>
      replica.appointments.findOne(id).$.pipe(map((found) => found?.toMutableJSON() ?? null)),
    [id],
  )
  return useLiveQuery<Appointment | null>(query)
}

const isAboutVisits = (one: Request | Refill): one is Request => one.kind !== 'refill'

const queryRequests = (replica: ReplicaDatabase): Observable<readonly Request[]> =>
  replica.requests.find().$.pipe(
    map((found) =>
      found
        .map((request) => request.toMutableJSON())
        .filter(isAboutVisits)
        .sort((a, b) => b.requestedAt - a.requestedAt),
    ),
  )

/** What was asked for about appointments, newest first. */
export const useRequests = (): readonly Request[] | undefined => useLiveQuery(queryRequests)
