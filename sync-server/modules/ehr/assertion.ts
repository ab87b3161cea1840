/**
 * A machine proves its key: a JWT that it signs for this server's token address alone, good for five minutes at most and
 * once (RFC 7523, private_key_jwt). SPEC: H1 and H2.
 */
import { createHash } from 'node:crypto'
import { calculateJwkThumbprint, decodeProtectedHeader, importJWK, jwtVerify } from 'jose'
import { z } from 'zod'
import type { PublicJwk } from './account-store.ts'

const LONGEST_MS = 300_000
/** Clocks of others. */
const TOLERANCE_SECONDS = 30

const Point = z.string().regex(/^[\w-]{43}$/)
/** Public halves alone: a private one is not taken in, and not repeated. */
const PublicKey = z.discriminatedUnion('kty', [
  z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: Point, y: Point }),
  z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: Point }),
])

/** Null for what is no key that may sign here. The rest of what was given, a private half too, is left out. */
export async function publicKeyOf(given: unknown): Promise<PublicJwk | null> {
  const parsed = PublicKey.safeParse(given)
  if (!parsed.success) return null
  const alg = parsed.data.kty === 'EC' ? 'ES256' : 'EdDSA'
  try {
    await importJWK({ ...parsed.data }, alg)
  } catch {
    return null
  }
  return { ...parsed.data, alg, kid: await calculateJwkThumbprint({ ...parsed.data }) }
}

export interface ProvenAssertion {
  readonly keyId: string
  /** Used up by this: a hash of the account and the `jti`. */
  readonly useId: string
  /** When nobody can use it any more anyway, ms. */
  readonly expiresAt: number
}

const Subject = z.uuid().lowercase()

/** Who it says it is from; nothing of it is proved. */
export function claimedAccount(assertion: string): string | undefined {
  try {
    const [, payload = ''] = assertion.split('.')
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    const sub = typeof claims === 'object' && claims !== null ? Reflect.get(claims, 'sub') : undefined
    return Subject.safeParse(sub).data
  } catch {
    return undefined
  }
}

const jwkOf = ({ kty, crv, x, y }: PublicJwk) => ({ kty, crv, x, ...(y === undefined ? {} : { y }) })

const Claims = z.object({ jti: z.string().min(8).max(200), exp: z.number(), aud: z.string() })

export async function proveAssertion(
  assertion: string,
  expected: {
    readonly accountId: string
    readonly keys: readonly PublicJwk[]
    readonly audience: string
    readonly now: number
  },
): Promise<ProvenAssertion | undefined> {
  const { accountId, keys, audience, now } = expected
  try {
    const { kid } = decodeProtectedHeader(assertion)
    const key = kid === undefined && keys.length === 1 ? keys[0] : keys.find((known) => known.kid === kid)
    if (key === undefined) return undefined
    const { payload } = await jwtVerify(assertion, await importJWK(jwkOf(key), key.alg), {
      algorithms: [key.alg],
      issuer: accountId,
      subject: accountId,
      audience,
      currentDate: new Date(now),
      clockTolerance: TOLERANCE_SECONDS,
      requiredClaims: ['exp', 'jti', 'iss', 'sub', 'aud'],
    })
    const claims = Claims.safeParse(payload)
    if (!claims.success) return undefined
    const expiresAt = (claims.data.exp + TOLERANCE_SECONDS) * 1000
    if (claims.data.exp * 1000 > now + LONGEST_MS + TOLERANCE_SECONDS * 1000) return undefined
    const useId = createHash('sha256')
      .update(JSON.stringify(['ehr', accountId, claims.data.jti]))
      .digest('base64url')
    return { keyId: key.kid, useId, expiresAt }
  } catch {
    return undefined
  }
}
