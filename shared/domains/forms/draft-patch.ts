/**
 * What a client may write on a draft: answers, dismissals of contested answers, and the step from assigned to draft.
 * All else on it is the server's. Pure. SPEC: shared/merge/SPEC.md, M15.
 */
import type { Json } from '../../kernel/json.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { FieldEdit } from '../../merge/three-way.ts'
import { type Refusal, refusal } from '../../protocol/errors.ts'
import { parseAnswerKey } from '../../questionnaire/answer-key.ts'
import { AnswerValue, type Draft } from './schema.ts'

/** Fields of one map; a form has at most 2,000 items. */
export const MAX_ANSWERS = 10_000

/**
 * The edits that count, or why the mutation cannot be accepted. A device may echo `status` and `submissionId` of its
 * own optimistic submission: that is the submission's to decide, so it is left out here without a refusal.
 */
export function checkDraftEdits(
  draft: Pick<Draft, 'status' | 'answers'>,
  edits: readonly FieldEdit[],
): Result<readonly FieldEdit[], Refusal> {
  const kept: FieldEdit[] = []
  for (const edit of edits) {
    const reason = refuseEdit(edit)
    if (reason) return err(reason)
    if (edit.field.includes('/') || (edit.value === 'draft' && draft.status === 'assigned')) kept.push(edit)
  }
  return Object.keys(draft.answers).length + kept.length > MAX_ANSWERS
    ? err(refusal('too_large', 'Too many answers.'))
    : ok(kept)
}

function refuseEdit({ field, value }: FieldEdit): Refusal | null {
  if (field.startsWith('answers/')) return refuseAnswer(field.slice('answers/'.length), value)
  if (field.startsWith('contested/'))
    return value === null ? null : refusal('not_permitted', 'Contested answers can only be dismissed.')
  if (field === 'status')
    return value === 'draft' || value === 'submitted'
      ? null
      : refusal('wrong_state', 'A draft cannot go to this state.')
  return field === 'submissionId'
    ? null
    : refusal('not_permitted', 'This field of a draft is not for clients.')
}

function refuseAnswer(key: string, value: Json): Refusal | null {
  if (!parseAnswerKey(key)) return refusal('invalid_document', 'An answer has no valid key.')
  return value === null || AnswerValue.safeParse(value).success
    ? null
    : refusal('invalid_document', 'An answer is not of a known kind.')
}

/** A first answer starts the draft, whether or not the device said so. */
export const startsDraft = (draft: Pick<Draft, 'status'>, edits: readonly FieldEdit[]): boolean =>
  draft.status === 'assigned' && edits.some(({ field }) => field.startsWith('answers/'))
