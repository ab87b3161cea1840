/**
 * Drafts: assigned forms and their answers. A client's devices write answers, dismiss contested ones, and start the
 * draft; nothing else. What arrives after the submission goes to an amendment. SPEC: shared/merge/SPEC.md, M9–M17.
 */

import { AnswerValue, Draft } from '../../../shared/domains/forms/schema.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type ContestedInput, mergeContested } from '../../../shared/merge/contested.ts'
import type { FieldEdit, FieldMarks } from '../../../shared/merge/three-way.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import { parseAnswerKey } from '../../../shared/questionnaire/answer-key.ts'
import type {
  Collection,
  Decision,
  DocumentRef,
  StoredDocument,
  Write,
} from '../../replication/collection.ts'
import { readDeviceNames } from '../../replication/device-name-store.ts'
import { createDocumentStore } from '../../replication/document-store.ts'
import { mergeWrite } from '../../replication/merge-write.ts'
import { putRecord } from '../../replication/record-collection.ts'
import { textColumn, timeColumn } from '../../replication/typed-columns.ts'
import type { WorkingSet } from '../../replication/working-set.ts'
import { amendmentFor } from './amendments.ts'
import type { ParsedForms } from './parsed-forms.ts'

export const draftBody = (document: StoredDocument): Omit<Draft, 'id' | 'updatedAt'> =>
  document.body as unknown as Omit<Draft, 'id' | 'updatedAt'>

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
    const sound = checkEdits(write.edits)
    if (!sound.ok) return sound
    return draftBody(draft).status === 'submitted'
      ? editSubmitted(forms, work, write, draft)
      : mergeDraft(forms, work, write, draft)
  },
})

async function putChecked(work: WorkingSet, write: Write): Promise<Result<Decision, Refusal>> {
  const put = await putRecord(work, write)
  const document = await work.load('drafts', write.documentId)
  const sound = Draft.safeParse({ ...document?.body, id: document?.id, updatedAt: document?.updatedAt })
  return put.ok && !sound.success ? err(refusal('invalid_document', 'This is not a draft.')) : put
}

/** M15: what a client's device may change. */
function checkEdits(edits: readonly FieldEdit[]): Result<void, Refusal> {
  for (const { field, value } of edits) {
    const [property = '', key = ''] = splitOnce(field)
    const sound =
      property === 'answers'
        ? parseAnswerKey(key) !== null && (value === null || AnswerValue.safeParse(value).success)
        : property === 'contested'
          ? parseAnswerKey(key) !== null && value === null
          : field === 'status' && value === 'draft'
    if (sound) continue
    return property === 'answers' || property === 'contested'
      ? err(refusal('invalid_document', 'An answer has a key or a value that no form has.'))
      : err(refusal('not_permitted', 'Only the practice changes this part of a draft.'))
  }
  return ok(undefined)
}

const splitOnce = (field: string) => {
  const slash = field.indexOf('/')
  return slash < 0 ? [field] : [field.slice(0, slash), field.slice(slash + 1)]
}

/** Merges and stages. `ancestors`: the drafts whose revisions this one's continue. */
export async function mergeDraft(
  forms: ParsedForms,
  work: WorkingSet,
  write: Write,
  draft: StoredDocument,
  ancestors: readonly DocumentRef[] = [],
): Promise<Result<Decision, Refusal>> {
  const names = await deviceNames(work, write, draft.marks)
  const deviceName = (device: string | null) => (device === null ? '' : (names.get(device) ?? ''))
  const merge = await mergeWrite(work, write, {
    collection: 'drafts',
    master: draft,
    ancestors,
    isText: await forms.textFields(work, draftBody(draft).definitionId, write, draft.marks),
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

/** M17: the edit goes to the open amendment of the submission, unless its writer had replaced it before submitting. */
async function editSubmitted(
  forms: ParsedForms,
  work: WorkingSet,
  write: Write,
  draft: StoredDocument,
): Promise<Result<Decision, Refusal>> {
  const answers = write.edits.filter(({ field }) => field.startsWith('answers/'))
  const { amendment, submission, ancestors } = await amendmentFor(work, draft)
  const frozenAt = submission.server.deviceId === write.writer ? Number(submission.body.submittedAt) : -1
  const edits = answers.filter(({ at }) => at > frozenAt)
  for (const { field, value, at } of answers)
    if (at <= frozenAt)
      work.keep({
        collection: 'drafts',
        id: draft.id,
        field,
        value,
        kind: 'lost',
        sinceRev: draft.rev,
        untilRev: draft.rev,
        device: write.writer,
        at,
      })
  const merged = await mergeDraft(
    forms,
    work,
    { ...write, documentId: amendment.id, edits },
    amendment,
    ancestors,
  )
  if (!merged.ok) return merged
  const moved = (await work.load('drafts', amendment.id))?.rev !== amendment.rev || amendment.seq === 0
  const outcome = merged.value.outcome === 'ok' && moved && edits.length > 0 ? 'merged' : merged.value.outcome
  return ok({ outcome, rev: draft.rev })
}
