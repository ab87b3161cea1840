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
}

export interface StoreCore {
  readonly database: SealedDatabase
  readonly sealer: Sealer
  /** Random name of this worker session. */
  readonly writer: string
  meta<K extends MetaKey>(key: K): Promise<MetaValues[K] | undefined>
  /** A consistent read of several tables. */
  read<R>(read: () => Promise<R>): Promise<R>
  update<R, T>(read: () => Promise<R>, prepare: (before: R) => Promise<Plan<T>>): Promise<T>
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
  const tables = [database.records, database.shadow, database.outbox, database.journal, database.meta]
  let last: Promise<unknown> = Promise.resolve()
  let closed = false

  const meta = async <K extends MetaKey>(key: K) =>
    (await database.meta.get(key)) as MetaValues[K] | undefined
  const version = async () => (await meta('version')) ?? 0

  const read = <R>(run: () => Promise<R>) => alive(() => database.transaction('r', tables, run))

  /** The browser may close a connection (storage pressure, a crash of its process): open it again and go on. */
  async function alive<R>(run: () => PromiseLike<R>): Promise<R> {
    if (closed) throw new ReplicaClosed()
    try {
      return await run()
    } catch (error) {
      if (closed || !isClosedConnection(error)) throw error
      if (!database.isOpen()) await database.open()
      return await run()
    }
  }

  async function attempt<R, T>(
    readAll: () => Promise<R>,
    prepare: (before: R) => Promise<Plan<T>>,
  ): Promise<Plan<T>> {
    for (let tries = 0; tries < ATTEMPTS; tries += 1) {
      const before = await read(async () => ({ at: await version(), value: await readAll() }))
      const plan = await prepare(before.value)
      const { changes } = plan
      if (changes === null) return plan
      const written = await alive(() =>
        database.transaction('rw', tables, async () => {
          if ((await version()) !== before.at) return false
          await apply(database, changes)
          await database.meta.put(before.at + 1, 'version')
          return true
        }),
      )
      if (written) return plan
    }
    throw new Error('the replica is too busy')
  }

  const core: StoreCore = {
    database,
    sealer,
    writer,
    meta,
    read,
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

/** Inside a transaction: only IndexedDB requests, nothing else to wait for. */
async function apply(database: SealedDatabase, changes: Changeset): Promise<void> {
  const { records, shadow, outbox, journal, meta } = database
  const work: PromiseLike<unknown>[] = []
  if (changes.dropRecords?.length) work.push(records.bulkDelete([...changes.dropRecords]))
  if (changes.dropShadow?.length) work.push(shadow.bulkDelete([...changes.dropShadow]))
  if (changes.dropOutbox?.length) work.push(outbox.bulkDelete([...changes.dropOutbox]))
  if (changes.dropJournal?.length) work.push(journal.bulkDelete([...changes.dropJournal]))
  if (changes.records?.length) work.push(records.bulkPut([...changes.records]))
  if (changes.shadow?.length) work.push(shadow.bulkPut([...changes.shadow]))
  if (changes.outbox?.length) work.push(outbox.bulkPut([...changes.outbox]))
  if (changes.journal?.length) work.push(journal.bulkPut([...changes.journal]))
  const values = Object.entries(changes.meta ?? {})
  if (values.length > 0)
    work.push(
      meta.bulkPut(
        values.map(([, value]) => value),
        values.map(([key]) => key),
      ),
    )
  if (changes.dropMeta?.length) work.push(meta.bulkDelete([...changes.dropMeta]))
  await Promise.all(work)
}

const isClosedConnection = (error: unknown) =>
  error instanceof Error && ['DatabaseClosedError', 'InvalidStateError'].includes(error.name)
