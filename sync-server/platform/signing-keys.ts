/**
 * The keys of the access tokens: one signs, all verify. So a key is replaced without anybody being signed out: the new
 * one is first known everywhere, then signs, and the old one goes when no token of it lives any more.
 */
import { createHash, createPublicKey, type KeyObject } from 'node:crypto'

export interface SigningKeys {
  readonly signing: { readonly kid: string; readonly key: KeyObject }
  /** Undefined: none of ours. */
  verifying(kid: string): KeyObject | undefined
  /** RFC 7517, public halves only. */
  readonly jwks: { readonly keys: readonly PublicKey[] }
}
interface PublicKey {
  readonly kty: 'EC'
  readonly crv: 'P-256'
  readonly x: string
  readonly y: string
  readonly kid: string
  readonly use: 'sig'
  readonly alg: 'ES256'
}

/** `keys`: P-256 private keys; the first signs. */
export function createSigningKeys(keys: readonly [KeyObject, ...KeyObject[]]): SigningKeys {
  const known = keys.map((key) => {
    const publicKey = createPublicKey(key)
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
    return { key, publicKey, jwk: { x, y }, kid: thumbprint({ x, y }) }
  })
  const byKid = new Map(known.map(({ kid, publicKey }) => [kid, publicKey]))
  const [first] = known
  return {
    signing: { kid: first?.kid ?? '', key: keys[0] },
    verifying: (kid) => byKid.get(kid),
    jwks: {
      keys: known.map(({ jwk, kid }) => ({ kty: 'EC', crv: 'P-256', ...jwk, kid, use: 'sig', alg: 'ES256' })),
    },
  }
}

/** RFC 7638, of a P-256 key. */
export const thumbprint = ({ x, y }: { readonly x: string; readonly y: string }): string =>
  createHash('sha256')
    .update(JSON.stringify({ crv: 'P-256', kty: 'EC', x, y }))
    .digest('base64url')
