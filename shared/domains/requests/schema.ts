/** What a client wishes of the practice: made by the client, decided by staff. */
import { z } from 'zod'
import { Appointment, VISIT_KINDS } from '../appointments/schema.ts'
import { MAX_WINDOWS } from './limits.ts'

const id = z.uuid().lowercase()
/** The year 2100: far beyond any honest clock, well inside what dates can hold. */
const LAST_MOMENT = 4_102_444_800_000
const time = z.number().int().nonnegative().max(LAST_MOMENT)
const text = (max: number) => z.string().max(max)

/** Refills are documents of the same collection with a form of their own: shared/domains/medications. */
export const REQUEST_KINDS = ['new-appointment', 'cancel', 'reschedule'] as const
/** `proposed`: staff offer other times. `needs-review`: what the client saw is not what is so; somebody looks at both. */
export const REQUEST_STATES = [
  'requested',
  'approved',
  'declined',
  'proposed',
  'needs-review',
  'withdrawn',
] as const
/** The appointment was another one when the request came; it was changed since; it was withdrawn after the decision. */
export const REVIEW_REASONS = ['seen-otherwise', 'changed-since', 'withdrawn-late'] as const

export const TimeWindow = z
  .object({ from: time, to: time })
  .refine(({ from, to }) => to > from, 'It ends before it begins.')
export type TimeWindow = z.infer<typeof TimeWindow>

/** The appointment as the client saw it when asking. */
export const SeenVisit = Appointment.pick({
  startsAt: true,
  endsAt: true,
  timeZone: true,
  title: true,
  clinicianName: true,
  place: true,
  status: true,
}).extend({ startsAt: time, endsAt: time })
export type SeenVisit = z.infer<typeof SeenVisit>

export const Request = z.object({
  id,
  kind: z.enum(REQUEST_KINDS),
  status: z.enum(REQUEST_STATES),
  /** The appointment it is about, and the revision of it that the client saw. */
  subjectId: id.optional(),
  subjectRev: z.number().int().nonnegative().optional(),
  seen: SeenVisit.optional(),
  preferredTimes: z.array(TimeWindow).max(10).optional(),
  /** How the client would like to meet; absent: either. */
  visitKind: z.enum(VISIT_KINDS).optional(),
  reason: text(2_000).optional(),
  requestedAt: time,
  reviewReason: z.enum(REVIEW_REASONS).optional(),
  /** What staff offer instead, and the one that the client takes. */
  proposedTimes: z.array(TimeWindow).max(MAX_WINDOWS).optional(),
  chosenTime: TimeWindow.optional(),
  /** The appointment that came of it. */
  appointmentId: id.optional(),
  decidedAt: time.optional(),
  decidedByName: text(200).optional(),
  decisionNote: text(2_000).optional(),
  updatedAt: time,
})
export type Request = z.infer<typeof Request>
export type RequestKind = Request['kind']
export type RequestState = Request['status']

/** What a device writes of a new one; the server sets the rest. */
export const NewRequest = z.strictObject({
  id,
  kind: z.enum(REQUEST_KINDS),
  status: z.enum(['requested', 'withdrawn']).default('requested'),
  subjectId: id.optional(),
  subjectRev: z.number().int().nonnegative().max(2_147_483_647).optional(),
  seen: SeenVisit.optional(),
  preferredTimes: z.array(TimeWindow).min(1).max(MAX_WINDOWS).optional(),
  visitKind: z.enum(VISIT_KINDS).optional(),
  reason: text(2_000).optional(),
  requestedAt: time,
})
export type NewRequest = z.infer<typeof NewRequest>
