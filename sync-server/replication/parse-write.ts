/**
 * From a mutation on the wire to a write: the last check that needs no document. Everything refused here is refused
 * whatever the state of the record, so it is quarantined and never retried.
 */
import type { Json } from '../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../shared/kernel/result.ts'
import type { FieldEdit } from '../../shared/merge/three-way.ts'
import { COLLECTIONS, collectionByNumber } from '../../shared/protocol/collections.ts'
import { type Refusal, refusal } from '../../shared/protocol/errors.ts'
import type { Mutation } from '../../shared/protocol/messages.ts'
import { LIMITS } from '../../shared/protocol/terms.ts'
import type { Write } from './collection.ts'

/** A device's clock may run ahead of the receipt by this much; beyond it, it is cut. ms. */
export const CLOCK_AHEAD = 60_000

/** Neither control characters nor half of a surrogate pair: the database keeps neither. */
const UNSTORABLE = /[\p{Cc}\p{Surrogate}]/u
const RESERVED = new Set(['id', 'updatedAt', '__proto__', 'constructor', 'prototype'])

export function parseWrite(mutation: Mutation, writer: string, receivedAt: number): Result<Write, Refusal> {
  const [, number, documentId, baseRev, clock, changes] = mutation
  const collection = collectionByNumber(number)
  if (collection === undefined) return err(refusal('invalid_document', 'There is no such collection.'))
  const maps: readonly string[] = COLLECTIONS[collection].maps
  const edits = new Map<string, FieldEdit>()
  for (const [field, value, before = 0] of changes) {
    const slash = field.indexOf('/')
    const property = slash < 0 ? field : field.slice(0, slash)
    if (
      RESERVED.has(property) ||
      property.startsWith('_') ||
      UNSTORABLE.test(field) ||
      slash === field.length - 1
    )
      return err(refusal('invalid_document', 'A field has a name that cannot be written.'))
    if (slash >= 0 !== maps.includes(property))
      return err(
        refusal(
          'invalid_document',
          'A field is written as a whole that has entries, or the other way round.',
        ),
      )
    if (depth(value) > LIMITS.jsonDepth) return err(refusal('too_large', 'A value is nested too deeply.'))
    const at = Math.max(0, Math.min(clock - before, receivedAt + CLOCK_AHEAD))
    edits.set(field, { field, value, at })
  }
  return ok({ collection, documentId, baseRev, edits: [...edits.values()], by: 'client', writer })
}

function depth(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0
  let deepest = 0
  for (const item of Object.values(value)) deepest = Math.max(deepest, depth(item))
  return deepest + 1
}
