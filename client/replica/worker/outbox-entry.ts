/** A mutation while it is on the device, in the clear: in worker memory only. SPEC: client/replica/SPEC.md, R3. */
import type { Json, JsonObject } from '../../../shared/kernel/json.ts'
import type { ErrorCode } from '../../../shared/protocol/errors.ts'
import type { FieldChange, Mutation } from '../../../shared/protocol/messages.ts'
import { type MutationState, STATE } from './sealed-rows.ts'

/** A field, its value and when it was written (ms). */
export type TimedField = readonly [field: string, value: Json, at: number]

export interface OutboxEntry {
  readonly n: number
  readonly collection: number
  readonly id: string
  /** Server revision this device had when it first changed these fields; 0 creates the document. */
  readonly baseRev: number
  readonly fields: readonly TimedField[]
  /** Of a creation: the whole document as the page wrote it, shown until the server's own arrives. */
  readonly body?: JsonObject
  readonly state: MutationState
  /** Which worker session made it: only that one may still add to it. */
  readonly writer: string
  /** When the first of its changes was made, ms. */
  readonly since: number
  /** The server's answer: the document's revision and time after it. */
  readonly acked?: { readonly rev: number; readonly at: number }
  readonly reason?: ErrorCode
  /** Set aside by this device alone: the server could not even read it and has no copy (R62). */
  readonly unheard?: true
  /** Numbers under which it is handed in as text, before the replica goes. */
  readonly pieces?: readonly number[]
  /** Of a refused change: fields that were written again since. They are listed with it, and neither shown nor retried. */
  readonly covered?: readonly string[]
}

/** What is sealed; the rest are columns. */
export type OutboxContent = Pick<
  OutboxEntry,
  'baseRev' | 'fields' | 'body' | 'since' | 'acked' | 'reason' | 'covered' | 'pieces'
>

export const contentOf = (entry: OutboxEntry): OutboxContent => {
  const { baseRev, fields, body, since, acked, reason, covered, pieces } = entry
  return {
    baseRev,
    fields,
    since,
    ...(body && { body }),
    ...(acked && { acked }),
    ...(reason && { reason }),
    ...(covered && { covered }),
    ...(pieces && { pieces }),
  }
}

/** The fields that still count: those that were not written again after a refusal. */
export const standingFields = ({ fields, covered = [] }: OutboxEntry): readonly TimedField[] =>
  covered.length === 0 ? fields : fields.filter(([field]) => !covered.includes(field))

export const holds = (entry: OutboxEntry, field: string): boolean =>
  standingFields(entry).some(([name]) => name === field)

/** The same entry where it holds none of these fields. */
export function cover(entry: OutboxEntry, written: Iterable<string>): OutboxEntry {
  const names = [...written].filter((field) => holds(entry, field))
  return names.length === 0 ? entry : { ...entry, covered: [...(entry.covered ?? []), ...names] }
}

/** The mutation on the wire: one clock, and per field how much earlier than that it was written. */
export function toMutation(entry: OutboxEntry): Mutation {
  const clock = entry.fields.reduce((newest, [, , at]) => Math.max(newest, at), 0)
  const changes = entry.fields.map(
    ([field, value, at]): FieldChange => (at === clock ? [field, value] : [field, value, clock - at]),
  )
  return [entry.n, entry.collection, entry.id, entry.baseRev, clock, changes]
}

/** Was it possibly seen by the server, or made by somebody else? Then its content may never change again. */
export const isImmutable = (entry: OutboxEntry, writer: string): boolean =>
  entry.state !== STATE.waiting || entry.writer !== writer
