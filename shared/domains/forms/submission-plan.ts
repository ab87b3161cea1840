/**
 * What a submission does to its draft. It freezes what its writer saw; what others had written meanwhile becomes an
 * amendment draft. Nothing is refused because another device was faster. Pure: ids and times come in.
 * SPEC: shared/merge/SPEC.md, M16 and M18.
 */

import type { z } from 'zod'
import { equalJson, type Json } from '../../kernel/json.ts'
import type { FieldPatch } from '../../merge/fields.ts'
import type { FieldMark, FieldMarks } from '../../merge/three-way.ts'
import type { Answers, Draft, NewSubmission, Submission } from './schema.ts'

/** A deterministic UUID: shared/crypto/derived-id.ts. */
export type DerivedId = (purpose: string, source: string) => string

/** The id of the amendment draft of a submission. */
export const amendmentId = (submissionId: string, derivedId: DerivedId): string =>
  derivedId('amendment-draft', submissionId)

export interface SubmissionInput {
  readonly draft: Draft
  /** Marks of the draft's fields. */
  readonly marks: FieldMarks
  /** Revision of the draft that the writer saw. */
  readonly draftRev: number
  readonly offered: z.infer<typeof NewSubmission>
  /** The offered answers without those that are not asked (`assessAnswers`). */
  readonly accepted: Answers
  readonly device: string
  /** Now, ms. */
  readonly at: number
  /** Receipt number. */
  readonly reference: string
  /** The open amendment draft of the draft's first submission, if there is one. */
  readonly amendment: Draft | null
  readonly derivedId: DerivedId
}

export interface AmendmentDraft {
  readonly draft: Draft
  readonly marks: FieldMarks
}

export interface SubmissionPlan {
  /** Insert it. */
  readonly submission: Submission
  /** Apply it to the draft. */
  readonly draftPatch: FieldPatch
  /** Insert it, if present. */
  readonly newAmendment?: AmendmentDraft
  /** Apply it to the open amendment, if present: this submission says all that the amendment says. */
  readonly amendmentPatch?: FieldPatch
}

export function planSubmission(input: SubmissionInput): SubmissionPlan {
  const { draft, offered, accepted, at, reference, amendment } = input
  const again = draft.status === 'submitted'
  const amends = again ? draft.submissionId : draft.amends
  const submission: Submission = {
    id: offered.id,
    draftId: draft.id,
    definitionId: draft.definitionId,
    answers: accepted,
    submittedAt: offered.submittedAt,
    formKey: draft.formKey,
    title: draft.title,
    ...(amends === undefined ? {} : { amends }),
    status: 'received',
    reference,
    receivedAt: at,
    updatedAt: at,
  }
  const closes: FieldPatch = [
    ['status', 'submitted'],
    ['submissionId', offered.id],
  ]
  if (again) {
    const said =
      amendment !== null && amendment.status !== 'submitted' && saysAll(offered.answers, amendment.answers)
    return { submission, draftPatch: [], ...(said ? { amendmentPatch: closes } : {}) }
  }
  const late = lateValues(input)
  if (late.length === 0) return { submission, draftPatch: closes }
  return { submission, draftPatch: closes, newAmendment: makeAmendment(input, submission.id, late) }
}

const saysAll = (offered: Answers, amended: Answers): boolean =>
  equalJson(offered as unknown as Json, amended as unknown as Json)

type LateValue = readonly [key: string, value: Answers[string] | null, mark: FieldMark]

/** What others wrote after the revision the writer saw, and that the frozen answers do not say. */
function lateValues({ draft, marks, draftRev, offered, device }: SubmissionInput): readonly LateValue[] {
  return Object.entries(marks).flatMap(([field, mark]): readonly LateValue[] => {
    if (!field.startsWith('answers/') || mark.rev <= draftRev || mark.device === device) return []
    const key = field.slice('answers/'.length)
    const value = own(draft.answers, key)
    return equalJson(value as Json, own(offered.answers, key) as Json) ? [] : [[key, value, mark]]
  })
}

const own = (answers: Answers, key: string): Answers[string] | null =>
  Object.hasOwn(answers, key) ? (answers[key] ?? null) : null

function makeAmendment(
  { draft, offered, at, derivedId }: SubmissionInput,
  submissionId: string,
  late: readonly LateValue[],
): AmendmentDraft {
  const answers = new Map(Object.entries(offered.answers))
  for (const [key, value] of late) {
    if (value === null) answers.delete(key)
    else answers.set(key, value)
  }
  return {
    draft: {
      ...emptyAmendment(draft, submissionId, at, derivedId),
      answers: Object.fromEntries(answers),
    },
    marks: Object.fromEntries(late.map(([key, , mark]) => [`answers/${key}`, { ...mark, rev: 1 }])),
  }
}

/** An amendment draft that says nothing yet but what the submission said. */
export const emptyAmendment = (
  draft: Draft,
  submissionId: string,
  at: number,
  derivedId: DerivedId,
): Draft => ({
  id: amendmentId(submissionId, derivedId),
  definitionId: draft.definitionId,
  formKey: draft.formKey,
  title: draft.title,
  status: 'draft',
  assignedAt: at,
  amends: submissionId,
  answers: {},
  contested: {},
  updatedAt: at,
})
