/**
 * JSON values in and out of envelopes. The place of a value (table, collection, key) is bound into its envelope, so
 * that a value moved elsewhere does not open. SPEC: shared/crypto/SPEC.md.
 */
import { fromUtf8, type RandomBytes, utf8 } from '../../../shared/crypto/bytes.ts'
import { type EnvelopeContext, openOfAnyVersion, seal } from '../../../shared/crypto/envelope.ts'
import type { DataKey } from '../../../shared/crypto/key-types.ts'
import { SCHEMA_HISTORY } from '../../../shared/domains/schema-history.ts'
import { raise } from './raise-schema.ts'

export interface Place {
  readonly table: 'record' | 'shadow' | 'outbox' | 'journal' | 'meta'
  readonly collection: number
  /** Document id, mutation number or name of the value. */
  readonly key: string
}

export interface Sealer {
  seal(place: Place, value: unknown): Promise<Uint8Array>
  /** Throws if the envelope was moved, cut, flipped or belongs to another key. */
  open<T>(place: Place, envelope: Uint8Array): Promise<T>
}

export class SealBroken extends Error {
  override readonly name = 'SealBroken'
}

/** Whose replica it is; part of every envelope's authenticated context. */
export interface SealOwner {
  readonly account: string
  readonly client: string
}

export function createSealer(
  key: DataKey,
  owner: SealOwner,
  random: RandomBytes,
  history = SCHEMA_HISTORY,
): Sealer {
  const context = (place: Place): EnvelopeContext => ({
    ...owner,
    collection: `${place.table}/${place.collection}`,
    documentId: place.key,
    schemaVersion: history.version,
  })
  return {
    seal: (place, value) => seal(key, utf8(JSON.stringify(value)), context(place), random),
    async open<T>(place: Place, envelope: Uint8Array): Promise<T> {
      const opened = await openOfAnyVersion(key, envelope, context(place))
      if (!opened.ok) throw new SealBroken(`${place.table}: ${opened.error}`)
      const { plaintext, schemaVersion } = opened.value
      return raise(history, schemaVersion, place, JSON.parse(fromUtf8(plaintext))) as T
    },
  }
}
