/** The local data key while it is open: usable, and readable by nobody but a new slot. SPEC: client/replica/SPEC.md, R18. */
import type { Bytes, RandomBytes } from '../../shared/crypto/bytes.ts'
import { open, seal } from '../../shared/crypto/envelope.ts'
import type { DataKey } from '../../shared/crypto/key-types.ts'
import { createWebDataKey } from '../../shared/crypto/web-data-key.ts'
import type { RingEntry } from './key-ring.ts'

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
export async function openKey(raw: Bytes, keyId: string, random: RandomBytes): Promise<OpenKey> {
  const data = await createWebDataKey<CryptoKey>(crypto.subtle, raw, keyId)
  const self = await seal(data, raw, selfContext(keyId), random)
  raw.fill(0)
  return { data, self }
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
