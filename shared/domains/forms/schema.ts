/**
 * Forms as documents of the replica. A draft *is* the assignment: the server creates it empty, so that two devices
 * that open the form offline fill the same document. SPEC: shared/merge/SPEC.md (drafts), product rules in rules.ts.
 */
import { z } from 'zod'
import type { Json } from '../../kernel/json.ts'

const id = z.uuid().lowercase()
const time = z.number().int().nonnegative()
const text = (max: number) => z.string().max(max)

/** One answer: see shared/questionnaire/answer-key.ts for how several options and repeating rows are keyed. */
export const AnswerValue = z.union([
  z.string().max(20_000),
  z.number().finite(),
  z.boolean(),
  z.record(z.string().max(100), z.union([z.string().max(200_000), z.number(), z.boolean(), z.null()])),
])
export type AnswerValue = z.infer<typeof AnswerValue>

export const Answers = z.record(z.string().min(1).max(500), AnswerValue)
export type Answers = z.infer<typeof Answers>

/** The other answer to a question that two devices answered: kept beside the winner until the client dismisses it. */
export const ContestedAnswer = z.object({
  value: AnswerValue.nullable(),
  /** Null where several devices made it together (a merged text). */
  device: id.nullable(),
  deviceName: text(100),
  at: time,
})
export type ContestedAnswer = z.infer<typeof ContestedAnswer>

export const Draft = z.object({
  id,
  /** The published version it is pinned to. */
  definitionId: id,
  formKey: text(100),
  title: text(200),
  status: z.enum(['assigned', 'draft', 'submitted']),
  assignedAt: time,
  dueAt: time.optional(),
  /** Set on an amendment: the submission that it corrects. */
  amends: id.optional(),
  submissionId: id.optional(),
  answers: Answers,
  contested: z.record(z.string().max(500), z.array(ContestedAnswer).max(20)),
  updatedAt: time,
})
export type Draft = z.infer<typeof Draft>

/** What a client's device writes to submit: the frozen answers the client saw on the check-your-answers page. */
export const NewSubmission = z.object({
  id,
  draftId: id,
  definitionId: id,
  answers: Answers,
  submittedAt: time,
})

/** Asked for more: what the practice wants to know, and about which questions. */
export const Returned = z.object({
  note: text(2_000).min(1),
  /** Keys of questions. */
  questions: z.array(z.string().min(1).max(500)).max(200),
  at: time,
})

/** As the client sees it. Staff flags and notes are not part of the replica. */
export const Submission = NewSubmission.extend({
  formKey: text(100),
  title: text(200),
  amends: id.optional(),
  /** `sent` exists on the device only, until the server's answer. */
  status: z.enum(['sent', 'received', 'reviewed']),
  /** Receipt number that a person can read aloud. */
  reference: text(20).optional(),
  receivedAt: time.optional(),
  reviewedAt: time.optional(),
  reviewerName: text(200).optional(),
  /** Reviewed, and given back: the correction that it opened is a draft which amends this. */
  returned: Returned.optional(),
  updatedAt: time,
})
export type Submission = z.infer<typeof Submission>

/** A published version of a form; immutable. `questionnaire` is FHIR R4 Questionnaire JSON inside the supported subset. */
export const FormDefinition = z.object({
  id,
  formKey: text(100),
  version: z.number().int().positive(),
  kind: z.enum(['initial-intake', 'annual-update', 'symptom-checklist', 'custom']),
  title: text(200),
  questionnaire: z.json() as unknown as z.ZodType<{ [key: string]: Json }>,
  updatedAt: time,
})
export type FormDefinition = z.infer<typeof FormDefinition>
