/**
 * Drafts: assigned forms and their answers. A client's devices write answers, dismiss contested ones, and start the
 * draft; nothing else. What arrives after the submission goes to an amendment. SPEC: shared/merge/SPEC.md, M9–M17.
 */

import { derivedId } from '../../../shared/crypto/derived-id.ts'
import { checkDraftEdits, startsDraft } from '../../../shared/domains/forms/draft-patch.ts'
import { planLateEdit } from '../../../shared/domains/forms/late-edit.ts'
import { Draft, type Submission } from '../../../shared/domains/forms/schema.ts'
import { amendmentId } from '../../../shared/domains/forms/submission-plan.ts'
import type { JsonObject } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type ContestedInput, mergeContested } from '../../../shared/merge/contested.ts'
import type { FieldEdit, FieldMarks } from '../../../shared/merge/three-way.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type {
  Collection,
  Decision,
  StoredDocument,
  Write,
} from '../../replication/collection.ts'
import { readDeviceNames } from '../../replication/device-name-store.ts'
import { createDocumentStore, toClient } from '../../replication/document-store.ts'
import { mergeWrite } from '../../replication/merge-write.ts'
import { putRecord } from '../../replication/record-collection.ts'
import { textColumn, timeColumn } from '../../replication/typed-columns.ts'
import type { WorkingSet } from '../../replication/working-set.ts'
import type { ParsedForms } from './parsed-forms.ts'

// Stored documents were checked when they were written.
export const draftOf = (document: StoredDocument) => toClient(document) as unknown as Draft
const submissionOf = (document: StoredDocument) => toClient(document) as unknown as Submission

const store = createDocumentStore({
  collection: 'drafts',
  table: 'form_draft',
  columns: {
    form_version_id: 'uuid',
    form_key: 'text',
    status: 'text',
    assigned_at: 'timestamptz',
    due_at: 'timestamptz',
    amends: 'uuid',
    submission_id: 'uuid',
  },
  project: ({ body }) => ({
    form_version_id: textColumn(body, 'definitionId'),
    form_key: textColumn(body, 'formKey'),
    status: textColumn(body, 'status'),
    assigned_at: timeColumn(body, 'assignedAt'),
    due_at: timeColumn(body, 'dueAt'),
    amends: textColumn(body, 'amends'),
    submission_id: textColumn(body, 'submissionId'),
  }),
})

export const createDrafts = (forms: ParsedForms): Collection => ({
  name: 'drafts',
  store,
  decide: async (work, write) => {
    if (write.by !== 'client') return putChecked(work, write)
    const draft = await work.load('drafts', write.documentId)
    if (draft === undefined || draft.deleted) return err(refusal('not_found', 'There is no such draft.'))
    const current = draftOf(draft)
    const checked = checkDraftEdits(current, write.edits)
    if (!checked.ok) return checked
    const sound = { ...write, edits: checked.value }
    if (current.status === 'submitted') return editSubmitted(forms, work, sound, draft)
    const starts = startsDraft(current, sound.edits) && !sound.edits.some(({ field }) => field === 'status')
    const start = { field: 'status', value: 'draft', at: work.receivedAt }
    return mergeDraft(forms, work, starts ? { ...sound, edits: [...sound.edits, start] } : sound, draft)
  },
})

async function putChecked(work: WorkingSet, write: Write): Promise<Result<Decision, Refusal>> {
  const put = await putRecord(work, write)
  const document = await work.load('drafts', write.documentId)
  const sound = Draft.safeParse({ ...document?.body, id: document?.id, updatedAt: document?.updatedAt })
  return put.ok && !sound.success ? err(refusal('invalid_document', 'This is not a draft.')) : put
}

