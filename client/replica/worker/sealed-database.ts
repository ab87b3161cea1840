/**
 * One Dexie database per account and device. In the clear: random ids, collection numbers, revisions, states and
 * positions. Everything a person typed or is told is inside the envelopes (`e`). SPEC: client/replica/SPEC.md, R1.
 */
import { Dexie, type EntityTable, type Table } from 'dexie'
import type { Cursor } from '../../../shared/protocol/messages.ts'

/** `[collection, document id]` */
export type DocumentKey = [collection: number, id: string]

/** A document as the page sees it. `r`: RxDB revision. Sealed: {@link RecordContent}. */
export interface RecordRow {
  c: number
  id: string
  r: string
  e: Uint8Array
}

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

/** A pull that is under way: where to go on. */
export interface PullPosition {
  after: number
  upTo: number | null
}

/** Small values, by name. `version` rises with every commit: what was read is still so if it did not move. */
export interface MetaValues {
  version: number
  /** Next mutation number. */
  next: number
  cursor: Cursor
  pull: PullPosition
  lastSyncedAt: number
  /** Sealed map of local values. */
  locals: Uint8Array
  /** Sealed Person. */
  person: Uint8Array
  /** Sealed map: name → number of the collections that are not replicated. */
  names: Uint8Array
  /** Bytes to give back when the quota runs out. */
  ballast: Uint8Array
}
export type MetaKey = keyof MetaValues

export interface SealedDatabase extends Dexie {
  records: Table<RecordRow, DocumentKey>
  shadow: Table<ShadowRow, DocumentKey>
  outbox: EntityTable<OutboxRow, 'n'>
  journal: EntityTable<JournalRow, 'n'>
  meta: Table<unknown, string>
}

/** Local writes are on the disk, not only in the browser's cache, when a transaction is reported complete. */
export async function openSealedDatabase(
  name: string,
  factory: { indexedDB: IDBFactory; IDBKeyRange: typeof IDBKeyRange },
): Promise<SealedDatabase> {
  const database = new Dexie(name, {
    indexedDB: factory.indexedDB,
    IDBKeyRange: factory.IDBKeyRange,
    chromeTransactionDurability: 'strict',
    cache: 'disabled',
  }) as SealedDatabase
  database.version(1).stores({
    records: '[c+id]',
    shadow: '[c+id]',
    outbox: 'n,[c+id]',
    journal: 'n,at',
    meta: '',
  })
  await database.open()
  return database
}
