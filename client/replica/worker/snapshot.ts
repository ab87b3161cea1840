/**
 * Writing the snapshot of a collection: what its last one had, without what moved, and with what moved as it is now.
 * Nobody waits for it, and nothing but the speed of the next start depends on it. SPEC: client/replica/SPEC.md, R36, R37.
 */
import { fromUtf8 } from '../../../shared/crypto/bytes.ts'
import { allOf, contentsOf } from '../block-layout.ts'
import { type ColumnRow, type Columns, readColumns, rowOf, writeColumns } from '../snapshot/columns.ts'
import type { Shape } from '../snapshot/shape.ts'
import { unpackBlock } from './blocks.ts'
import { openRecord, type RecordContent } from './documents.ts'
import {
  blocksAbove,
  type CollectionRows,
  idsOf,
  livingBlocks,
  markedSnapshot,
  readCollection,
  snapshotPlace,
} from './load-collection.ts'
import type { SnapshotMark, Tables } from './sealed-rows.ts'
import type { Sealer } from './sealer.ts'
import type { StoreCore } from './store-core.ts'

export interface SnapshotWish {
  readonly number: number
  readonly shape: Shape
  /** The last one was of no use. */
  readonly anew: boolean
}

/** True: it was written. `pause`: lets others have their turn between the parts. */
export async function writeSnapshot(
  core: StoreCore,
  KeyRange: typeof IDBKeyRange,
  { number, shape, anew }: SnapshotWish,
  pause: () => Promise<void>,
): Promise<boolean> {
  const worth = await core.readTables((tables) => howMuchMoved(tables, KeyRange, number, anew))
  if (worth < core.packing.moved) return false
  const rows = await core.readTables((tables) => readCollection(tables, KeyRange, number, anew))
  const known = await rowsOf(core.sealer, rows, shape, pause)
  // Without a base what is newer than it is not enough.
  if (known === undefined) return await writeSnapshot(core, KeyRange, { number, shape, anew: true }, pause)
  const top = Math.max(rows.snapshot?.mark.top ?? 0, ...rows.heads.map(({ b }) => b))
  const mark: SnapshotMark = { v: rows.version, top }
  const bytes = await writeColumns(shape, known, pause)
  const e = await core.sealer.sealBytes(snapshotPlace(number, mark), bytes)
  return await core.update(
    (reads) => reads.head(),
    async ({ version }) => {
      // Somebody wrote meanwhile: there will be another quiet time.
      if (version !== mark.v) return { changes: null, result: false }
      return {
        canWait: true,
        changes: { snapshot: { row: { c: number, v: mark.v, e }, top } },
        durability: 'relaxed',
        result: true,
      }
    },
  )
}

async function howMuchMoved(
  tables: Tables,
  KeyRange: typeof IDBKeyRange,
  number: number,
  anew: boolean,
): Promise<number> {
  const snapshot = anew ? undefined : await markedSnapshot(tables, number)
  const [singles, heads] = await Promise.all([
    (snapshot ? tables.moved : tables.records).keys(idsOf(KeyRange, number)),
    tables.heads.all(blocksAbove(KeyRange, number, snapshot?.mark.top ?? -1)),
  ])
  return heads.reduce((sum, { ids }) => sum + ids.length, singles.length)
}

/** undefined: the last snapshot does not open, or is of another shape. */
async function rowsOf(
  sealer: Sealer,
  rows: CollectionRows,
  shape: Shape,
  pause: () => Promise<void>,
): Promise<ColumnRow[] | undefined> {
  const known = new Map<string, ColumnRow>()
  if (rows.snapshot !== undefined) {
    const base = await openBase(sealer, rows.number, rows.snapshot, shape)
    if (base === undefined) return undefined
    for (const row of baseRows(base, shape)) known.set(row.id, row)
    await pause()
  }
  for (const id of rows.moved) known.delete(id)
  for (const { row, ids } of livingBlocks(rows)) {
    const contents = contentsOf<RecordContent>(fromUtf8(await unpackBlock(sealer, row)))
    for (const [at, { d }] of allOf(contents).entries()) {
      const id = ids[at]
      if (id) known.set(id, rowOf(shape, d, { block: row.b, at }))
    }
    await pause()
  }
  for (const row of rows.records)
    known.set(row.id, rowOf(shape, (await openRecord(sealer, row)).d, { block: 0, at: 0 }))
  return [...known.values()]
}

async function openBase(
  sealer: Sealer,
  number: number,
  { row, mark }: NonNullable<CollectionRows['snapshot']>,
  shape: Shape,
): Promise<Columns | undefined> {
  try {
    const columns = readColumns(await sealer.openBytes(snapshotPlace(number, mark), row.e))
    return columns.shape === JSON.stringify(shape) ? columns : undefined
  } catch {
    return undefined
  }
}

function* baseRows(columns: Columns, shape: Shape): Generator<ColumnRow> {
  for (let row = 0; row < columns.count; row += 1)
    yield rowOf(
      shape,
      { ...columns.keys(row), _rev: columns.rev(row) },
      { block: columns.block(row), at: columns.at(row) },
    )
}
