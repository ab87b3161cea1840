/**
 * Documents that only the snapshot knows, fetched when somebody looks at them: a block at a time.
 * A few blocks are kept; a document with a record of its own is handed to the index for good. What comes back is the
 * revision that the index has, or the index learns of a newer one first. SPEC: client/replica/SPEC.md, R38.
 */
import type { RxDocumentData } from 'rxdb'
import { type BlockContents, contentsOf } from '../block-layout.ts'
import { height, type MemoryIndex } from '../memory-index.ts'
import type { StoredDocument, WorkerClient } from '../worker-port.ts'

/** About a hundred kilobytes each. */
const KEPT_BLOCKS = 32
/** Fetched at once: the screen gets its turn between two portions. */
const PORTION = 8

export interface Bodies<T> {
  /**
   * Gives each of the rows' documents, in the order in which they lie. False: some have moved on since they were
   * asked for, and the index knows it now.
   */
  visit(rows: readonly number[], each: (row: number, document: RxDocumentData<T>) => void): Promise<boolean>
  /** By row; undefined: some have moved on. */
  load(rows: readonly number[]): Promise<Map<number, RxDocumentData<T>> | undefined>
}

export interface BodiesDeps<T> {
  readonly client: WorkerClient
  readonly collection: string
  readonly primaryPath: string
  readonly index: MemoryIndex<T>
  /** Documents that turned out to be newer than the index. */
  readonly onNewer: (documents: RxDocumentData<T>[]) => void
}

type Contents = BlockContents<{ readonly d: StoredDocument }>
const decoder = new TextDecoder()

export function createBodies<T>(deps: BodiesDeps<T>): Bodies<T> {
  const { client, collection, primaryPath, index, onNewer } = deps
  const blocks = new Map<number, Contents>()

  const fetchBlocks = async (wanted: ReadonlySet<number>, ids: readonly string[]) => {
    const missing = [...wanted].filter((block) => !blocks.has(block))
    if (missing.length + ids.length === 0) return new Map<string, StoredDocument>()
    const { packs, documents } = await client.call('readBodies', { collection, blocks: missing, ids })
    for (const { block, json } of packs) blocks.set(block, contentsOf(decoder.decode(json)))
    return new Map(documents.map((document) => [String(document[primaryPath]), document]))
  }
  const documentAt = (block: number, at: number) => {
    const contents = blocks.get(block)
    return contents !== undefined && at < contents.count ? contents.at(at).d : undefined
  }
  const forgetOldBlocks = () => {
    while (blocks.size > KEPT_BLOCKS) blocks.delete(blocks.keys().next().value as number)
  }

  /** False: the document has moved on. */
  const isStill = (rev: string, id: string, document: StoredDocument | undefined): boolean => {
    // Somebody else was faster: the same one was fetched, or a newer one came.
    if (index.rowOf(id) < 0) return document?._rev === rev && index.get(id)?._rev === rev
    if (document?._rev === rev) return true
    // Gone, or made anew after that.
    if (document === undefined || height(document._rev) <= height(rev)) index.forget([id])
    if (document !== undefined) onNewer([document as unknown as RxDocumentData<T>])
    return false
  }

  async function portion(
    rows: readonly number[],
    each: (row: number, document: RxDocumentData<T>) => void,
  ): Promise<boolean> {
    const { columns } = index
    if (columns === undefined) return rows.length === 0
    const single = rows.filter((row) => columns.block(row) === 0)
    const wanted = new Set(rows.map((row) => columns.block(row)).filter((block) => block !== 0))
    const byId = await fetchBlocks(
      wanted,
      single.map((row) => columns.id(row)),
    )
    const lost: number[] = []
    let whole = true
    const give = (row: number, document: StoredDocument | undefined) => {
      if (!isStill(columns.rev(row), columns.id(row), document)) whole = false
      else each(row, document as unknown as RxDocumentData<T>)
    }
    const giveForGood = (row: number, document: StoredDocument | undefined) => {
      give(row, document)
      if (document !== undefined) index.keep(document as unknown as RxDocumentData<T>)
    }
    for (const row of rows) {
      if (columns.block(row) === 0) continue
      const document = documentAt(columns.block(row), columns.at(row))
      if (
        document !== undefined &&
        document._rev === columns.rev(row) &&
        document[primaryPath] === columns.id(row)
      )
        give(row, document)
      else lost.push(row)
    }
    for (const row of single) giveForGood(row, byId.get(columns.id(row)))
    if (lost.length > 0) {
      const elsewhere = await fetchBlocks(
        new Set(),
        lost.map((row) => columns.id(row)),
      )
      for (const row of lost) giveForGood(row, elsewhere.get(columns.id(row)))
    }
    forgetOldBlocks()
    return whole
  }

  const visit: Bodies<T>['visit'] = async (rows, each) => {
    const { columns } = index
    if (columns === undefined) return rows.length === 0
    const inOrder = [...rows].sort((a, b) => columns.block(a) - columns.block(b) || a - b)
    let whole = true
    for (let from = 0; from < inOrder.length; ) {
      let to = from
      const inPortion = new Set<number>()
      while (to < inOrder.length && to - from < PORTION * 100) {
        inPortion.add(columns.block(inOrder[to] as number))
        if (inPortion.size > PORTION) break
        to += 1
      }
      if (!(await portion(inOrder.slice(from, to), each))) whole = false
      from = to
    }
    return whole
  }

  return {
    visit,
    async load(rows) {
      const documents = new Map<number, RxDocumentData<T>>()
      const whole = await visit(rows, (row, document) => documents.set(row, document))
      return whole ? documents : undefined
    },
  }
}
