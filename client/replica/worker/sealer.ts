/**
 * JSON values in and out of envelopes. The place of a value (table, collection, key) is bound into its envelope, so
 * that a value moved elsewhere does not open. SPEC: shared/crypto/SPEC.md.
 */
import { fromUtf8, type RandomBytes, utf8 } from '../../../shared/crypto/bytes.ts'
import {
  type EnvelopeContext,
  envelopeKeyId,
  openOfAnyVersion,
  seal,
} from '../../../shared/crypto/envelope.ts'
import type { DataKey } from '../../../shared/crypto/key-types.ts'
import { hasStep, SCHEMA_HISTORY } from '../../../shared/domains/schema-history.ts'
import { allOf, contentsOf } from '../block-layout.ts'
import { deflate, inflate } from './deflate.ts'
import { raise } from './raise-schema.ts'

export interface Place {
  readonly table: 'record' | 'block' | 'snapshot' | 'shadow' | 'outbox' | 'journal' | 'meta'
  readonly collection: number
  /** Document id, mutation number, block number, version of a snapshot or name of the value. */
  readonly key: string
}

export interface Sealer {
  seal(place: Place, value: unknown): Promise<Uint8Array>
  /** Throws if the envelope was moved, cut, flipped or belongs to another key. */
  open<T>(place: Place, envelope: Uint8Array): Promise<T>
  /** JSON text, deflated before it is sealed: for many documents at once. */
  sealPacked(place: Place, json: string): Promise<Uint8Array>
  /** The value as JSON text. */
  openPacked(place: Place, envelope: Uint8Array): Promise<Uint8Array<ArrayBuffer>>
  sealBytes(place: Place, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array>
  /** Throws as well for what a build with another document schema has sealed. */
  openBytes(place: Place, envelope: Uint8Array): Promise<Uint8Array<ArrayBuffer>>
  /** What opens to this value without being opened: an envelope of this session, or a document of an opened block. */
  remember(place: Place, envelope: Uint8Array, value: unknown): void
  /** Ids of the keys that this one replaced and brings along. */
  readonly olderKeys: readonly string[]
  /** Sealed by another key than the present one, as its envelope says. */
  isOlder(envelope: Uint8Array): boolean
  /** Of the key that the envelope names; '' where it names none. */
  keyIdOf(envelope: Uint8Array): string
  /** The same, of the same document schema, under the present key. Throws as `open` does. */
  reseal(place: Place, envelope: Uint8Array): Promise<Uint8Array>
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
  /** Something here was sealed under a key that this tab has not got: it was replaced meanwhile. */
  onOtherKey: () => void = () => {},
): Sealer {
  const context = (place: Place): EnvelopeContext => ({
    ...owner,
    collection: `${place.table}/${place.collection}`,
    documentId: place.key,
    schemaVersion: history.version,
  })
  /** By the very bytes in memory: what comes from the disk is always opened. */
  const known = new WeakMap<Uint8Array, { readonly place: Place; readonly value: unknown }>()
  const openBytes = async (place: Place, envelope: Uint8Array) => {
    const opened = await openOfAnyVersion(key, envelope, context(place))
    if (!opened.ok && opened.error === 'wrong_key') onOtherKey()
    if (!opened.ok) throw new SealBroken(`${place.table}: ${opened.error}`)
    return opened.value
  }
  return {
    async seal(place, value) {
      const envelope = await seal(key, utf8(JSON.stringify(value)), context(place), random)
      known.set(envelope, { place, value })
      return envelope
    },
    async open<T>(place: Place, envelope: Uint8Array): Promise<T> {
      const before = known.get(envelope)
      if (before !== undefined && isSame(before.place, place)) return before.value as T
      const { plaintext, schemaVersion } = await openBytes(place, envelope)
      const value = raise(history, schemaVersion, place, JSON.parse(fromUtf8(plaintext)))
      known.set(envelope, { place, value })
      return value as T
    },
    async sealPacked(place, json) {
      return await seal(key, deflate(utf8(json)), context(place), random)
    },
    sealBytes: (place, bytes) => seal(key, bytes, context(place), random),
    async openBytes(place, envelope) {
      const { plaintext, schemaVersion } = await openBytes(place, envelope)
      if (hasStep(history, schemaVersion)) throw new SealBroken(`${place.table}: of an older document schema`)
      return plaintext
    },
    async openPacked(place, envelope) {
      const { plaintext, schemaVersion } = await openBytes(place, envelope)
      const json = await inflate(plaintext)
      if (!hasStep(history, schemaVersion)) return json
      return utf8(JSON.stringify(raise(history, schemaVersion, place, allOf(contentsOf(fromUtf8(json))))))
    },
    remember: (place, envelope, value) => void known.set(envelope, { place, value }),
    olderKeys: [...(key.older?.keys() ?? [])],
    isOlder: (envelope) => keyIdOf(envelope) !== key.keyId,
    keyIdOf,
    async reseal(place, envelope) {
      const { plaintext, schemaVersion } = await openBytes(place, envelope)
      const again = await seal(key, plaintext, { ...context(place), schemaVersion }, random)
      const value = known.get(envelope)
      if (value !== undefined) known.set(again, value)
      return again
    },
  }
}

const keyIdOf = (envelope: Uint8Array): string => {
  const id = envelopeKeyId(envelope)
  return id.ok ? id.value : ''
}

const isSame = (a: Place, b: Place) => a.table === b.table && a.collection === b.collection && a.key === b.key
