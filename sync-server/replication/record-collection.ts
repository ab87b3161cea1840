/**
 * Collections that only the practice changes, until their own slice gives clients something to write: devices are
 * refused, staff and the record system insert and merge field by field.
 */
import type { z } from 'zod'
import { err, ok, type Result } from '../../shared/kernel/result.ts'
import type { CollectionName } from '../../shared/protocol/collections.ts'
import { type Refusal, refusal } from '../../shared/protocol/errors.ts'
import type { Collection, Decision, DocumentStore, StoredDocument, Write } from './collection.ts'
import { createDocumentStore, type TableOptions, toClient } from './document-store.ts'
import { mergeWrite } from './merge-write.ts'
import type { WorkingSet } from './working-set.ts'

/** `schema` is the document as devices hold it, with `id` and `updatedAt`. */
export const createRecordCollection = (
  name: CollectionName,
  schema: z.ZodType,
  store: DocumentStore,
): Collection => ({
  name,
  store,
  async decide(work, write) {
    if (write.by === 'client') return err(refusal('not_permitted', 'Only the practice changes these.'))
    const put = await putRecord(work, write)
    const document = await work.load(name, write.documentId)
    const sound = document !== undefined && schema.safeParse(toClient(document)).success
    return put.ok && !sound ? err(refusal('invalid_document', `This does not belong into ${name}.`)) : put
  },
})

export const createTableCollection = ({
  schema,
  ...options
}: TableOptions & { readonly schema: z.ZodType }): Collection =>
  createRecordCollection(options.collection, schema, createDocumentStore(options))

const EMPTY: Omit<StoredDocument, 'id' | 'updatedAt'> = {
  rev: 0,
  seq: 0,
  deleted: false,
  body: {},
  server: {},
  marks: {},
}

/** Inserts (base revision 0) or merges a write of the practice. */
export async function putRecord(work: WorkingSet, write: Write): Promise<Result<Decision, Refusal>> {
  const collection = write.collection
  const stored = await work.load(collection, write.documentId)
  if (write.baseRev > 0 && stored === undefined)
    return err(refusal('not_found', 'There is no such document.'))
  const master = stored ?? { ...EMPTY, id: write.documentId, updatedAt: work.receivedAt }
  const merge = await mergeWrite(work, write, { collection, master })
  for (const entry of merge.displaced) work.keep(entry)
  const changed = merge.changed.length > 0
  const rev = changed ? master.rev + 1 : master.rev
  if (changed || write.server !== undefined || (stored && merge.marks !== master.marks))
    work.stage(collection, {
      ...master,
      rev,
      body: merge.merged,
      server: { ...master.server, ...write.server },
      marks: merge.marks,
      updatedAt: changed ? work.receivedAt : master.updatedAt,
    })
  return ok({ outcome: merge.outcome, rev })
}
