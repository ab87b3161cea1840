/** A client's wish for a refill and what became of it: made by the client, decided by the clinician. */
import { z } from 'zod'
import { LONGEST_NOTE, LONGEST_PHARMACY, MAX_STEPS } from './limits.ts'

const id = z.uuid().lowercase()
/** The year 2100: far beyond any honest clock, well inside what dates can hold. */
const LAST_MOMENT = 4_102_444_800_000
const time = z.number().int().nonnegative().max(LAST_MOMENT)
const note = z.string().max(LONGEST_NOTE)
const pharmacy = z.string().max(LONGEST_PHARMACY)

/** `sent`: the prescription is with the pharmacy. `done`: the client has the medication. */
export const REFILL_STATES = [
  'requested',
  'more-information',
  'approved',
  'declined',
  'sent',
  'done',
  'withdrawn',
] as const

/** The medication as the client saw it when asking. */
export const SeenMedication = z.object({ name: z.string().max(200), dose: z.string().max(200) })

/** One thing that happened, written by the server. */
export const RefillStep = z.object({
  status: z.enum(REFILL_STATES),
  at: time,
  by: z.enum(['client', 'practice']),
  name: z.string().max(200),
  note: note.optional(),
})
export type RefillStep = z.infer<typeof RefillStep>

export const Refill = z.object({
  id,
  kind: z.literal('refill'),
  status: z.enum(REFILL_STATES),
  /** The medication. */
  subjectId: id,
  medication: SeenMedication.optional(),
  pharmacy: pharmacy.optional(),
  note: note.optional(),
  /** To what the practice asked last. */
  answer: note.optional(),
  requestedAt: time,
  /** The oldest first; a device that has not reached the server yet has none. */
  steps: z.array(RefillStep).max(MAX_STEPS).optional(),
  decidedAt: time.optional(),
  decidedByName: z.string().max(200).optional(),
  decisionNote: note.optional(),
  updatedAt: time,
})
export type Refill = z.infer<typeof Refill>
export type RefillState = Refill['status']

/** What a device writes of a new one; the server sets the rest. */
export const NewRefill = z.strictObject({
  id,
  kind: z.literal('refill'),
  status: z.enum(['requested', 'withdrawn']).default('requested'),
  subjectId: id,
  medication: SeenMedication.optional(),
  pharmacy: pharmacy.optional(),
  note: note.optional(),
  requestedAt: time,
})
export type NewRefill = z.infer<typeof NewRefill>

/** What a device may write of one that the server has. */
export const RefillEdits = z.strictObject({
  status: z.enum(['requested', 'withdrawn', 'done']).optional(),
  answer: note.min(1).optional(),
  pharmacy: pharmacy.nullable().optional(),
  note: note.nullable().optional(),
})
