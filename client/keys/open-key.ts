/** The local data key while it is open: usable, and readable by nobody but a new slot. SPEC: client/replica/SPEC.md, R18. */
import type { Bytes, RandomBytes } from '../../shared/crypto/bytes.ts'
import { type EnvelopeContext, open, seal } from '../../shared/crypto/envelope.ts'
import type { DataKey } from '../../shared/crypto/key-types.ts'
import { createWebDataKey } from '../../shared/crypto/web-data-key.ts'
import type { OlderKey, RingEntry } from './key-ring.ts'

export const ownerOf = (entry: Pick<RingEntry, 'accountId' | 'deviceId' | 'keyId'>) => ({
  account: entry.accountId,
  device: entry.deviceId,
  keyId: entry.keyId,
})

/** A data key in use. */
export interface OpenKey {
  readonly data: DataKey
  /** The raw key sealed under itself: for a new slot, and worth nothing to anybody who has not the key. */
  readonly self: Bytes
}

const selfContext = (keyId: string) => ({
  account: '',
  client: '',
  collection: 'data-key',
  documentId: keyId,
  schemaVersion: 1,
})

/** Takes the raw key's bytes and overwrites them: afterwards only WebCrypto has it, and does not give it out. */
export async function openKey(
  raw: Bytes,
  { keyId, olderKeys }: Pick<RingEntry, 'keyId' | 'olderKeys'>,
  random: RandomBytes,
): Promise<OpenKey> {
  const data = await createWebDataKey<CryptoKey>(crypto.subtle, raw, keyId)
  const self = await seal(data, raw, selfContext(keyId), random)
  raw.fill(0)
  return { data: await withOlder(data, olderKeys, data, selfContext), self }
}

/** `key`, which opens as well what its older ones sealed; those lie sealed under `under`, each in a place of its own. */
export async function withOlder(
  key: DataKey,
  olderKeys: readonly OlderKey[] = [],
  under: DataKey,
  placeOf: (keyId: string) => EnvelopeContext,
): Promise<DataKey> {
  if (olderKeys.length === 0) return key
  const older = new Map<string, DataKey>()
  for (const { keyId, sealed } of olderKeys) {
    const opened = await open(under, sealed, placeOf(keyId))
    if (!opened.ok) throw new Error(`an older key does not open: ${opened.error}`)
    older.set(keyId, await createWebDataKey<CryptoKey>(crypto.subtle, opened.value, keyId))
    opened.value.fill(0)
  }
  return { ...key, older }
}

/** The entry's key and those before it, in the hands of a new one. */
export function sealOlder(
  entry: RingEntry,
  key: OpenKey,
  next: DataKey,
  random: RandomBytes,
): Promise<readonly OlderKey[]> {
  const last = { keyId: entry.keyId, sealed: key.self }
  return resealOlder([...(entry.olderKeys ?? []), last], key.data, next, selfContext, random)
}

export async function resealOlder(
  keys: readonly OlderKey[],
  from: DataKey,
  to: DataKey,
  placeOf: (keyId: string) => EnvelopeContext,
  random: RandomBytes,
): Promise<readonly OlderKey[]> {
  const resealed: OlderKey[] = []
  for (const { keyId, sealed } of keys) {
    const raw = await open(from, sealed, placeOf(keyId))
    if (!raw.ok) throw new Error(`an older key does not open: ${raw.error}`)
    resealed.push({ keyId, sealed: await seal(to, raw.value, placeOf(keyId), random) })
    raw.value.fill(0)
  }
  return resealed
}

/** The raw key for as long as `use` takes, to seal it into a slot. */
export async function withRaw<T>(
  entry: RingEntry,
  key: OpenKey,
  use: (raw: Bytes) => Promise<T>,
): Promise<T> {
  const raw = await open(key.data, key.self, selfContext(entry.keyId))
  if (!raw.ok) throw new Error(`the key does not open itself: ${raw.error}`)
  try {
    return await use(raw.value)
  } finally {
    raw.value.fill(0)
  }
}
