/**
 * Drafts as stored documents: how an edit merges into one, with its contested answers, and how the server makes one.
 * SPEC: shared/merge/SPEC.md, M9–M12.
 */
import type { Draft } from '../../../shared/domains/forms/schema.ts'
import type { JsonObject } from '../../../shared/kernel/json.ts'
import { ok, type Result } from '../../../shared/kernel/result.ts'
import { type ContestedInput, mergeContested } from '../../../shared/merge/contested.ts'
import type { FieldMarks } from '../../../shared/merge/three-way.ts'
import type { Refusal } from '../../../shared/protocol/errors.ts'
import type { Decision, StoredDocument, Write } from '../../replication/collection.ts'
import { toClient } from '../../replication/document-store.ts'
import { mergeWrite } from '../../replication/merge-write.ts'
import type { WorkingSet } from '../../replication/working-set.ts'
import type { ParsedForms } from './parsed-forms.ts'

// Stored documents were checked when they were written.
export const draftOf = (document: StoredDocument) => toClient(document) as unknown as Draft

/** Merges and stages. */
export async function mergeDraft(
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
  ids.delete(write.writer)
  return ids.size === 0 ? new Map() : work.deviceNames([...ids, write.writer])
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
