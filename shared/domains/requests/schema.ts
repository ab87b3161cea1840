/** What a client wishes of the practice: made by the client, decided by staff. */
import { z } from 'zod'

const id = z.uuid().lowercase()
const time = z.number().int().nonnegative()
const text = (max: number) => z.string().max(max)

export const REQUEST_KINDS = ['new-appointment', 'cancel', 'reschedule', 'refill'] as const
export const REQUEST_STATES = ['requested', 'approved', 'declined', 'needs-review', 'withdrawn'] as const

export const Request = z.object({
  id,
  kind: z.enum(REQUEST_KINDS),
  status: z.enum(REQUEST_STATES),
  /** The appointment or medication it is about, and the revision of it that the client saw. */
  subjectId: id.optional(),
  subjectRev: z.number().int().nonnegative().optional(),
  preferredTimes: z
    .array(z.object({ from: time, to: time }))
    .max(10)
    .optional(),
  reason: text(2_000).optional(),
  requestedAt: time,
  decidedAt: time.optional(),
  decidedByName: text(200).optional(),
  decisionNote: text(2_000).optional(),
  updatedAt: time,
})
export type Request = z.infer<typeof Request>
