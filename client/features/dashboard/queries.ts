import { map, type Observable } from 'rxjs'
import type { Appointment } from '../../../shared/domains/appointments/schema.ts'
import type { BillingDocument } from '../../../shared/domains/billing/schema.ts'
import type { ReplicaDatabase } from '../../replica/replica-database.ts'
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

const queryRequestsForYou = (replica: ReplicaDatabase): Observable<number> =>
  replica.requests
    .find()
    .$.pipe(
      map(
        (found) =>
          found
            .map((request) => request.toMutableJSON())
            .filter(
              (one) =>
                one.kind !== 'refill' &&
                (one.status === 'proposed' ||
                  (one.status === 'needs-review' && one.reviewReason !== 'withdrawn-late')),
            ).length,
      ),
    )

/** How many requests wait for the client: other times are offered, or the appointment was changed meanwhile. */
export const useRequestsForYou = (): number | undefined => useLiveQuery(queryRequestsForYou)

const queryBilling = (replica: ReplicaDatabase): Observable<readonly BillingDocument[]> =>
  replica.billing.find().$.pipe(map((found) => found.map((one) => one.toMutableJSON())))

export const useBilling = (): readonly BillingDocument[] | undefined => useLiveQuery(queryBilling)
