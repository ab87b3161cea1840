/**
 * Reading a whole collection, as it is done when a replica is opened: its snapshot and what moved since, or, without
 * one, every block and record. SPEC: client/replica/SPEC.md, R36 and R37.
 */
import { fromUtf8 } from '../../../shared/crypto/bytes.ts'
import { allOf, contentsOf } from '../block-layout.ts'
import type { LoadedCollection, StoredDocument } from '../worker-port.ts'
import { unpackBlock } from './blocks.ts'
import { openRecord, type RecordContent } from './documents.ts'
import {
  type BlockHead,
  type BlockRow,
  type RecordRow,
  readHead,
  type SnapshotMark,
  type SnapshotRow,
  type Tables,
} from './sealed-rows.ts'
import type { Place, Sealer } from './sealer.ts'

/** What one transaction found of a collection, still sealed. */
export interface CollectionRows {
  readonly number: number
  readonly version: number
  readonly snapshot: { readonly row: SnapshotRow; readonly mark: SnapshotMark } | undefined
  /** Since the snapshot; without one: everything there is. */
  readonly moved: readonly string[]
  readonly records: readonly RecordRow[]
  readonly heads: readonly BlockHead[]
  readonly blocks: readonly BlockRow[]
}

type KeyRange = typeof IDBKeyRange

export const snapshotPlace = (number: number, { v, top }: SnapshotMark): Place => ({
  table: 'snapshot',
  collection: number,
  key: `${v}/${top}`,
})

/** The snapshot of a collection if it is the one that counts: what moved is told from that one on. */
export async function markedSnapshot(tables: Tables, number: number): Promise<CollectionRows['snapshot']> {
  const [marks, row] = await Promise.all([
    tables.meta.get('snapshots') as Promise<{ [collection: number]: SnapshotMark } | undefined>,
    tables.snapshots.get(number),
  ])
  const mark = marks?.[number]
  return row !== undefined && row.v === mark?.v ? { row, mark } : undefined
}

export const idsOf = (KeyRange: KeyRange, number: number) => KeyRange.bound([number, ''], [number, '\uffff'])
export const blocksAbove = (KeyRange: KeyRange, number: number, top: number) =>
  KeyRange.bound([number, top + 1], [number, Number.MAX_SAFE_INTEGER])

/** One consistent read. `whole`: as if there were no snapshot. */
export async function readCollection(
  tables: Tables,
  KeyRange: KeyRange,
  number: number,
  whole: boolean,
): Promise<CollectionRows> {
  const ids = idsOf(KeyRange, number)
  const [{ version }, snapshot] = await Promise.all([
    readHead(tables),
    whole ? undefined : markedSnapshot(tables, number),
  ])
  const above = blocksAbove(KeyRange, number, snapshot?.mark.top ?? -1)
  const [moved, heads, blocks] = await Promise.all([
    snapshot ? tables.moved.keys(ids) : [],
    tables.heads.all(above),
    tables.blocks.all(above),
  ])
  const records = snapshot
    ? (await tables.records.getMany(moved)).filter((row) => row !== undefined)
    : await tables.records.all(ids)
  return {
    number,
    version,
    snapshot,
    moved: moved.map(([, id]) => id),
    records,
    heads,
    blocks,
  }
}

/** Opens it. Throws where anything of it was changed or moved; a snapshot's failure is told as `undefined`. */
export async function openCollectionRows(
  sealer: Sealer,
  rows: CollectionRows,
): Promise<LoadedCollection | undefined> {
  const { number, snapshot, moved, records } = rows
  const columns =
    snapshot && sealer.openBytes(snapshotPlace(number, snapshot.mark), snapshot.row.e).catch(() => undefined)
  const [opened, documents, packs] = await Promise.all([
    columns,
    Promise.all(records.map(async (row) => (await openRecord(sealer, row)).d)),
    Promise.all(
      livingBlocks(rows).map(async ({ row, ids }) => ({ json: await unpackBlock(sealer, row), ids })),
    ),
  ])
  if (snapshot === undefined) return { documents, packs }
  return opened && { documents, packs, snapshot: opened, moved }
}

/** Blocks with the ids that count of them: a document that lies apart is left out of its block. */
export function livingBlocks({ records, heads, blocks }: CollectionRows) {
  const apart = new Set(records.map(({ id }) => id))
  const named = new Map(heads.map(({ b, ids }) => [b, ids]))
  return blocks.map((row) => ({
    row,
    ids: (named.get(row.b) ?? []).map((id) => (apart.has(id) ? '' : id)),
  }))
}

/** Of a collection that was read whole. */
export function documentsOf({ documents, packs }: LoadedCollection): StoredDocument[] {
  return [
    ...documents,
    ...packs.flatMap(({ json, ids }) =>
      allOf(contentsOf<RecordContent>(fromUtf8(json))).flatMap(({ d }, at) => (ids[at] ? [d] : [])),
    ),
  ]
}
