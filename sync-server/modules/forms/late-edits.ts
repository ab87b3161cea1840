/**
 * Edits that arrive at a draft after its submission: they go to the amendment of that submission, and so on where that
 * is submitted too. The submission never changes, and nothing is lost. SPEC: shared/merge/SPEC.md, M17.
 */
import { derivedId } from '../../../shared/crypto/derived-id.ts'
import { planLateEdit } from '../../../shared/domains/forms/late-edit.ts'
import type { Submission } from '../../../shared/domains/forms/schema.ts'
import { amendmentId } from '../../../shared/domains/forms/submission-plan.ts'
import { ok, type Result } from '../../../shared/kernel/result.ts'
import type { FieldEdit } from '../../../shared/merge/three-way.ts'
import type { Refusal } from '../../../shared/protocol/errors.ts'
import type { Decision, StoredDocument, Write } from '../../replication/collection.ts'
import { toClient } from '../../replication/document-store.ts'
import type { WorkingSet } from '../../replication/working-set.ts'
import { draftOf, mergeDraft, stageDraft } from './merge-draft.ts'
import type { ParsedForms } from './parsed-forms.ts'

/** `written` is the draft that the edit names; `closed` the submitted one at the end of its chain that is looked at. */
export async function editSubmitted(
  forms: ParsedForms,
  work: WorkingSet,
  write: Write,
  written: StoredDocument,
  closed: StoredDocument = written,
): Promise<Result<Decision, Refusal>> {
  const { plan, amendment } = await planFor(work, write, closed)
  for (const edit of plan.superseded) keepSuperseded(work, write, closed, edit)
  // The draft itself stays as it was, whatever becomes of the edit.
  const untouched = (outcome: Decision['outcome']) => ok({ outcome, rev: written.rev })
  if (plan.kind === 'nothing') return untouched('ok')
  if (plan.kind === 'create') {
    stageDraft(work, plan.amendment)
    return untouched('merged')
  }
  if (amendment === undefined) throw new Error('An amendment was planned for and is not there.')
  if (draftOf(amendment).status === 'submitted') return editSubmitted(forms, work, write, written, amendment)
  const late = { ...write, documentId: plan.draftId, baseRev: 0, edits: plan.edits }
  const merged = await mergeDraft(forms, work, late, amendment)
  if (!merged.ok) return merged
  return untouched(merged.value.outcome === 'ok' ? 'merged' : merged.value.outcome)
}

async function planFor(work: WorkingSet, write: Write, closed: StoredDocument) {
  const draft = draftOf(closed)
  const submission = await work.load('submissions', draft.submissionId ?? '')
  if (submission === undefined) throw new Error('A submitted draft has lost its submission.')
  const amendment = await work.load('drafts', amendmentId(submission.id, derivedId))
  const { deviceId } = submission.server
  const plan = planLateEdit({
    draft,
    submission: toClient(submission) as unknown as Submission,
    submittedBy: typeof deviceId === 'string' ? deviceId : null,
    amendment: amendment ? draftOf(amendment) : null,
    device: write.writer,
    edits: write.edits,
    at: work.receivedAt,
    derivedId,
  })
  return { plan, amendment }
}

function keepSuperseded(work: WorkingSet, write: Write, draft: StoredDocument, edit: FieldEdit): void {
  const { field, value, at } = edit
  const rev = draft.rev
  const place = { collection: 'drafts', id: draft.id, sinceRev: rev, untilRev: rev } as const
  work.keep({ ...place, field, value, kind: 'lost', device: write.writer, at })
}
