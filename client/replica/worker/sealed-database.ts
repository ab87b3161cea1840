/**
 * One Dexie database per account and device. In the clear: random ids, collection numbers, revisions, states and
 * positions. Everything a person typed or is told is inside the envelopes (`e`). SPEC: client/replica/SPEC.md, R1.
 */
import { Dexie } from 'dexie'
import { tablesOver } from './idb-table.ts'
import { HEAD, type HeadRow, STORES, type TableName, type Tables } from './sealed-rows.ts'

/**
 * `strict`: on the disk when it is reported complete. `relaxed`: given to the operating system; a power cut may take
 * it back, in the order in which it was written. For what the server can say again, and never for what a person wrote.
 */
export type Durability = 'strict' | 'relaxed'

export interface SealedDatabase {
  readonly name: string
  /** A consistent read of all tables. `run` may wait for nothing but its own requests. */
  read<R>(run: (tables: Tables) => Promise<R>): Promise<R>
  /**
   * Resolves once the transaction is on the disk; if `run` says false or throws, nothing was written. `among`: the tables
   * that it may touch, each of which costs; all reads name all of them, and so do those writes that say nothing.
   */
  write(
    run: (tables: Tables) => Promise<boolean>,
    options?: { readonly durability?: Durability; readonly among?: readonly TableName[] },
  ): Promise<boolean>
  /** Called once, where it turns out that the browser has deleted it. */
  onLost: () => void
  close(): void
}

/** Closed by us, or deleted by another tab: it is not opened again. */
export class DatabaseClosed extends Error {
  override readonly name = 'DatabaseClosed'
  constructor() {
    super('the database is closed')
  }
}

/** The browser has thrown the database away under the open tab. Nothing is written to the empty one that would take its place. */
export class StorageLost extends Error {
  override readonly name = 'StorageLost'
  constructor() {
    super('the browser has deleted the database')
  }
}

const tablesIn = tablesOver<Tables>(STORES)

/**
 * Dexie owns schema and upgrades; transactions are plain IndexedDB, with strict durability: a local write is on the
 * disk, not only in the browser's cache, when it is reported complete.
 */
export async function openSealedDatabase(
  name: string,
  factory: { indexedDB: IDBFactory; IDBKeyRange: typeof IDBKeyRange },
): Promise<SealedDatabase> {
  const dexie = new Dexie(name, {
    indexedDB: factory.indexedDB,
    IDBKeyRange: factory.IDBKeyRange,
    cache: 'disabled',
  })
  dexie.version(1).stores({
    records: '[c+id]',
    shadow: '[c+id]',
    outbox: 'n,[c+id]',
    journal: 'n,at',
    meta: '',
  })
  // Blocks. What version 1 wrote stays as it is, and moves into blocks when there is time.
  dexie.version(2).stores({ heads: '[c+b]', blocks: '[c+b]' })
  // Turns to write. A build that does not know of them must not write beside one that does.
  dexie.version(3).stores({ turns: '' })
  // Snapshots. A database without them is read as it was before, and gets them when there is time.
  dexie.version(4).stores({ snapshots: 'c', moved: '[c+id]' })
  // Data keys that go. A build that does not say which key it has open must not write beside one that lets keys go.
  dexie.version(5).stores({})
  // The head. The build before would not find the version where it looks for it; its turns ended with its connection.
  dexie
    .version(6)
    .stores({ turns: ',&turn' })
    .upgrade(async (transaction) => {
      const [meta, turns] = [transaction.table('meta'), transaction.table('turns')]
      const [turn = 0, version = 0, next = 1] = await meta.bulkGet(['turn', 'version', 'next'])
      await turns.clear()
      await turns.put({ turn: turn + 1, version, next } satisfies HeadRow, HEAD)
      await meta.bulkDelete(['turn', 'version', 'next'])
    })
  let closed = false
  // Somebody deletes or upgrades the database: this connection has to go, and must not bring an empty one back.
  dexie.on('versionchange', () => {
    closed = true
    dexie.close()
    return false
  })
  let opened = false
  let lost = false
  // It was there, and is to be made anew: that fails, and leaves no empty one behind.
  dexie.on('populate', () => {
    if (!opened) return
    lost = true
    throw new StorageLost()
  })
  await dexie.open()
  opened = true
  const begin = (mode: 'readonly' | 'readwrite', durability: Durability, among: readonly TableName[]) => {
    const transaction = dexie.backendDB().transaction([...among], mode, { durability })
    return { transaction, tables: tablesIn(transaction, factory.IDBKeyRange) }
  }
  /** The browser may close a connection (storage pressure, a crash of its process): open it again and go on. */
  let reopening: Promise<void> | null = null
  const reopen = async () => {
    dexie.close()
    await dexie.open().catch((error: unknown) => {
      if (!lost) throw error
      database.onLost()
    })
    if (closed || lost) dexie.close()
  }
  const mustBeThere = () => {
    if (lost) throw new StorageLost()
    if (closed) throw new DatabaseClosed()
  }
  const beginAlive = async (
    mode: 'readonly' | 'readwrite',
    durability: Durability = 'strict',
    among: readonly TableName[] = STORES,
  ) => {
    mustBeThere()
    try {
      return begin(mode, durability, among)
    } catch {
      // All calls that find it closed wait for one reopening: each its own would close what another has just opened.
      reopening ??= reopen().finally(() => {
        reopening = null
      })
      await reopening
      mustBeThere()
      return begin(mode, durability, among)
    }
  }
  const database: SealedDatabase = {
    name,
    onLost: () => {},
    async read(run) {
      const { tables } = await beginAlive('readonly')
      return run(tables)
    },
    async write(run, { durability, among } = {}) {
      const { transaction, tables } = await beginAlive('readwrite', durability, among)
      const complete = completion(transaction)
      complete.catch(() => {})
      let go = false
      try {
        go = await run(tables)
      } finally {
        if (!go) abort(transaction)
      }
      if (go) {
        transaction.commit()
        await complete
      }
      return go
    },
    close() {
      closed = true
      dexie.close()
    },
  }
  return database
}

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort()
  } catch {
    // It has failed by itself already.
  }
}

const completion = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error ?? new Error('the transaction was aborted'))
  })
