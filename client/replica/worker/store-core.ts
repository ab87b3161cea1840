/**
 * All changes of the sealed database go through `update`: read → (open, compute, seal) → one strict transaction that
 * first checks that nothing was committed since the read. So nothing asynchronous but IndexedDB ever happens inside
 * a transaction, several tabs may write at once, and a mutation number is used once. SPEC: client/replica/SPEC.md, R2.
 */
import type { StoredDocument } from '../worker-port.ts'
import type {
  DocumentKey,
  JournalRow,
  MetaKey,
  MetaValues,
  OutboxRow,
  RecordRow,
  SealedDatabase,
  ShadowRow,
  Tables,
} from './sealed-database.ts'
import type { Sealer } from './sealer.ts'

export interface Changeset {
  readonly records?: readonly RecordRow[]
  readonly dropRecords?: readonly DocumentKey[]
  readonly shadow?: readonly ShadowRow[]
  readonly dropShadow?: readonly DocumentKey[]
  readonly outbox?: readonly OutboxRow[]
  readonly dropOutbox?: readonly number[]
  readonly journal?: readonly JournalRow[]
  readonly dropJournal?: readonly number[]
  readonly meta?: Partial<MetaValues>
  readonly dropMeta?: readonly MetaKey[]
}

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
  /** Random name of this worker session. */
  readonly writer: string
  /** A consistent read of several tables; may wait for nothing else. */
  read<R>(read: (tables: Tables) => Promise<R>): Promise<R>
  update<R, T>(read: (tables: Tables) => Promise<R>, prepare: (before: R) => Promise<Plan<T>>): Promise<T>
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

export function createStoreCore(database: SealedDatabase, sealer: Sealer, writer: string): StoreCore {
  let last: Promise<unknown> = Promise.resolve()
  let closed = false
  const version = async (tables: Tables) => (await readMeta(tables, 'version')) ?? 0

  async function attempt<R, T>(
    readAll: (tables: Tables) => Promise<R>,
    prepare: (before: R) => Promise<Plan<T>>,
  ): Promise<Plan<T> & { version: number }> {
    for (let tries = 0; tries < ATTEMPTS; tries += 1) {
      if (closed) throw new ReplicaClosed()
      const before = await database.read(async (tables) => {
        const [at, value] = await Promise.all([version(tables), readAll(tables)])
        return { at, value }
      })
      const plan = await prepare(before.value)
      const { changes } = plan
      if (changes === null) return { ...plan, version: before.at }
      const written = await withRoom(database, () =>
        database.write(async (tables) => {
          if ((await version(tables)) !== before.at) return false
          apply(tables, changes)
          tables.meta.put(before.at + 1, 'version')
          return true
        }),
      )
      if (written) return { ...plan, version: before.at + 1 }
    }
    throw new Error('the replica is too busy')
  }

  const core: StoreCore = {
    database,
    sealer,
    writer,
    read: async (run) => {
      if (closed) throw new ReplicaClosed()
      return database.read(run)
    },
    onCommit: () => {},
    update(readAll, prepare) {
      if (closed) return Promise.reject(new ReplicaClosed())
      const run = last.then(async () => {
        const plan = await attempt(readAll, prepare)
        if (plan.changes !== null)
          core.onCommit({
            changed: plan.changed ?? [],
            keys: [
              ...(plan.changes.records ?? []).map(({ c, id }): DocumentKey => [c, id]),
              ...(plan.changes.dropRecords ?? []),
            ],
            version: plan.version,
            outbox: [plan.changes.outbox, plan.changes.dropOutbox].some((rows) => rows?.length),
          })
        return plan.result
      })
      last = run.catch(() => {})
      return run
    },
    async close() {
      closed = true
      await last
      database.close()
    },
  }
  return core
}

/** When the quota runs out, the ballast is given back and the write is tried again: typing goes on meanwhile. */
async function withRoom<T>(database: SealedDatabase, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'QuotaExceededError') throw error
    await database.write(async ({ meta }) => {
      meta.delete('ballast')
      return true
    })
    return await write()
  }
}

/** A small value by name. */
export const readMeta = <K extends MetaKey>(tables: Tables, key: K) =>
  tables.meta.get(key) as Promise<MetaValues[K] | undefined>

function apply(tables: Tables, changes: Changeset): void {
  const { records, shadow, outbox, journal, meta } = tables
  for (const key of changes.dropRecords ?? []) records.delete(key)
  for (const key of changes.dropShadow ?? []) shadow.delete(key)
  for (const number of changes.dropOutbox ?? []) outbox.delete(number)
  for (const number of changes.dropJournal ?? []) journal.delete(number)
  for (const key of changes.dropMeta ?? []) meta.delete(key)
  for (const row of changes.records ?? []) records.put(row)
  for (const row of changes.shadow ?? []) shadow.put(row)
  for (const row of changes.outbox ?? []) outbox.put(row)
  for (const row of changes.journal ?? []) journal.put(row)
  for (const [key, value] of Object.entries(changes.meta ?? {})) meta.put(value, key)
}
