/**
 * What becomes of a mutation that the server refused: pure. A field that was written again since is not shown for it
 * any more, and one bad field does not take good ones along. SPEC: client/replica/SPEC.md, R12, R13.
 */
import type { ErrorCode } from '../../../shared/protocol/errors.ts'
import { cover, holds, type OutboxEntry } from './outbox-entry.ts'
import { STATE } from './sealed-rows.ts'

/** Refusals that one field can cause all by itself. */
const OF_ONE_FIELD = new Set<ErrorCode>(['invalid_document', 'too_large', 'invalid_message'])

export interface Refused {
  /** What stays under its number and waits for the client's decision. */
  readonly kept: readonly OutboxEntry[]
  /** Its fields one by one under new numbers; final, as everything that has a number of its own to be sent with. */
  readonly again: readonly OutboxEntry[]
}

/**
 * Another copy of this device used the number: nothing is wrong with what was written here. It goes again as it is, but for what was
 * written anew since: that comes with its own.
 */
const underNewNumber = (
  entry: OutboxEntry,
  newer: readonly string[],
  number: () => number,
): OutboxEntry[] => {
  const fields =
    entry.body === undefined ? entry.fields.filter(([field]) => !newer.includes(field)) : entry.fields
  return fields.length === 0 ? [] : [{ ...entry, n: number(), fields, state: STATE.handed }]
}

/**
 * `later`: pending entries of the same document with higher numbers. `number` gives the next free one. `unheard`: the server
 * has not kept it.
 */
export function refuse(
  entry: OutboxEntry,
  reason: ErrorCode,
  later: readonly OutboxEntry[],
  number: () => number,
  unheard = false,
): Refused {
  const newer = entry.fields.map(([field]) => field).filter((field) => later.some((e) => holds(e, field)))
  if (reason === 'number_taken') return { kept: [], again: underNewNumber(entry, newer, number) }
  const refused = cover(
    { ...entry, state: STATE.attention, reason, ...(unheard && { unheard: true as const }) },
    newer,
  )
  const standing = entry.fields.filter(([field]) => !newer.includes(field))
  const divisible = entry.fields.length > 1 && entry.baseRev > 0 && entry.body === undefined
  if (!divisible || standing.length === 0 || !OF_ONE_FIELD.has(reason)) return { kept: [refused], again: [] }
  const { n: _, fields: __, ...rest } = entry
  return {
    kept:
      newer.length === 0
        ? []
        : [{ ...refused, fields: entry.fields.filter(([field]) => newer.includes(field)) }],
    again: standing.map((field) => ({
      ...rest,
      n: number(),
      fields: [field],
      state: STATE.handed,
      since: field[2],
    })),
  }
}
