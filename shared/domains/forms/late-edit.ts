/**
 * An edit that arrives at a draft after its submission. It never changes the submission: it goes to the amendment
 * draft, which is made by the first such edit. Pure. SPEC: shared/merge/SPEC.md, M17.
 */
import { equalJson, type Json } from '../../kernel/json.ts'
import { fieldValue } from '../../merge/fields.ts'
import type { FieldEdit } from '../../merge/three-way.ts'
import type { Draft, Submission } from './schema.ts'
import { type AmendmentDraft, type DerivedId, emptyAmendment } from './submission-plan.ts'

export interface LateEditInput {
  /** The submitted draft that the edit was meant for. */
  readonly draft: Draft
  /** Its submission. */
  readonly submission: Pick<Submission, 'id' | 'answers' | 'submittedAt' | 'receivedAt'>
  /** The device that submitted, if known. */
  readonly submittedBy: string | null
  /** The amendment draft with the id `amendmentId(submission.id)`, if it exists. */
  readonly amendment: Draft | null
  readonly device: string
  /** As checkDraftEdits left them. */
  readonly edits: readonly FieldEdit[]
  /** Now, ms. */
  readonly at: number
  readonly derivedId: DerivedId
}

export type LateEditPlan =
  /** Nothing in it is new. Values of the submitting device from before it submitted belong into the history. */
  | { readonly kind: 'nothing'; readonly superseded: readonly FieldEdit[] }
  /** Insert the amendment draft, with these marks. */
  | { readonly kind: 'create'; readonly amendment: AmendmentDraft; readonly superseded: readonly FieldEdit[] }
  /**
   * Merge the edits into the open amendment draft with base revision 0: whatever others wrote there was unseen. If that
   * amendment is submitted too, plan again for it and its own submission.
   */
  | {
      readonly kind: 'merge'
      readonly draftId: string
      readonly edits: readonly FieldEdit[]
      readonly superseded: readonly FieldEdit[]
    }

export function planLateEdit(input: LateEditInput): LateEditPlan {
  const { draft, submission, device, derivedId } = input
  const answers = input.edits.filter(({ field }) => field.startsWith('answers/'))
  // A clock that runs ahead is cut to the same moment for the submission and for what came after it, and may be set
  // right in between: only what is older for certain is old. The rest becomes an amendment, which loses nothing.
  const { submittedAt, receivedAt = submittedAt } = submission
  const isOld = ({ at }: FieldEdit) => device === input.submittedBy && at < Math.min(submittedAt, receivedAt)
  const superseded = answers.filter((edit) => isOld(edit) && !isFrozen(submission, edit))
  const fresh = answers.filter((edit) => !isOld(edit))
  if (input.amendment) {
    return fresh.length === 0
      ? { kind: 'nothing', superseded }
      : { kind: 'merge', draftId: input.amendment.id, edits: fresh, superseded }
  }
  const different = fresh.filter((edit) => !isFrozen(submission, edit))
  if (different.length === 0) return { kind: 'nothing', superseded }
  const amended = new Map(Object.entries(submission.answers))
  for (const { field, value } of different) {
    const key = field.slice('answers/'.length)
    if (value === null) amended.delete(key)
    else amended.set(key, value as Draft['answers'][string])
  }
  return {
    kind: 'create',
    superseded,
    amendment: {
      draft: {
        ...emptyAmendment(draft, submission.id, input.at, derivedId),
        answers: Object.fromEntries(amended),
      },
      marks: Object.fromEntries(different.map((edit) => [edit.field, { rev: 1, at: edit.at, device }])),
    },
  }
}

/** The submission says the same. */
const isFrozen = (submission: LateEditInput['submission'], { field, value }: FieldEdit): boolean =>
  equalJson(fieldValue({ answers: submission.answers as unknown as Json }, field), value)
