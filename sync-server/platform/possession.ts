/**
 * Proofs that a device has its key. Over HTTP: DPoP (RFC 9449), a JWT of its own for every request, bound to method,
 * address, access token and a nonce of ours. At a socket's handshake: one signature over what both sides know already,
 * the connection's own random name above all, so that a few bytes prove the same (docs/decisions).
 * SPEC: sync-server/modules/auth/SPEC.md, S2 to S4.
 */
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { compactVerify, decodeProtectedHeader } from 'jose'
import { z } from 'zod'
import { socketProofText } from '../../shared/protocol/possession.ts'
import type { ProofNonces } from './proof-nonces.ts'
import { thumbprint } from './signing-keys.ts'

/** The public half of a device's key. */
export interface DeviceKey {
  readonly thumbprint: string
  /** `x.y`, as stored. */
  readonly point: string
}

export interface ProofOfRequest {
  readonly proof: string
  readonly method: string
  /** Is this the address that was asked? */
  readonly isAddress: (url: string) => boolean
  /** The access token that came along, if one did. */
  readonly token: string | undefined
}
/** `nonce`: to be made again with a nonce of ours. */
export type ProofVerdict =
  | { readonly ok: true; readonly key: DeviceKey; readonly isNonceOld: boolean }
  | { readonly ok: false; readonly reason: 'invalid' | 'nonce' }

export interface ProofOfSocket {
  readonly point: string
  readonly host: string
  /** The random name that this server gave to the connection. */
  readonly challenge: string
  readonly ticket: string
  /** 64 bytes, base64url. */
  readonly signature: string
}

const LONGEST = 2_000
const KEPT_KEYS = 5_000
const COORDINATE = z.string().regex(/^[\w-]{43}$/)
const Header = z.object({
  typ: z.literal('dpop+jwt'),
  alg: z.literal('ES256'),
  jwk: z.object({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: COORDINATE,
    y: COORDINATE,
    d: z.undefined().optional(),
  }),
})
const Claims = z.object({
  jti: z.string().min(8).max(100),
  htm: z.string(),
  htu: z.string().max(1_000),
  // When the device believes it is: its clock may be a day off, and the nonce says more.
  iat: z.number(),
  nonce: z.string().max(200).optional(),
  ath: z.string().optional(),
})

export type Possession = ReturnType<typeof createPossession>

export function createPossession(nonces: ProofNonces) {
  /** Importing a key costs as much as a verification. */
  const keys = new Map<string, KeyObject>()
  const keyOf = (point: string): KeyObject => {
    const known = keys.get(point)
    if (known !== undefined) return known
    const [x = '', y = ''] = point.split('.')
    const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' })
    if (keys.size >= KEPT_KEYS) keys.delete(keys.keys().next().value ?? '')
    keys.set(point, key)
    return key
  }

  /** Undefined for what no honest device makes. */
  const read = async (proof: string) => {
    if (proof.length > LONGEST) return undefined
    try {
      const { jwk } = Header.parse(decodeProtectedHeader(proof))
      const point = `${jwk.x}.${jwk.y}`
      const { payload } = await compactVerify(proof, keyOf(point), { algorithms: ['ES256'] })
      const claims = Claims.parse(JSON.parse(new TextDecoder().decode(payload)))
      return { claims, key: { thumbprint: thumbprint(jwk), point } }
    } catch {
      return undefined
    }
  }

  return {
    newNonce: () => nonces.issue(),

    async ofRequest({ proof, method, isAddress, token }: ProofOfRequest): Promise<ProofVerdict> {
      const found = await read(proof)
      if (found === undefined) return { ok: false, reason: 'invalid' }
      const { claims, key } = found
      const ath = token && createHash('sha256').update(token).digest('base64url')
      if (claims.htm !== method || !isAddress(claims.htu) || claims.ath !== ath)
        return { ok: false, reason: 'invalid' }
      const age = claims.nonce === undefined ? 'stale' : nonces.judge(claims.nonce)
      if (age === 'stale') return { ok: false, reason: 'nonce' }
      const proofId = createHash('sha256').update(`${key.thumbprint}.${claims.jti}`).digest('base64url')
      if (!(await nonces.once(proofId))) return { ok: false, reason: 'invalid' }
      return { ok: true, key, isNonceOld: age === 'old' }
    },

    ofSocket({ point, host, challenge, ticket, signature }: ProofOfSocket): boolean {
      try {
        const text = Buffer.from(socketProofText({ host, challenge, ticket }))
        const key = { key: keyOf(point), dsaEncoding: 'ieee-p1363' } as const
        return verify('sha256', text, key, Buffer.from(signature, 'base64url'))
      } catch {
        return false
      }
    },
  }
}
