/**
 * The in-memory index of one collection: RxDB's free memory storage, used for its sorted indexes only. It is filled
 * from the worker's opened documents and changes only after the worker has made a write durable.
 * A document's revisions form one line (the worker's transactions see to it), so the higher one is the newer.
 */
import type { RxDocumentData, RxJsonSchema, RxStorageDefaultCheckpoint } from 'rxdb'
import {
  addIndexesToInternalsState,
  bulkInsertToState,
  type MemoryStorageInternals,
  putWriteRowToState,
  removeDocFromState,
} from 'rxdb/plugins/storage-memory'
import { Subject } from 'rxjs'

export interface AppliedChange<T> {
  readonly document: RxDocumentData<T>
  readonly previous: RxDocumentData<T> | undefined
}

export interface MemoryIndex<T> {
  readonly internals: MemoryStorageInternals<T>
  /** Fills an empty index. */
  load(documents: readonly RxDocumentData<T>[]): void
  /** Takes what is newer than the index; returns only that. */
  apply(documents: readonly RxDocumentData<T>[]): AppliedChange<T>[]
  remove(document: RxDocumentData<T>): void
  get(id: string): RxDocumentData<T> | undefined
}

/** From so many new documents on, an index is sorted once instead of searched for each. */
const BULK = 64
const height = (revision: string): number => Number.parseInt(revision, 10) || 0

export function createMemoryIndex<T>(
  schema: RxJsonSchema<RxDocumentData<T>>,
  primaryPath: string,
): MemoryIndex<T> {
  const internals: MemoryStorageInternals<T> = {
    id: crypto.randomUUID(),
    schema,
    refCount: 1,
    removed: false,
    documents: new Map(),
    attachments: new Map(),
    byIndex: {},
    byIndexArray: [],
    changes$: new Subject(),
  }
  addIndexesToInternalsState(internals, schema)
  const idOf = (document: RxDocumentData<T>) =>
    (document as unknown as { [key: string]: string })[primaryPath] as string

  const insertAll = (documents: readonly RxDocumentData<T>[]) =>
    bulkInsertToState(
      primaryPath,
      internals,
      internals.byIndexArray,
      documents.map((document) => ({ document })),
    )
  /** Not here yet, and each of them once. */
  const areNew = (documents: readonly RxDocumentData<T>[]) =>
    new Set(documents.map(idOf)).size === documents.length &&
    documents.every((document) => !internals.documents.has(idOf(document)))

  return {
    internals,
    get: (id) => internals.documents.get(id),
    load: insertAll,
    apply(documents) {
      const applied: AppliedChange<T>[] = []
      if (documents.length >= BULK && areNew(documents)) {
        insertAll(documents)
        return documents.map((document) => ({ document, previous: undefined }))
      }
      for (const document of documents) {
        const id = idOf(document)
        const previous = internals.documents.get(id)
        if (previous !== undefined && height(previous._rev) >= height(document._rev)) continue
        putWriteRowToState(id, internals, internals.byIndexArray, document, previous)
        applied.push({ document, previous })
      }
      return applied
    },
    remove(document) {
      removeDocFromState(primaryPath, schema, internals, document)
    },
  }
}

export type Checkpoint = RxStorageDefaultCheckpoint
