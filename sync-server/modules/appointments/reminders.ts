/**
 * The port for reminders. Reminding people at a later time needs a queue of jobs, which does not exist yet: until it does,
 * every appointment that is booked, moved or cancelled is told here, in the transaction that changes it, and nobody is
 * reminded of anything. Whoever builds the queue gives a `Reminders` that adds the outbox kind `appointments.changed` with
 * the payload below; its handler plans or drops the reminders of that appointment. The payload names the appointment and
 * says nothing of it.
 */
import { z } from 'zod'
import type { SqlTransaction } from '../../platform/database.ts'

export const ChangedVisit = z.object({
  clientId: z.uuid(),
  appointmentId: z.uuid(),
  /** ms; null: it does not take place. */
  startsAt: z.number().int().nullable(),
})
export type ChangedVisit = z.infer<typeof ChangedVisit>

export interface Reminders {
  /** In the transaction of the change: told exactly when the change stands. */
  visitChanged(tx: SqlTransaction, visit: ChangedVisit): Promise<void>
}

export const NO_REMINDERS: Reminders = { visitChanged: async () => undefined }
