/**
 * What a data key can do, and nothing else: no method returns its bytes. SPEC: shared/crypto/SPEC.md, E2 and E3.
 */
import type { Bytes } from './bytes.ts'

/** One AES-256-GCM operation under the sub-key HKDF-SHA256(data key, salt). */
export interface CipherInput {
  readonly salt: Bytes
  readonly nonce: Bytes
  /** Additional authenticated data. */
  readonly aad: Bytes
}

export interface DataKey {
  /** Names the key inside every envelope, so that old envelopes still open after a rotation. 1 to 64 bytes of ASCII. */
  readonly keyId: string
  /** Those before it, by their ids: they open what they sealed, and seal nothing more. */
  readonly older?: ReadonlyMap<string, DataKey>
  /** Ciphertext followed by the 16-byte tag. */
  encrypt(input: CipherInput, plaintext: Uint8Array): Promise<Bytes>
  /** Null when the tag does not fit. */
  decrypt(input: CipherInput, sealed: Uint8Array): Promise<Bytes | null>
}

/** A key whose operations end at once: no promise for each of a hundred small values. */
export interface ImmediateKey {
  readonly keyId: string
  /** As those of a `DataKey`. */
  readonly older?: ReadonlyMap<string, ImmediateKey>
  encryptNow(input: CipherInput, plaintext: Uint8Array): Bytes
  decryptNow(input: CipherInput, sealed: Uint8Array): Bytes | null
}

/** Bytes of a raw data key: random, never derived from a password directly. */
export const DATA_KEY_BYTES = 32

/** HKDF `info` of the sub-key. */
export const SUBKEY_INFO = 'mentalspace.envelope.v1 sub-key'

export function checkKey(raw: Uint8Array, keyId: string): void {
  if (raw.length !== DATA_KEY_BYTES) throw new RangeError('A data key has 32 bytes.')
  if (!/^[\x21-\x7e]{1,64}$/.test(keyId))
    throw new RangeError('A key id has 1 to 64 printable ASCII characters.')
}
