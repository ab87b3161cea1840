/**
 * From a local write to mutations: pure. SPEC: client/replica/SPEC.md, R4–R6.
 *
 * The base revision says which server state the writer saw. A field that already waits hides the server's newer
 * values of it from the client, so it keeps the base of its first pending change; all others take the revision this
 * device has now. Changes with different bases therefore become different mutations.
 */
import type { Json, JsonObject } from '../../../shared/kernel/json.ts'
import type { FieldPatch } from '../../../shared/merge/fields.ts'
import { LIMITS } from '../../../shared/protocol/terms.ts'
import { cover, holds, isImmutable, type OutboxEntry, type TimedField } from './outbox-entry.ts'
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

const timed =
  (at: number) =>
  ([field, value]: readonly [string, Json]): TimedField => [field, value, at]

const weight = (fields: readonly TimedField[]) =>
  fields.reduce((sum, [field, value]) => sum + field.length + JSON.stringify(value).length + 8, 0)

export function stage(input: StageInput): Staged {
  const { pending, at, writer } = input
  const byBase = new Map<number, [string, Json][]>()
  for (const [field, value] of input.patch) {
    const base = pending.findLast((entry) => holds(entry, field))?.baseRev ?? input.serverRev
    const group = byBase.get(base) ?? []
    group.push([field, value])
    byBase.set(base, group)
  }
  const put = new Map<number, OutboxEntry>()
  let creates = input.body !== undefined && input.serverRev === 0 && pending.length === 0
  let next = input.next
  for (const [baseRev, fields] of byBase) {
    const open = findOpen(pending, baseRev, fields, writer)
    let current = open && extend(open, fields, at, input.body)
    if (current !== undefined && (isCreation(current) || fits(current.fields))) {
      put.set(current.n, current)
      continue
    }
    // The server reads a new document as a whole (R61).
    for (const chunk of creates ? [fields.map(timed(at))] : chunks(fields, at)) {
      current = {
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
      put.set(next, current)
      creates = false
      next += 1
    }
  }
  const covered = pending.flatMap((entry) => {
    if (entry.state !== STATE.attention) return []
    const after = cover(
      entry,
      input.patch.map(([field]) => field),
    )
    return after === entry ? [] : [after]
  })
  return { put: [...put.values()], covered, next }
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
  fields.length <= LIMITS.fieldsPerMutation && weight(fields) <= MUTATION_CHARACTERS

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
