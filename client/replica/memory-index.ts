/**
 * The index of one collection on the page. Below: the columns of a snapshot, whose documents are not here. Above: what
 * is newer than it or was looked at one by one, in RxDB's free memory storage, used for its sorted indexes only. It
 * changes only after the worker has made a write durable.
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
import type { Columns } from './snapshot/columns.ts'

export interface AppliedChange<T> {
  readonly document: RxDocumentData<T>
  readonly previous: RxDocumentData<T> | undefined
}

export interface MemoryIndex<T> {
  readonly internals: MemoryStorageInternals<T>
  readonly columns: Columns | undefined
  /** Fills an empty index. `moved`: rows of the snapshot that do not count. */
  load(documents: readonly RxDocumentData<T>[], columns?: Columns, moved?: readonly string[]): void
  /** Takes what is newer than the index; returns only that. `bodies`: of documents that only the snapshot has. */
  apply(
    documents: readonly RxDocumentData<T>[],
    bodies?: ReadonlyMap<string, RxDocumentData<T>>,
  ): AppliedChange<T>[]
  /** A document of the snapshot, as it is: from now on it is here. */
  keep(document: RxDocumentData<T>): void
  forget(ids: readonly string[]): void
  /** Only what is here; see `rowOf`. */
  get(id: string): RxDocumentData<T> | undefined
  /** The snapshot's row of a document that it alone has; -1: none. */
  rowOf(id: string): number
  counts(row: number): boolean
}

/** From so many new documents on, an index is sorted once instead of searched for each. */
const BULK = 64
export const height = (revision: string): number => Number.parseInt(revision, 10) || 0

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
  let columns: Columns | undefined
  /** 1: somewhere else now. */
  let hidden = new Uint8Array()

  const counts = (row: number) => hidden[row] === 0
  const rowOf = (id: string): number => {
    const row = columns?.rowOf(id) ?? -1
    return row >= 0 && counts(row) ? row : -1
  }
  const hide = (id: string) => {
    const row = rowOf(id)
    if (row >= 0) hidden[row] = 1
  }
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
    documents.every((document) => !internals.documents.has(idOf(document)) && rowOf(idOf(document)) < 0)
  const put = (document: RxDocumentData<T>, previous: RxDocumentData<T> | undefined) =>
    putWriteRowToState(idOf(document), internals, internals.byIndexArray, document, previous)

  /** What the snapshot has in the place of a document. What is not indexed of it was never looked at in this session. */
  const below = (document: RxDocumentData<T>, body: RxDocumentData<T> | undefined) => {
    const row = rowOf(idOf(document))
    if (row < 0 || columns === undefined) return undefined
    const rev = columns.rev(row)
    return body?._rev === rev ? body : ({ ...document, ...columns.keys(row), _rev: rev } as RxDocumentData<T>)
  }

  return {
    internals,
    get columns() {
      return columns
    },
    get: (id) => internals.documents.get(id),
    rowOf,
    counts,
    load(documents, snapshot, moved = []) {
      columns = snapshot
      hidden = new Uint8Array(snapshot?.count ?? 0)
      for (const id of moved) hide(id)
      for (const document of documents) hide(idOf(document))
      insertAll(documents)
    },
    apply(documents, bodies) {
      if (documents.length >= BULK && areNew(documents)) {
        insertAll(documents)
        return documents.map((document) => ({ document, previous: undefined }))
      }
      const applied: AppliedChange<T>[] = []
      for (const document of documents) {
        const id = idOf(document)
        const here = internals.documents.get(id)
        const previous = here ?? below(document, bodies?.get(id))
        if (previous !== undefined && height(previous._rev) >= height(document._rev)) continue
        hide(id)
        put(document, here)
        applied.push({ document, previous })
      }
      return applied
    },
    keep(document) {
      if (rowOf(idOf(document)) < 0) return
      hide(idOf(document))
      put(document, undefined)
    },
    forget(ids) {
      for (const id of ids) {
        hide(id)
        const document = internals.documents.get(id)
        if (document !== undefined) removeDocFromState(primaryPath, schema, internals, document)
      }
    },
  }
}

export type Checkpoint = RxStorageDefaultCheckpoint
