/** The rows of a replica's sealed database, and its tables. SPEC: client/replica/SPEC.md, R1. */
import type { Cursor } from '../../../shared/protocol/messages.ts'
import type { Table } from './idb-table.ts'

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
/** The server may still have to be asked for it. */
export const isUnanswered = (state: MutationState): boolean =>
  state === STATE.waiting || state === STATE.handed

/**
 * A mutation. `t`: state, `w`: the worker session that made it, `u`: it is set aside here and the server has no copy. Where a
 * build from before `u` has set it aside, that is not told.
 */
export interface OutboxRow {
  n: number
  c: number
  id: string
  t: MutationState
  w: string
  u?: true
  e: Uint8Array
}
/** The server keeps what it has refused, and not what it never could read. */
export const isNotHeard = (row: Pick<OutboxRow, 't' | 'u'>): boolean =>
  isUnanswered(row.t) || (row.t === STATE.attention && row.u === true)

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
  /** Random name of the pull that is at it (missing where an older build began it). */
  by?: string
}

/** Documents that a page of a reset brought, as texts of their keys. */
type SeenPage = readonly string[]
export const seenPage = (page: number): `seen/${number}` => `seen/${page}`
/** Names of the first pages of a reset. */
export const pagesTo = (count: number) => Array.from({ length: count }, (_, page) => seenPage(page))

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

/**
 * What every commit writes: one row, for a request is most of what a keystroke costs. Its turn is unique among these rows
 * and those of the turns that ended, so whoever writes it in a turn that has ended fails.
 */
export interface HeadRow {
  /** Number of the turn to write that was taken last. */
  turn: number
  /** Rises with every commit: what was read is still so if it did not move. */
  version: number
  /** Next mutation number. */
  next: number
  /** It is about to go, and nothing is written any more (R69). */
  ended?: boolean
}
export const HEAD = 'head'
/** Of a database that nobody has written to. */
const NO_HEAD: HeadRow = { turn: 0, version: 0, next: 1 }

/** Small values, by name. */
export interface MetaValues {
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
  /** The head, and by their numbers the turns that ended. */
  readonly turns: Table<HeadRow | Pick<HeadRow, 'turn'>, typeof HEAD | number>
  readonly snapshots: Table<SnapshotRow, number>
  readonly moved: Table<MovedRow, DocumentKey>
}

export const readHead = async ({ turns }: Pick<Tables, 'turns'>): Promise<HeadRow> =>
  ((await turns.get(HEAD)) as HeadRow | undefined) ?? NO_HEAD
/** Fails, and the transaction with it, where its turn has ended. */
export const putHead = ({ turns }: Tables, head: HeadRow): Promise<unknown> => turns.putUnique(head, HEAD)

export const STORES = [
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
export type TableName = (typeof STORES)[number]
