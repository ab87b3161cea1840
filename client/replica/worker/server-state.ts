/**
 * What the server says about one document, and what the page sees of it: pure. SPEC: client/replica/SPEC.md, R7–R9.
 *
 * visible document = the server's last state + every local change that it does not contain yet (rebase).
 */
import type { Json, JsonObject } from '../../../shared/kernel/json.ts'
import { applyPatch } from '../../../shared/merge/fields.ts'
import type { ChangeRow } from '../../../shared/protocol/messages.ts'
import { type OutboxEntry, standingFields } from './outbox-entry.ts'
import { STATE } from './sealed-rows.ts'

/** `rev` 0 and no body: the server does not know it. `rev` > 0 and no body: deleted. */
export interface ServerState {
  readonly rev: number
  readonly body: JsonObject | null
}
export const UNKNOWN: ServerState = { rev: 0, body: null }

/** `gap`: this device lacks what the row builds on, it has to pull. */
export type Applied = ServerState | 'gap'

/** `force`: the server's history was rewound, its revisions count even where they are lower. */
export function applyRow(state: ServerState, row: ChangeRow, force = false): Applied {
  const rev = row[2]
  // A whole document of the same revision is the server's own word for what was only computed here.
  if (!force && (rev < state.rev || (rev === state.rev && row[3] !== 0))) return state
  if (row[3] === 0) return { rev, body: row[4] }
  if (row[3] === 2) return { rev, body: null }
  const [, , , , fields, previousRev, at] = row
  if (state.body === null || previousRev !== state.rev) return 'gap'
  return { rev, body: { ...applyPatch(state.body, fields), updatedAt: at } }
}

/** An accepted change of our own that the server need not send back: exact if nothing lies between. */
export function applyOwn(state: ServerState, entry: OutboxEntry, rev: number, at: number): ServerState {
  if (rev !== state.rev + 1) return state
  if (state.body === null) {
    if (entry.baseRev !== 0 || entry.body === undefined) return state
    return { rev, body: { ...entry.body, updatedAt: at } }
  }
  return { rev, body: { ...applyPatch(state.body, wireFields(entry)), updatedAt: at } }
}

/** Has the server's state, as known here, reached this accepted change? Then it is no overlay any more. */
export const isReached = (entry: OutboxEntry, state: ServerState): boolean =>
  entry.state === STATE.acked && entry.acked !== undefined && entry.acked.rev <= state.rev

/** The document that the page shows; null: none (deleted, or never there). */
export function visible(state: ServerState, pending: readonly OutboxEntry[]): JsonObject | null {
  let document = state.body
  for (const entry of pending) {
    if (entry.baseRev === 0 && entry.body !== undefined) {
      // Our own creation: once the server has the document, its version of it stands.
      if (document === null && state.rev === 0) document = entry.body
      continue
    }
    if (document !== null) document = applyPatch(document, wireFields(entry))
  }
  return document
}

const wireFields = (entry: OutboxEntry): [string, Json][] =>
  standingFields(entry).map(([field, value]) => [field, value])
