/**
 * Proves to the server that this device has its key: with a DPoP proof beside every request, and with a signature at a
 * socket's handshake. A token that was stolen is worth nothing without it. SPEC: sync-server/modules/auth/SPEC.md, S2–S4.
 */
import { generateProof } from 'dpop'
import type { Prover } from '../../transport/http.ts'
import type { Sign } from '../../transport/socket.ts'
import { textOf } from './base64url.ts'

export function createDevicePossession(deviceKey: () => Promise<CryptoKeyPair>): {
  readonly prover: Prover
  readonly sign: Sign
  /** By which the server knows the key (RFC 7638). */
  readonly thumbprint: () => Promise<string>
} {
  let known: Promise<CryptoKeyPair> | undefined
  const key = () => {
    known ??= deviceKey()
    known.catch(() => {
      known = undefined
    })
    return known
  }
  let nonce: string | undefined
  return {
    prover: {
      async prove({ method, url, token }) {
        const [address = url] = url.split('?')
        return generateProof(await key(), address, method, nonce, token)
      },
      heard(next) {
        nonce = next
      },
    },
    async sign(text) {
      const { privateKey } = await key()
      const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
      const signature = await crypto.subtle.sign(algorithm, privateKey, new TextEncoder().encode(text))
      return textOf(new Uint8Array(signature))
    },
    async thumbprint() {
      const { crv, kty, x, y } = await crypto.subtle.exportKey('jwk', (await key()).publicKey)
      const text = new TextEncoder().encode(JSON.stringify({ crv, kty, x, y }))
      return textOf(new Uint8Array(await crypto.subtle.digest('SHA-256', text)))
    },
  }
}
