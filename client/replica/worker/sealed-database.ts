/**
 * One Dexie database per account and device. In the clear: random ids, collection numbers, revisions, states and
 * positions. Everything a person typed or is told is inside the envelopes (`e`). SPEC: client/replica/SPEC.md, R1.
 */
import { Dexie } from 'dexie'
import type { Cursor } from '../../../shared/protocol/messages.ts'
import { type Table, tablesOver } from './idb-table.ts'

/** `[collection, document id]` */
export type DocumentKey = [collection: number, id: string]

/** A document as the page sees it. `r`: RxDB revision. Sealed: {@link RecordContent}. */
export interface RecordRow {
  c: number
  id: string
  r: string
  e: Uint8Array
}

/**
 * About a hundred documents that arrived in bulk. `ids`: by place in the block; '' where the document is elsewhere now.
 * A record of the same id in `records` is newer than the block's. Kept apart from the block, because it is read at
 * every start, and rewritten where a document leaves.
 */
export interface BlockHead {
  c: number
  b: number
  ids: string[]
}

/** Sealed: deflated JSON of one {@link RecordContent} per id. Never rewritten. */
export interface BlockRow {
  c: number
  b: number
  e: Uint8Array
}

/** `[collection, block number]` */
export type BlockKey = [collection: number, block: number]

/** The server's last state of a document with local changes. `s`: server revision. Sealed: body or null. */
export interface ShadowRow {
  c: number
  id: string
  s: number
  e: Uint8Array
}

/** States of a mutation on this device; the numbers are stored. */
export const STATE = { waiting: 0, handed: 1, acked: 2, attention: 3 } as const
export type MutationState = (typeof STATE)[keyof typeof STATE]

/** A mutation. `t`: state, `w`: the worker session that made it. */
export interface OutboxRow {
  n: number
  c: number
  id: string
  t: MutationState
  w: string
  e: Uint8Array
}

/** An acked mutation, kept 30 days so that a server restored from backup gets it again. `s`: feed position, `at`: ms. */
export interface JournalRow {
  n: number
  c: number
  id: string
  s: number
  at: number
  e: Uint8Array
}

/** A pull that is under way: where to go on. `e`: the feed's epoch (missing where an older build began it). */
export interface PullPosition {
  e?: number
  after: number
  upTo: number | null
  /** Of a reset: how many pages it has brought. What was in them is told apart at its end ({@link SeenPage}). */
  pages?: number
  /** Generation of the grant it is made under, where the record is somebody else's. */
  g?: number
}

/** Documents that a page of a reset brought, as texts of their keys. */
type SeenPage = readonly string[]
export const seenPage = (page: number): `seen/${number}` => `seen/${page}`

/**
 * A collection's ids, revisions and indexed fields as they were at version `v`; only ever a copy, and a newer one takes
 * its place. Sealed: columns. What moved since is in `moved`, or in a block with a higher number.
 */
export interface SnapshotRow {
  c: number
  v: number
  e: Uint8Array
}

/** A document of a collection with a snapshot that was written or dropped singly since. */
export interface MovedRow {
  c: number
  id: string
}

/** Which snapshot counts, and the highest block number there was. */
export interface SnapshotMark {
  readonly v: number
  readonly top: number
}

/** Small values, by name. `version` rises with every commit: what was read is still so if it did not move. */
export interface MetaValues {
  version: number
  /** Number of the turn to write that was taken last. */
  turn: number
  /** Next mutation number. */
  next: number
  cursor: Cursor
  pull: PullPosition
  /** Pages of the reset under way, from 0. */
  [page: `seen/${number}`]: SeenPage
  lastSyncedAt: number
  /** Sealed: the grant under which all that is here was fetched, of somebody else's record. */
  grant: Uint8Array
  /** Sealed map of local values. */
  locals: Uint8Array
  /** Sealed Person. */
  person: Uint8Array
  /** Sealed map: name → number of the collections that are not replicated. */
  names: Uint8Array
  /** By collection number. */
  snapshots: { readonly [collection: number]: SnapshotMark }
  /** Bytes to give back when the quota runs out. */
  ballast: Uint8Array
}
export type MetaKey = keyof MetaValues

/** The stores inside one transaction. */
export interface Tables {
  readonly records: Table<RecordRow, DocumentKey>
  readonly shadow: Table<ShadowRow, DocumentKey>
  readonly outbox: Table<OutboxRow, number>
  readonly journal: Table<JournalRow, number>
  readonly meta: Table<unknown, string>
  readonly heads: Table<BlockHead, BlockKey>
  readonly blocks: Table<BlockRow, BlockKey>
  /** The turns that ended: whoever had one of them finds its number here. */
  readonly turns: Table<true, number>
  readonly snapshots: Table<SnapshotRow, number>
  readonly moved: Table<MovedRow, DocumentKey>
}

/**
 * `strict`: on the disk when it is reported complete. `relaxed`: given to the operating system; a power cut may take
 * it back, in the order in which it was written. For what the server can say again, and never for what a person wrote.
 */
export type Durability = 'strict' | 'relaxed'

export interface SealedDatabase {
  readonly name: string
  /** A consistent read of all tables. `run` may wait for nothing but its own requests. */
  read<R>(run: (tables: Tables) => Promise<R>): Promise<R>
  /** Resolves once the transaction is on the disk; if `run` says false or throws, nothing was written. */
  write(run: (tables: Tables) => Promise<boolean>, durability?: Durability): Promise<boolean>
  close(): void
}

/** Closed by us, or deleted by another tab: it is not opened again. */
export class DatabaseClosed extends Error {
  override readonly name = 'DatabaseClosed'
  constructor() {
    super('the database is closed')
  }
}

const STORES = [
  'records',
  'shadow',
  'outbox',
  'journal',
  'meta',
  'heads',
  'blocks',
  'snapshots',
  'moved',
  'turns',
] as const
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
  let closed = false
  // Somebody deletes or upgrades the database: this connection has to go, and must not bring an empty one back.
  dexie.on('versionchange', () => {
    closed = true
    dexie.close()
    return false
  })
  await dexie.open()
  const begin = (mode: 'readonly' | 'readwrite', durability: Durability) => {
    const transaction = dexie.backendDB().transaction([...STORES], mode, { durability })
    return { transaction, tables: tablesIn(transaction, factory.IDBKeyRange) }
  }
  /** The browser may close a connection (storage pressure, a crash of its process): open it again and go on. */
  let reopening: Promise<void> | null = null
  const reopen = async () => {
    dexie.close()
    await dexie.open()
    if (closed) dexie.close()
  }
  const beginAlive = async (mode: 'readonly' | 'readwrite', durability: Durability = 'strict') => {
    if (closed) throw new DatabaseClosed()
    try {
      return begin(mode, durability)
    } catch {
      // All calls that find it closed wait for one reopening: each its own would close what another has just opened.
      reopening ??= reopen().finally(() => {
        reopening = null
      })
      await reopening
      if (closed) throw new DatabaseClosed()
      return begin(mode, durability)
    }
  }
  return {
    name,
    async read(run) {
      const { tables } = await beginAlive('readonly')
      return run(tables)
    },
    async write(run, durability = 'strict') {
      const { transaction, tables } = await beginAlive('readwrite', durability)
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
