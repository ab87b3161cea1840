/**
 * Seals anew, under the present data key, what lies under one that it replaced: a few rows at a time, each time in one
 * transaction, so that a device that dies in between has everything under one of the two. Nobody waits for it, and whoever
 * writes comes first. Once nothing is left of an older key, and no tab has it open, it goes. SPEC: client/replica/SPEC.md, R57.
 */
import { blockPlace } from './blocks.ts'
import { outboxPlace, recordPlace, shadowPlace } from './documents.ts'
import type { LockManagerLike } from './environment.ts'
import { whereNobodyHolds } from './held-key.ts'
import { journalPlace } from './journal.ts'
import { snapshotPlace } from './load-collection.ts'
import { type MetaKey, type MetaValues, readHead, type SnapshotMark, type Tables } from './sealed-rows.ts'
import { type Place, SealBroken } from './sealer.ts'
import type { ResealedRow } from './store-changes.ts'
import type { StoreCore } from './store-core.ts'

type Marks = { readonly [collection: number]: SnapshotMark }

interface Part {
  readonly version: number
  readonly marks: Marks
  /** In the order of their keys; fewer than were asked for at the end of the table. */
  readonly rows: readonly ResealedRow[]
}

/** Of each table so many rows at once as a person who is typing does not notice. */
const TABLES = [
  ['records', 100],
  ['shadow', 100],
  ['outbox', 100],
  ['journal', 100],
  ['blocks', 8],
  ['snapshots', 1],
] as const satisfies readonly (readonly [ResealedRow['table'], number])[]
const SEALED_VALUES = ['locals', 'person', 'names', 'grant'] as const satisfies readonly MetaKey[]

/** Where to go on: a table, and the last key of it that was looked at. */
interface Position {
  table: number
  after: IDBValidKey | undefined
}

export interface Resealing {
  /**
   * Goes on until all is done, or `isWanted` says no, or somebody else writes: then it says true, and the next call goes on.
   * `pause`: lets others have their turn between the parts.
   */
  goOn(pause: () => Promise<void>, isWanted: () => boolean): Promise<boolean>
}

interface Deps {
  readonly core: StoreCore
  readonly locks: LockManagerLike | undefined
  /** Nothing is sealed by these any more: they leave the key ring. */
  readonly letGo: (keyIds: readonly string[]) => Promise<void>
}

export function createResealing({ core, locks, letGo }: Deps): Resealing {
  const { sealer } = core
  const position: Position = { table: 0, after: undefined }
  let isRunning = false
  // What does not open keeps the key it names for the next start, which tries again.
  let isOver = sealer.olderKeys.length === 0

  async function goOn(pause: () => Promise<void>, isWanted: () => boolean): Promise<boolean> {
    while (position.table < TABLES.length) {
      if (!isWanted()) return false
      if (!(await resealNext(core, position))) return true
      await pause()
    }
    if (!isWanted()) return false
    if (!(await resealValues(core))) return true
    let isLate = false
    await whereNobodyHolds(locks, sealer.olderKeys, async () => {
      const seen = await findOlder(core)
      isLate = seen === undefined || !(await reachesDisk(core, seen.version))
      if (seen === undefined || isLate) return
      isOver = true
      await letGo(sealer.olderKeys.filter((id) => !seen.keyIds.has(id)))
    })
    // Whoever had an older key may have written anywhere.
    if (!isOver) Object.assign(position, { table: 0, after: undefined })
    return isLate
  }

  return {
    async goOn(pause, isWanted) {
      if (isOver || isRunning) return false
      isRunning = true
      try {
        return await goOn(pause, isWanted)
      } finally {
        isRunning = false
      }
    },
  }
}

/** False: somebody wrote meanwhile, and these rows are to be looked at again. */
async function resealNext(core: StoreCore, position: Position): Promise<boolean> {
  const [table, count] = TABLES[position.table] as (typeof TABLES)[number]
  const { version, marks, rows } = await core.readTables((tables) =>
    readPart(tables, table, position.after, count),
  )
  const older = rows.filter(({ row }) => core.sealer.isOlder(row.e))
  const resealed = (await Promise.all(older.map((found) => reseal(core, found, marks)))).filter(
    (found) => found !== undefined,
  )
  if (resealed.length > 0 && !(await writeAt(core, version, { resealed }))) return false
  const last = rows.at(-1)
  position.after = last && keyOf(last)
  if (rows.length < count) Object.assign(position, { table: position.table + 1, after: undefined })
  return true
}

