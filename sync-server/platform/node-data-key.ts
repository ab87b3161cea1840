/**
 * Data key over Node's own crypto: synchronous underneath, so that sealing a hundred small values costs no hundred
 * trips through a thread pool. Same bytes as the other implementations. SPEC: shared/crypto/SPEC.md, E2 and E3.
 */
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'
import { concat, utf8 } from '../../shared/crypto/bytes.ts'
import { checkKey, type DataKey, type ImmediateKey, SUBKEY_INFO } from '../../shared/crypto/key-types.ts'
import { createSubKeys } from '../../shared/crypto/sub-keys.ts'

const TAG = 16
const EXPAND = concat(utf8(SUBKEY_INFO), Uint8Array.of(1))

/** Keeps a copy of `raw` (32 bytes). */
export function createNodeDataKey(raw: Uint8Array, keyId: string): DataKey & ImmediateKey {
  checkKey(raw, keyId)
  const root = Uint8Array.from(raw)
  // HKDF-SHA256 (RFC 5869) with one block of output, by hand: the library's own costs twice as much for so short a key.
  const subKey = createSubKeys((salt) => {
    const extracted = createHmac('sha256', salt).update(root).digest()
    return createHmac('sha256', extracted).update(EXPAND).digest()
  })
  const encryptNow: ImmediateKey['encryptNow'] = ({ salt, nonce, aad }, plaintext) => {
    const cipher = createCipheriv('aes-256-gcm', subKey(salt), nonce, { authTagLength: TAG })
    cipher.setAAD(aad)
    return concat(cipher.update(plaintext), cipher.final(), cipher.getAuthTag())
  }
  const decryptNow: ImmediateKey['decryptNow'] = ({ salt, nonce, aad }, sealed) => {
    const end = sealed.length - TAG
    const decipher = createDecipheriv('aes-256-gcm', subKey(salt), nonce, { authTagLength: TAG })
    decipher.setAAD(aad)
    decipher.setAuthTag(sealed.subarray(end))
    // All of it: in this mode nothing is left for the end, which only says whether the tag fits.
    const { buffer, byteOffset, length } = decipher.update(sealed.subarray(0, end))
    try {
      decipher.final()
      return new Uint8Array(buffer as ArrayBuffer, byteOffset, length)
    } catch {
      return null
    }
  }
  return {
    keyId,
    encryptNow,
    decryptNow,
    encrypt: async (input, plaintext) => encryptNow(input, plaintext),
    decrypt: async (input, sealed) => decryptNow(input, sealed),
  }
}
