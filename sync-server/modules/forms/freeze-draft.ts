/**
 * Closes a draft at its submission. The draft's answers become the submitted ones; what other devices wrote that the
 * submitter had not seen goes to an amendment, and every other replaced value to the history.
 * SPEC: shared/merge/SPEC.md, M16.
 */

import { derivedId } from '../../../shared/crypto/derived-id.ts'
import type { Json, JsonObject } from '../../../shared/kernel/json.ts'
import { applyPatch } from '../../../shared/merge/fields.ts'
import type { FieldMark } from '../../../shared/merge/three-way.ts'
import type { StoredDocument } from '../../replication/collection.ts'
import { mergeWrite } from '../../replication/merge-write.ts'
import type { WorkingSet } from '../../replication/working-set.ts'
import { laterAnswers, newAmendment } from './amendments.ts'

export interface Submitter {
  readonly device: string
  /** Clamped clock of the submission, ms. */
  readonly at: number
  /** Revision of the draft that the submitter saw. */
  readonly draftRev: number
  /** As submitted, hidden ones included. */
  readonly answers: JsonObject
}

export async function freezeDraft(
  work: WorkingSet,
  draft: StoredDocument,
  submission: Omit<StoredDocument, 'seq'>,
  submitter: Submitter,
): Promise<void> {
  const answers = (draft.body.answers ?? {}) as JsonObject
  const later = laterAnswers({ answers, marks: draft.marks }, submitter.answers, submitter)
  const edits = Object.entries(submitter.answers)
    .filter(([key]) => !later.has(key))
    .map(([key, value]) => ({ field: `answers/${key}`, value, at: submitter.at }))
  const merge = await mergeWrite(
    work,
    // What the submitter saw of these fields is what stands: none of them is in conflict.
    {
      collection: 'drafts',
      documentId: draft.id,
      baseRev: draft.rev,
      edits,
      by: 'server',
      writer: submitter.device,
    },
    { collection: 'drafts', master: draft },
  )
  for (const entry of merge.displaced) work.keep(entry)
  const closed: StoredDocument = {
    ...draft,
    rev: draft.rev + 1,
    body: applyPatch(merge.merged, [
      ['status', 'submitted'],
      ['submissionId', submission.id],
    ]),
    marks: merge.marks,
    updatedAt: work.receivedAt,
  }
  work.stage('drafts', closed)
  if (later.size > 0) stageAmendment(work, closed, { ...submission, seq: 0 }, later)
}

function stageAmendment(
  work: WorkingSet,
  draft: StoredDocument,
  submission: StoredDocument,
  later: ReadonlyMap<string, Json>,
): void {
  const amendment = newAmendment(work, derivedId('amendment', submission.id), draft, submission)
  const rev = amendment.rev + 1
  const marks: Record<string, FieldMark> = { ...amendment.marks }
  for (const key of later.keys()) {
    const field = `answers/${key}`
    const mark = marks[field]
    if (mark !== undefined) marks[field] = { ...mark, rev }
  }
  work.stage('drafts', {
    ...amendment,
    rev,
    body: applyPatch(
      amendment.body,
      [...later].map(([key, value]) => [`answers/${key}`, value] as const),
    ),
    marks,
  })
}
