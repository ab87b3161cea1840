/**
 * Data key over WebCrypto: the fast one (native, off the JavaScript thread). The raw bytes are imported once as a
 * non-extractable HKDF key and not kept. SPEC: shared/crypto/SPEC.md, E2 and E3.
 */
import { type Bytes, utf8 } from './bytes.ts'
import { checkKey, type DataKey, SUBKEY_INFO } from './key-types.ts'
import { createSubKeys } from './sub-keys.ts'

/** The part of `SubtleCrypto` that is used here, without needing DOM or Node types. `Key` is the platform's CryptoKey. */
export interface WebSubtle<Key = never> {
  importKey(
    format: 'raw',
    raw: Bytes,
    algorithm: 'HKDF',
    extractable: false,
    usages: 'deriveKey'[],
  ): Promise<Key>
  deriveKey(
    algorithm: { name: 'HKDF'; hash: 'SHA-256'; salt: Bytes; info: Bytes },
    key: Key,
    derived: { name: 'AES-GCM'; length: 256 },
    extractable: false,
    usages: ('encrypt' | 'decrypt')[],
  ): Promise<Key>
  encrypt(algorithm: AesGcm, key: Key, plaintext: Bytes): Promise<ArrayBuffer>
  decrypt(algorithm: AesGcm, key: Key, sealed: Bytes): Promise<ArrayBuffer>
}
interface AesGcm {
  name: 'AES-GCM'
  iv: Bytes
  additionalData: Bytes
  tagLength: 128
}

const info = utf8(SUBKEY_INFO)

/** WebCrypto refuses views of shared memory; everything else passes without a copy. */
const own = (bytes: Uint8Array): Bytes =>
  bytes.buffer instanceof ArrayBuffer ? (bytes as Bytes) : new Uint8Array(bytes)

/** `raw` (32 bytes) is not needed afterwards: overwrite it. */
export async function createWebDataKey<Key>(
  subtle: WebSubtle<Key>,
  raw: Bytes,
  keyId: string,
): Promise<DataKey> {
  checkKey(raw, keyId)
  const root = await subtle.importKey('raw', raw, 'HKDF', false, ['deriveKey'])
  const subKey = createSubKeys(
    (salt): Promise<Key> =>
      subtle.deriveKey(
        { name: 'HKDF', hash: 'SHA-256', salt, info },
        root,
        { name: 'AES-GCM', length: 256 },
        false,
        ['encrypt', 'decrypt'],
      ),
  )
  const aes = (nonce: Bytes, aad: Bytes): AesGcm => ({
    name: 'AES-GCM',
    iv: nonce,
    additionalData: aad,
    tagLength: 128,
  })
  return {
    keyId,
    async encrypt({ salt, nonce, aad }, plaintext) {
      const key = await subKey(salt)
      return new Uint8Array(await subtle.encrypt(aes(nonce, aad), key, own(plaintext)))
    },
    async decrypt({ salt, nonce, aad }, sealed) {
      const key = await subKey(salt)
      try {
        return new Uint8Array(await subtle.decrypt(aes(nonce, aad), key, own(sealed)))
      } catch (error) {
        // WebCrypto's only failure for well-formed input is the tag; anything else is a bug and must be seen.
        if (error instanceof Error && error.name === 'OperationError') return null
        throw error
      }
    },
  }
}
