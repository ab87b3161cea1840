/**
 * All changes of the sealed database go through `update`: read (mostly from memory) → open, compute, seal → one
 * transaction that first checks that nothing was committed since the read. So nothing asynchronous but IndexedDB ever
 * happens inside a transaction, several tabs may write at once, and a mutation number is used once.
 * SPEC: client/replica/SPEC.md, R2.
 */
import type { StoredDocument } from '../worker-port.ts'
import { isFull } from './ballast.ts'
import { PACKING, type Packing } from './packing.ts'
import type { Durability, SealedDatabase } from './sealed-database.ts'
import type { DocumentKey, MetaKey, Tables } from './sealed-rows.ts'
import type { Sealer } from './sealer.ts'
import { createStoreCache, type Reading } from './store-cache.ts'
import type { Changeset } from './store-changes.ts'
import type { StoreReads } from './store-reads.ts'

/** Documents that changed, for the pages. `number` is the collection's. */
export interface ChangedDocuments {
  readonly number: number
  readonly documents: readonly StoredDocument[]
}

export interface Plan<T> {
  /** null: nothing to write. */
  readonly changes: Changeset | null
  readonly result: T
  /** For this worker's page; empty where the page made the change itself. */
  readonly changed?: readonly ChangedDocuments[]
  /** The documents are as they were, only elsewhere: nobody is told. */
  readonly moved?: true
  /** Default: strict. */
  readonly durability?: Durability
  /** It comes again, or is only for convenience: on a full disk the ballast is not given back for it. */
  readonly canWait?: boolean
  /** What becomes of changes that are here already: also after the end of writing (R69). */
  readonly handsIn?: true
  /** Where nothing is to be written: the result holds even if another tab has written meanwhile. */
  readonly glance?: boolean
}

export interface Commit {
  readonly changed: readonly ChangedDocuments[]
  /** Keys of all records written, for other tabs. */
  readonly keys: readonly DocumentKey[]
  readonly outbox: boolean
  /** Of the database after this commit. */
  readonly version: number
}

export interface StoreCore {
  readonly database: SealedDatabase
  readonly sealer: Sealer
  readonly packing: Packing
  /** Random name of this worker session. */
  readonly writer: string
  /** A consistent read, after all updates that were asked for before; may wait for nothing else. */
  read<R>(read: (reads: StoreReads) => Promise<R>): Promise<R>
  /** The same from memory, if there is one: another tab may have written since. */
  glance<R>(read: (reads: StoreReads) => Promise<R>): Promise<R>
  /** The same of the bare tables, at once: it may pass an update that is being prepared. */
  readTables<R>(read: (tables: Tables) => Promise<R>): Promise<R>
  /** `read` may be called several times before `prepare` is, and both again when another tab was faster. */
  update<R, T>(read: (reads: StoreReads) => Promise<R>, prepare: (before: R) => Promise<Plan<T>>): Promise<T>
  /** Is what is written now sent at once? Then it counts as seen by the server from the start. */
  sendsAtOnce: () => boolean
  /** Another tab says that it wrote, up to `version`. */
  othersWrote(version: number): void
  /** Number of a new block. Call inside `prepare`. */
  nextBlock(): number
  /** Called after each commit of this worker. */
  onCommit: (commit: Commit) => void
  /** Waits for the update under way; none starts afterwards. */
  close(): Promise<void>
}

export class ReplicaClosed extends Error {
  override readonly name = 'ReplicaClosed'
  constructor() {
    super('the replica is locked')
  }
}

/** Another tab may win some times in a row; more often than this is a bug. */
const ATTEMPTS = 1_000

export function createStoreCore(
  database: SealedDatabase,
  sealer: Sealer,
  writer: string,
  packing: Packing = PACKING,
): StoreCore {
  let last: Promise<unknown> = Promise.resolve()
  let closed = false
  const cache = createStoreCache(database, sealer)
  const inTurn = <R>(run: () => Promise<R>): Promise<R> => {
    const result = last.then(() => {
      if (closed) throw new ReplicaClosed()
      return run()
    })
    last = result.catch(() => {})
    return result
  }

  /** undefined: another tab was faster. */
  async function carryOut<T>(
    plan: Plan<T>,
    { version, sure, ended }: Reading<unknown>,
  ): Promise<(Plan<T> & { version: number }) | undefined> {
    const { changes } = plan
    if (changes === null)
      return sure || plan.glance || (await cache.isAt(version)) ? { ...plan, version } : undefined
    if (ended && changes.ended) return { ...plan, changes: null, version }
    if (ended && !plan.handsIn) throw new ReplicaClosed()
    const written = await withRoom(database, plan, () => cache.write(changes, version, plan.durability))
    return written ? { ...plan, version: version + 1 } : undefined
  }

  async function attempt<R, T>(
    readAll: (reads: StoreReads) => Promise<R>,
    prepare: (before: R) => Promise<Plan<T>>,
  ): Promise<Plan<T> & { version: number }> {
    for (let tries = 0; tries < ATTEMPTS; tries += 1) {
      if (closed) throw new ReplicaClosed()
      const reading = await cache.read(readAll, false)
      const plan = await prepare(reading.value).catch(async (error: unknown) => {
        // What it did not like may be what another tab has changed since.
        if (reading.sure || (await cache.isAt(reading.version))) throw error
        return undefined
      })
      const done = plan && (await carryOut(plan, reading))
      if (done !== undefined) return done
      cache.forget()
    }
    throw new Error('the replica is too busy')
  }

  const core: StoreCore = {
    database,
    sealer,
    packing,
    writer,
    sendsAtOnce: () => false,
    othersWrote: cache.othersWrote,
    nextBlock: cache.nextBlock,
    async read(run) {
      if (closed) throw new ReplicaClosed()
      return await inTurn(async () => (await cache.read(run, true)).value)
    },
    async glance(run) {
      if (closed) throw new ReplicaClosed()
      return await inTurn(async () => (await cache.read(run, false)).value)
    },
    async readTables(run) {
      if (closed) throw new ReplicaClosed()
      return await database.read(run)
    },
    onCommit: () => {},
    update(readAll, prepare) {
      if (closed) return Promise.reject(new ReplicaClosed())
      return inTurn(async () => {
        const plan = await attempt(readAll, prepare)
        if (plan.changes !== null)
          core.onCommit({
            changed: plan.changed ?? [],
            keys: plan.moved ? [] : touched(plan.changes),
            version: plan.version,
            outbox: [plan.changes.outbox, plan.changes.dropOutbox].some((rows) => rows?.length),
          })
        return plan.result
      })
    },
    async close() {
      closed = true
      await last
      database.close()
    },
  }
  return core
}

const touched = ({ records = [], blocks = [], dropRecords = [] }: Changeset): DocumentKey[] => [
  ...records.map(({ c, id }): DocumentKey => [c, id]),
  ...blocks.flatMap(({ row, ids }) => ids.map((id): DocumentKey => [row.c, id])),
  ...dropRecords,
]

/** When the quota runs out, the ballast is given back and the write is tried again: typing goes on meanwhile. */
async function withRoom<T>(
  database: SealedDatabase,
  { canWait, moved }: Plan<unknown>,
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write()
  } catch (error) {
    if (!isFull(error) || canWait || moved) throw error
    await database.write(async ({ meta }) => {
      meta.delete('ballast')
      return true
    })
    return await write()
  }
}

/** A small value by name. */
export const readMeta = <K extends MetaKey>(reads: StoreReads, key: K) => reads.meta.get(key)