/** Merges and stages. */
async function mergeDraft(
  forms: ParsedForms,
  work: WorkingSet,
  write: Write,
  draft: StoredDocument,
): Promise<Result<Decision, Refusal>> {
  const names = await deviceNames(work, write, draft.marks)
  const deviceName = (device: string | null) => (device === null ? '' : (names.get(device) ?? ''))
  const merge = await mergeWrite(work, write, {
    collection: 'drafts',
    master: draft,
    isText: await forms.textFields(work, draftOf(draft).definitionId, write, draft.marks),
    merge: (input) => mergeContested({ ...input, deviceName } satisfies ContestedInput),
  })
  for (const entry of merge.displaced) work.keep(entry)
  const changed = merge.changed.length > 0
  const rev = changed ? draft.rev + 1 : draft.rev
  if (changed || (merge.marks !== draft.marks && draft.seq > 0))
    work.stage('drafts', {
      ...draft,
      rev,
      body: merge.merged,
      marks: merge.marks,
      updatedAt: changed ? work.receivedAt : draft.updatedAt,
    })
  return ok({ outcome: merge.outcome, rev })
}

/** Asked only where an edit meets a value of another device that its writer had not seen. */
async function deviceNames(
  work: WorkingSet,
  write: Write,
  marks: FieldMarks,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Set<string>()
  for (const { field } of write.edits) {
    const mark = Object.hasOwn(marks, field) ? marks[field] : undefined
    if (mark === undefined || mark.rev <= write.baseRev) continue
    for (const { device } of [mark, ...(mark.agreed ?? [])]) if (device !== null) ids.add(device)
  }
  if (ids.size === 0) return new Map()
  return readDeviceNames(work.scope.tx, [...ids, write.writer])
}

/** M17: the edit goes to the amendment of the submission, and so on where that is submitted too. */
async function editSubmitted(
  forms: ParsedForms,
  work: WorkingSet,
  write: Write,
  submitted: StoredDocument,
): Promise<Result<Decision, Refusal>> {
  let stored = submitted
  for (;;) {
    const draft = draftOf(stored)
    const submission = await work.load('submissions', draft.submissionId ?? '')
    if (submission === undefined) throw new Error('A submitted draft has lost its submission.')
    const amendment = await work.load('drafts', amendmentId(submission.id, derivedId))
    const { deviceId } = submission.server
    const plan = planLateEdit({
      draft,
      submission: submissionOf(submission),
      submittedBy: typeof deviceId === 'string' ? deviceId : null,
      amendment: amendment ? draftOf(amendment) : null,
      device: write.writer,
      edits: write.edits,
      at: work.receivedAt,
      derivedId,
    })
    for (const edit of plan.superseded) keepSuperseded(work, write, stored, edit)
    // Where nothing moves, or everything moves elsewhere, the draft itself stays as it was.
    const untouched = (outcome: Decision['outcome']) => ok({ outcome, rev: submitted.rev })
    if (plan.kind === 'nothing') return untouched('ok')
    if (plan.kind === 'create') {
      stageDraft(work, plan.amendment)
      return untouched('merged')
    }
    if (amendment === undefined) throw new Error('An amendment was planned for and is not there.')
    if (draftOf(amendment).status !== 'submitted') {
      const late = { ...write, documentId: plan.draftId, baseRev: 0, edits: plan.edits }
      const merged = await mergeDraft(forms, work, late, amendment)
      return merged.ok ? untouched(merged.value.outcome === 'ok' ? 'merged' : merged.value.outcome) : merged
    }
    stored = amendment
  }
}

function keepSuperseded(work: WorkingSet, write: Write, draft: StoredDocument, edit: FieldEdit): void {
  const { field, value, at } = edit
  const rev = draft.rev
  const place = { collection: 'drafts', id: draft.id, sinceRev: rev, untilRev: rev } as const
  work.keep({ ...place, field, value, kind: 'lost', device: write.writer, at })
}

/** A draft that the server makes: an amendment. */
export function stageDraft(
  work: WorkingSet,
  { draft, marks }: { readonly draft: Draft; readonly marks: FieldMarks },
): void {
  const { id, updatedAt, ...body } = draft
  work.stage('drafts', {
    id,
    rev: 1,
    deleted: false,
    body: body as unknown as JsonObject,
    server: {},
    marks,
    updatedAt,
  })
}
