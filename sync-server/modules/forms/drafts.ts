/**
 * Drafts: assigned forms and their answers. A client's devices write answers, dismiss contested ones, and start the
 * draft; nothing else. What arrives after the submission goes to an amendment. SPEC: shared/merge/SPEC.md, M9–M17.
 */

import { checkDraftEdits, startsDraft } from '../../../shared/domains/forms/draft-patch.ts'
import { mayWithForms } from '../../../shared/domains/forms/policy.ts'
import { Draft } from '../../../shared/domains/forms/schema.ts'
import { equalJson } from '../../../shared/kernel/json.ts'
import { err, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { Collection, Decision, Write } from '../../replication/collection.ts'
import { createDocumentStore, toClient } from '../../replication/document-store.ts'
import { putRecord } from '../../replication/record-collection.ts'
import { textColumn, timeColumn } from '../../replication/typed-columns.ts'
import type { WorkingSet } from '../../replication/working-set.ts'
import { editSubmitted } from './late-edits.ts'
import { draftOf, mergeDraft } from './merge-draft.ts'
import type { ParsedForms } from './parsed-forms.ts'

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
    if (write.by !== 'client') return putChecked(work, await withInitialAnswers(forms, work, write))
    if (!mayWithForms(work.actor.role, 'write-draft'))
      return err(refusal('not_permitted', 'Your role does not write drafts.'))
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

/** A new draft starts with what its form prefills. */
async function withInitialAnswers(forms: ParsedForms, work: WorkingSet, write: Write): Promise<Write> {
  const definitionId = write.edits.find(({ field }) => field === 'definitionId')?.value
  const known = await work.load('drafts', write.documentId)
  if (known !== undefined || typeof definitionId !== 'string') return write
  const initial = await forms.initialAnswers(work, definitionId)
  const edits = write.edits.map((edit) =>
    edit.field === 'answers' && equalJson(edit.value, {}) ? { ...edit, value: initial } : edit,
  )
  return { ...write, edits }
}

async function putChecked(work: WorkingSet, write: Write): Promise<Result<Decision, Refusal>> {
  const put = await putRecord(work, write)
  const document = await work.load('drafts', write.documentId)
  const sound = document !== undefined && Draft.safeParse(toClient(document)).success
  return put.ok && !sound ? err(refusal('invalid_document', 'This is not a draft.')) : put
}
