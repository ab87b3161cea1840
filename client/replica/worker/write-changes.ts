/** A changeset on its way into a transaction: which tables it takes, and what is put there. SPEC: client/replica/SPEC.md, R2. */
import type { Table } from './idb-table.ts'
import type { RecordRow, TableName, Tables } from './sealed-rows.ts'
import type { Changeset } from './store-changes.ts'
import { isEmpty, leftHeads, type Mirror, movedIn, newlyMoved, textOf } from './store-mirror.ts'

/** Into the transaction; nothing here waits. */
export function writeChanges(tables: Tables, mirror: Mirror, changes: Changeset): void {
  writeBlocks(tables, mirror, changes)
  writeMoved(tables, mirror, changes)
  writeResealed(tables, changes)
  for (const key of changes.dropRecords ?? []) tables.records.delete(key)
  for (const key of changes.dropShadow ?? []) tables.shadow.delete(key)
  for (const [from, to] of runsOf(changes.dropOutbox ?? [])) tables.outbox.deleteRange(from, to)
  for (const number of changes.dropJournal ?? []) tables.journal.delete(number)
  for (const key of changes.dropMeta ?? []) tables.meta.delete(key)
  for (const row of changes.records ?? []) tables.records.put(sealedRow(row))
  for (const row of changes.shadow ?? []) tables.shadow.put(row)
  for (const row of changes.outbox ?? []) tables.outbox.put(row)
  for (const row of changes.journal ?? []) tables.journal.put(row)
  for (const [key, value] of Object.entries(changes.meta ?? {})) tables.meta.put(value, key)
}

/** The tables that {@link writeChanges} touches. */
export function tablesOf(mirror: Mirror, changes: Changeset): readonly TableName[] {
  const { records, dropRecords, blocks, snapshot, meta = {}, resealed = [] } = changes
  const any = (...rows: readonly (readonly unknown[] | undefined)[]) => rows.some((each) => each?.length)
  const leavesBlocks = any(dropRecords, blocks)
  const touched: Partial<Record<TableName, boolean | undefined>> = {
    records: any(records, dropRecords, blocks),
    shadow: any(changes.shadow, changes.dropShadow),
    outbox: any(changes.outbox, changes.dropOutbox),
    journal: any(changes.journal, changes.dropJournal),
    meta: any(Object.keys(meta), changes.dropMeta) || snapshot !== undefined,
    heads: leavesBlocks,
    blocks: leavesBlocks,
    snapshots: snapshot !== undefined,
    moved: snapshot !== undefined || any(newlyMoved(mirror, changes)),
  }
  for (const { table } of resealed) touched[table] = true
  return (Object.keys(touched) as TableName[]).filter((name) => touched[name])
}

function writeResealed(tables: Tables, { resealed = [] }: Changeset): void {
  for (const { table, row } of resealed) (tables[table] as Table<typeof row, never>).put(row)
}

function writeMoved(tables: Tables, mirror: Mirror, changes: Changeset): void {
  for (const key of newlyMoved(mirror, changes)) tables.moved.put({ c: key[0], id: key[1] })
  if (changes.snapshot === undefined) return
  const { row, top } = changes.snapshot
  tables.snapshots.put(row)
  tables.meta.put({ ...mirror.snapshots, [row.c]: { v: row.v, top } }, 'snapshots')
  for (const key of movedIn(mirror, row.c)) tables.moved.delete(key)
}

/** Numbers that follow each other, as from–to: the answers to a batch take it out of the outbox as a whole. */
function runsOf(numbers: readonly number[]): [from: number, to: number][] {
  const runs: [number, number][] = []
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const run = runs.at(-1)
    if (run !== undefined && number <= run[1] + 1) run[1] = number
    else runs.push([number, number])
  }
  return runs
}

/** A row of an opened block opens in this worker's memory only. */
function sealedRow(row: RecordRow): RecordRow {
  if (row.e.length === 0) throw new Error('a record without its envelope')
  return row
}

function writeBlocks(tables: Tables, mirror: Mirror, changes: Changeset): void {
  for (const [, head] of leftHeads(mirror, changes)) {
    if (!isEmpty(head)) tables.heads.put(head)
    else {
      tables.heads.delete([head.c, head.b])
      tables.blocks.delete([head.c, head.b])
    }
  }
  for (const { row, ids } of changes.blocks ?? []) {
    tables.heads.put({ c: row.c, b: row.b, ids: [...ids] })
    tables.blocks.put(row)
    for (const id of ids) if (mirror.apart.has(textOf([row.c, id]))) tables.records.delete([row.c, id])
  }
}
