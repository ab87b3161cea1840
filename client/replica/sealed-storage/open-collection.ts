/** Opening a collection from what the worker reads of it: the columns of its snapshot, and the documents that it lacks. */
import { contentsOf } from '../block-layout.ts'
import { type Columns, readColumns } from '../snapshot/columns.ts'
import type { Shape } from '../snapshot/shape.ts'
import type { LoadedCollection, StoredDocument, WorkerClient } from '../worker-port.ts'

export interface OpenedCollection {
  readonly documents: readonly StoredDocument[]
  /** Absent where there is no snapshot, or none for these indexes. */
  readonly columns?: Columns
  /** Rows of the columns that no longer count. */
  readonly moved?: readonly string[]
}

export async function openCollection(
  client: WorkerClient,
  collection: string,
  shape: Shape,
): Promise<OpenedCollection> {
  const first = await client.call('openCollection', { collection, shape, whole: false })
  if (first.snapshot === undefined) return { documents: documentsIn(first) }
  const columns = columnsOf(first.snapshot, JSON.stringify(shape))
  if (columns !== undefined) return { documents: documentsIn(first), columns, moved: first.moved ?? [] }
  return { documents: documentsIn(await client.call('openCollection', { collection, shape, whole: true })) }
}

/** undefined: of an older build, for other indexes. */
function columnsOf(snapshot: Uint8Array, shape: string): Columns | undefined {
  try {
    const columns = readColumns(snapshot)
    return columns.shape === shape ? columns : undefined
  } catch {
    return undefined
  }
}

const decoder = new TextDecoder()

/** Blocks are parsed here, where their documents are used: they cross the port as bytes. */
function documentsIn(loaded: LoadedCollection): StoredDocument[] {
  const documents = [...loaded.documents]
  for (const { json, ids } of loaded.packs) {
    const contents = contentsOf<{ readonly d: StoredDocument }>(decoder.decode(json))
    for (const [at, id] of ids.entries()) if (id !== '') documents.push(contents.at(at).d)
  }
  return documents
}
