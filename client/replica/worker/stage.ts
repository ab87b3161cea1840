/**
 * From a local write to mutations: pure. SPEC: client/replica/SPEC.md, R4–R6, R61, R62.
 *
 * The base revision says which server state the writer saw. A field that already waits hides the server's newer
 * values of it from the client, so it keeps the base of its first pending change; all others take the revision this
 * device has now. Changes with different bases therefore become different mutations.
 */
import type { Json, JsonObject } from '../../../shared/kernel/json.ts'
import type { FieldPatch } from '../../../shared/merge/fields.ts'
import { fitsPacket } from '../../../shared/protocol/packet-size.ts'
import { LIMITS } from '../../../shared/protocol/terms.ts'
import { cover, holds, isImmutable, type OutboxEntry, type TimedField, toMutation } from './outbox-entry.ts'
import { STATE } from './sealed-rows.ts'

export interface StageInput {
  readonly collection: number
  readonly id: string
  readonly patch: FieldPatch
  /** The document as written, where this write creates it. */
  readonly body?: JsonObject
  readonly at: number
  /** All entries of this document that are not journalled yet, by number. */
  readonly pending: readonly OutboxEntry[]
  /** Server revision of the document on this device; 0: the server does not know it. */
  readonly serverRev: number
  readonly writer: string
  readonly next: number
}

export interface Staged {
  /** New entries and changed ones, by number. */
  readonly put: readonly OutboxEntry[]
  /** Refused entries that this write has taken fields from: what is newer is never hidden by what was refused. */
  readonly covered: readonly OutboxEntry[]
  readonly next: number
}

/** A mutation stays far below the packet limit; a single larger value travels alone. */
const MUTATION_CHARACTERS = 64_000

/** The document comes with its creation alone. */
const isCreation = ({ body }: OutboxEntry) => body !== undefined

/** A single value may be larger than any packet; other mutations are far from that, and creations are looked at as they leave. */
const isCarried = (entry: OutboxEntry) =>
  isCreation(entry) || entry.fields.length > 1 || fitsPacket(toMutation(entry))

const isSound = (entry: OutboxEntry) => isCarried(entry) && (isCreation(entry) || fits(entry.fields))

/** Typing goes on in what was set aside before: the server has seen none of it. */
function setAside(entry: OutboxEntry, pending: readonly OutboxEntry[]): OutboxEntry {
  const [field] = entry.fields.map(([name]) => name)
  const before = pending.find(
    (other) => other.unheard && other.fields.length === 1 && field !== undefined && holds(other, field),
  )
  if (before !== undefined) {
    const { pieces: _, ...rest } = before
    return { ...rest, fields: entry.fields }
  }
  return { ...entry, state: STATE.attention, reason: 'too_large', unheard: true }
}

const timed =
  (at: number) =>
  ([field, value]: readonly [string, Json]): TimedField => [field, value, at]

const weight = (fields: readonly TimedField[]) =>
  fields.reduce((sum, [field, value]) => sum + field.length + JSON.stringify(value).length + 8, 0)

export function stage(input: StageInput): Staged {
  const { pending, at, writer } = input
  const put = new Map<number, OutboxEntry>()
  let creates = input.body !== undefined && input.serverRev === 0 && pending.length === 0
  let next = input.next
  for (const [baseRev, fields] of groupByBase(input)) {
    const open = findOpen(pending, baseRev, fields, writer)
    const current = open && extend(open, fields, at, input.body)
    if (current !== undefined && isSound(current)) {
      put.set(current.n, current)
      continue
    }
    // The server reads a new document as a whole (R61).
    for (const chunk of creates ? [fields.map(timed(at))] : chunks(fields, at)) {
      const made: OutboxEntry = {
        n: next,
        collection: input.collection,
        id: input.id,
        baseRev,
        fields: chunk,
        ...(creates && { body: input.body }),
        state: STATE.waiting,
        writer,
        since: at,
      }
      const kept = isCarried(made) ? made : setAside(made, pending)
      put.set(kept.n, kept)
      creates = false
      if (kept.n === next) next += 1
    }
  }
  const covered = pending
    .filter((entry) => entry.state === STATE.attention && !put.has(entry.n))
    .flatMap((entry) => coveredBy(entry, input.patch))
  return { put: [...put.values()], covered, next }
}

function groupByBase({ patch, pending, serverRev }: StageInput): Map<number, [string, Json][]> {
  const groups = new Map<number, [string, Json][]>()
  for (const [field, value] of patch) {
    const base = pending.findLast((entry) => holds(entry, field))?.baseRev ?? serverRev
    const group = groups.get(base) ?? []
    group.push([field, value])
    groups.set(base, group)
  }
  return groups
}

const coveredBy = (entry: OutboxEntry, patch: FieldPatch): OutboxEntry[] => {
  const after = cover(
    entry,
    patch.map(([field]) => field),
  )
  return after === entry ? [] : [after]
}

/** The newest own, unsent entry with this base, if no later entry holds one of the fields (order must not change). */
function findOpen(
  pending: readonly OutboxEntry[],
  baseRev: number,
  fields: readonly (readonly [string, Json])[],
  writer: string,
): OutboxEntry | undefined {
  const index = pending.findLastIndex((entry) => entry.baseRev === baseRev && !isImmutable(entry, writer))
  if (index < 0) return undefined
  const later = pending.slice(index + 1)
  return later.some((entry) => fields.some(([field]) => holds(entry, field))) ? undefined : pending[index]
}

function extend(
  entry: OutboxEntry,
  changes: readonly (readonly [string, Json])[],
  at: number,
  body: JsonObject | undefined,
): OutboxEntry {
  const fields = new Map(entry.fields.map((field) => [field[0], field]))
  for (const [field, value] of changes) fields.set(field, [field, value, at])
  return { ...entry, fields: [...fields.values()], ...(entry.body && body && { body }) }
}

const fits = (fields: readonly TimedField[]) =>
  fields.length === 1 || (fields.length <= LIMITS.fieldsPerMutation && weight(fields) <= MUTATION_CHARACTERS)

function chunks(changes: readonly (readonly [string, Json])[], at: number): TimedField[][] {
  const result: TimedField[][] = []
  let current: TimedField[] = []
  for (const [field, value] of changes) {
    const candidate: TimedField[] = [...current, [field, value, at]]
    if (current.length > 0 && !fits(candidate)) {
      result.push(current)
      current = [[field, value, at]]
    } else current = candidate
  }
  if (current.length > 0) result.push(current)
  return result
}
