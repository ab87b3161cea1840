/**
 * The wire, defined once: sockets and HTTP carry the same messages. Tuples keep them small; every position is named
 * here. Both sides parse at the edge and trust the types inside. SPEC: shared/protocol/SPEC.md.
 */
import { z } from 'zod'
import type { Json } from '../kernel/json.ts'
import type { ErrorCode } from './errors.ts'
import { LIMITS } from './terms.ts'

/** One spelling: ids are compared and sealed as text. */
const uuid = z.uuid().lowercase()
/** Numbers, positions and revisions fit the database's 4-byte integers. */
const count = z.number().int().nonnegative().max(2_147_483_647)
const milliseconds = z.number().int().nonnegative()
const json: z.ZodType<Json> = z.json() as z.ZodType<Json>
const fieldPath = z.string().min(1).max(LIMITS.fieldPathLength)

/** [field, value] or [field, value, ms before the mutation's clock at which this field was written]. */
const fieldChange = z.union([z.tuple([fieldPath, json]), z.tuple([fieldPath, json, milliseconds])])
export type FieldChange = z.infer<typeof fieldChange>

/**
 * [number, collection, document id, base revision, device clock (ms), changes]; base revision 0 creates the document.
 * Numbers rise per device; gaps are allowed (a discarded mutation), reuse is not.
 */
export const Mutation = z.tuple([
  count.min(1),
  count,
  uuid,
  count,
  milliseconds,
  z.array(fieldChange).min(1).max(LIMITS.fieldsPerMutation),
])
export type Mutation = z.infer<typeof Mutation>

/** A position in a client's feed. `chk` is the server's hash chain at `seq`. */
export const Cursor = z.object({ e: count, s: count, k: z.string().max(32) })
export type Cursor = z.infer<typeof Cursor>

/**
 * hello: `m` is the lowest mutation number that the device may ever send again, journal included (or the next one):
 * answers below it may be forgotten.
 */
export const Hello = z.object({
  p: count,
  v: count,
  client: uuid,
  device: uuid,
  cursor: Cursor.nullable(),
  m: count.min(1),
  /** Generation of the grant under which the device fetched what it holds; absent for one's own record. */
  g: count.optional(),
})
export type Hello = z.infer<typeof Hello>

/** What a proxy may do with the record, as of now: `scopes` as in domains/grants, `until` in ms. */
export interface GrantTold {
  readonly g: number
  readonly scopes: readonly string[]
  readonly until: number | null
}

/** Where the device stands: `delta` pull from the cursor; `rewind` pull from `from`; `reset` pull from 0 and drop the rest. */
export interface HelloAnswer {
  readonly mode: 'delta' | 'rewind' | 'reset'
  /** The server's head of this client's feed. */
  readonly head: Cursor
  /** Highest mutation number of this device that the server has an answer for (0 = none). */
  readonly last: number
  readonly from?: number
  /** Only for a proxy; on a packed line left out where the device has named this very generation. */
  readonly grant?: GrantTold
}

export const PushRequest = z.object({
  client: uuid,
  mutations: z.array(Mutation).min(1).max(LIMITS.mutationsPerPush),
})
export type PushRequest = z.infer<typeof PushRequest>

/**
 * What a device that was signed out had not sent: kept apart for people to read, it changes no document. Over HTTP only,
 * with the token that comes beside `device_revoked`. `wiped`: the device says that it holds nothing any more.
 */
export const LastPush = z.object({
  client: uuid,
  mutations: z.array(Mutation).max(LIMITS.mutationsPerPush),
  wiped: z.literal(true).optional(),
})
export type LastPush = z.infer<typeof LastPush>

/** [number, index into OUTCOMES, new revision, updatedAt after it, reason when quarantined]. */
export type MutationAnswer =
  | readonly [number: number, outcome: number, rev: number, at: number]
  | readonly [number: number, outcome: number, rev: number, at: number, reason: ErrorCode]

/**
 * A change of one document:
 * [collection, id, rev, 0, whole body] | [collection, id, rev, 1, changed fields, previous rev, updatedAt] | [collection, id, rev, 2] (deleted).
 */
export type ChangeRow =
  | readonly [collection: number, id: string, rev: number, kind: 0, body: { [key: string]: Json }]
  | readonly [
      collection: number,
      id: string,
      rev: number,
      kind: 1,
      fields: readonly (readonly [string, Json])[],
      previousRev: number,
      at: number,
    ]
  | readonly [collection: number, id: string, rev: number, kind: 2]

/** One commit of the feed: rows that take a device from `[from]` to `to`. If `from` is not its cursor, it pulls. */
export interface Changes {
  readonly client: string
  readonly from: number
  readonly to: Cursor
  readonly rows: readonly ChangeRow[]
}

/** Answers in the order of the mutations; `changes` is what the device does not know already (may have no rows). */
export interface PushAnswer {
  readonly answers: readonly MutationAnswer[]
  readonly changes: Changes
}

export const PullRequest = z.object({
  client: uuid,
  after: count,
  /** Head that the first page was capped at; null on the first page. */
  upTo: count.nullable(),
  limit: count.min(1).max(LIMITS.pullPage).optional(),
})
export type PullRequest = z.infer<typeof PullRequest>

export interface PullAnswer {
  /** Whole documents or tombstones, by rising seq. */
  readonly rows: readonly ChangeRow[]
  /** Pass as `after` for the next page. */
  readonly next: number
  readonly upTo: number
  readonly done: boolean
  /** Cursor to store when `done`. */
  readonly head: Cursor
}

/** Server → device. `generation` rises with every revocation; the device purges what it holds of `client`. */
export interface Revoke {
  readonly client: string
  readonly generation: number
}
/** Server → device: destroy keys, then storage. */
export interface Wipe {
  readonly reason: 'device_revoked' | 'account_closed'
}

/** Socket acks and HTTP errors have one shape. */
export type Reply<T> = { readonly ok: T } | { readonly error: ErrorCode; readonly detail: string }

/** What a socket says of itself at the handshake (socket.io's `auth`). Protocol 1 says its token alone. */
export interface Handshake {
  /** Ticket: which session, and until when. */
  readonly t: string
  /** Signature by the device's key, of what possession.ts says. */
  readonly s: string
  readonly p: number
  readonly v: number
}