/** Undefined where it does not open: it stays as it is, with its key, for it may be mended. */
async function reseal(
  { sealer }: StoreCore,
  found: ResealedRow,
  marks: Marks,
): Promise<ResealedRow | undefined> {
  try {
    const e = await sealer.reseal(placeOf(found, marks), found.row.e)
    return { ...found, row: { ...found.row, e } } as ResealedRow
  } catch (error) {
    if (error instanceof SealBroken) return undefined
    throw error
  }
}

/** The small values that are sealed. */
async function resealValues(core: StoreCore): Promise<boolean> {
  const { head, values } = await core.readTables(async (tables) => ({
    head: await readHead(tables),
    values: await Promise.all(SEALED_VALUES.map((key) => tables.meta.get(key))),
  }))
  const meta: { [Key in (typeof SEALED_VALUES)[number]]?: MetaValues[Key] } = {}
  for (const [at, key] of SEALED_VALUES.entries()) {
    const value = values[at] as Uint8Array | undefined
    if (value === undefined || !core.sealer.isOlder(value)) continue
    const place: Place = { table: 'meta', collection: 0, key }
    const again = await core.sealer.reseal(place, value).catch((error: unknown) => {
      if (!(error instanceof SealBroken)) throw error
    })
    if (again) meta[key] = again
  }
  return Object.keys(meta).length === 0 || (await writeAt(core, head.version, { meta }))
}

/** Ids of the older keys that something here still names. Undefined: somebody wrote while it was looked at. */
async function findOlder(
  core: StoreCore,
): Promise<{ readonly version: number; readonly keyIds: ReadonlySet<string> } | undefined> {
  const keyIds = new Set<string>()
  const look = (envelope: Uint8Array) => {
    if (core.sealer.isOlder(envelope)) keyIds.add(core.sealer.keyIdOf(envelope))
  }
  const version = await core.readTables(async (tables) => {
    for (const key of SEALED_VALUES) {
      const value = (await tables.meta.get(key)) as Uint8Array | undefined
      if (value !== undefined) look(value)
    }
    return (await readHead(tables)).version
  })
  for (const [table, count] of TABLES) {
    let after: IDBValidKey | undefined
    for (;;) {
      const part = await core.readTables((tables) => readPart(tables, table, after, count))
      if (part.version !== version) return undefined
      for (const { row } of part.rows) look(row.e)
      const last = part.rows.at(-1)
      if (part.rows.length < count || last === undefined) break
      after = keyOf(last)
    }
  }
  return { version, keyIds }
}

/**
 * What was written without waiting for the disk is there once something after it is. Until then a power cut may bring back
 * rows that only the older key opens.
 */
const reachesDisk = (core: StoreCore, version: number) => writeAt(core, version, {})

/** False, and nothing written, where the database is another by now. */
const writeAt = (
  core: StoreCore,
  version: number,
  changes: { readonly resealed?: readonly ResealedRow[]; readonly meta?: Partial<MetaValues> },
): Promise<boolean> =>
  core.update(
    (reads) => reads.head(),
    async (current) =>
      current.version === version ? { changes, moved: true, result: true } : { changes: null, result: false },
  )

async function readPart(
  tables: Tables,
  table: ResealedRow['table'],
  after: IDBValidKey | undefined,
  count: number,
): Promise<Part> {
  const [{ version }, marks, rows] = await Promise.all([
    readHead(tables),
    tables.meta.get('snapshots') as Promise<Marks | undefined>,
    tables[table].above(after as never, count),
  ])
  return { version, marks: marks ?? {}, rows: rows.map((row) => ({ table, row }) as ResealedRow) }
}

function keyOf({ table, row }: ResealedRow): IDBValidKey {
  if (table === 'records' || table === 'shadow') return [row.c, row.id]
  if (table === 'blocks') return [row.c, row.b]
  return table === 'snapshots' ? row.c : row.n
}

function placeOf({ table, row }: ResealedRow, marks: Marks): Place {
  if (table === 'records') return recordPlace(row.c, row.id)
  if (table === 'shadow') return shadowPlace(row.c, row.id)
  if (table === 'outbox') return outboxPlace(row.c, row.n)
  if (table === 'journal') return journalPlace(row.c, row.n)
  if (table === 'blocks') return blockPlace([row.c, row.b])
  return snapshotPlace(row.c, marks[row.c] ?? { v: row.v, top: 0 })
}
