/**
 * Data key in plain JavaScript: the reference that the test vectors are checked against, and the fallback where
 * WebCrypto is missing (pages without a secure context). SPEC: shared/crypto/SPEC.md, E2 and E3.
 */
import { gcm } from '@noble/ciphers/aes.js'
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8 } from './bytes.ts'
import { checkKey, type DataKey, SUBKEY_INFO } from './key-types.ts'

const info = utf8(SUBKEY_INFO)

/** Keeps a copy of `raw` (32 bytes). */
export function createNobleDataKey(raw: Uint8Array, keyId: string): DataKey {
  checkKey(raw, keyId)
  const root = Uint8Array.from(raw)
  const subKey = (salt: Uint8Array) => hkdf(sha256, root, salt, info, 32)
  return {
    keyId,
    async encrypt({ salt, nonce, aad }, plaintext) {
      return new Uint8Array(gcm(subKey(salt), nonce, aad).encrypt(plaintext))
    },
    async decrypt({ salt, nonce, aad }, sealed) {
      try {
        return new Uint8Array(gcm(subKey(salt), nonce, aad).decrypt(sealed))
      } catch {
        return null
      }
    },
  }
}
