/**
 * Access tokens: ES256 JWTs of at most five minutes, each bound to the key of one device (`cnf.jkt`). Algorithm, issuer,
 * audience and type are pinned at verification; clients and staff have audiences of their own. A token says who asked,
 * never what they may: grants are looked up. SPEC: sync-server/modules/auth/SPEC.md, S1 and S8.
 */
import { jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import type { Clock } from '../../shared/kernel/clock.ts'
import type { SigningKeys } from './signing-keys.ts'

export const ACCESS_TOKEN_SECONDS = 300
/** Tokens remembered as sound; some hundred bytes each. */
const KEPT = 20_000
const ISSUER = 'mentalspace-portal'
const AUDIENCES = {
  portal: 'mentalspace-portal',
  staff: 'mentalspace-staff',
  /** Of a device that was signed out: good for handing in what it had not sent, and for nothing else. */
  'last-push': 'mentalspace-last-push',
} as const
export type TokenAudience = keyof typeof AUDIENCES

export interface AccessClaims {
  readonly accountId: string
  readonly sessionId: string
  readonly deviceId: string
  /** Thumbprint of the device's key: whoever has not that key has no use for the token. */
  readonly keyThumbprint: string
}
export interface VerifiedAccess extends AccessClaims {
  readonly audience: TokenAudience
  /** ms since 1970. */
  readonly expiresAt: number
}

const Claims = z.object({
  sub: z.uuid().lowercase(),
  sid: z.uuid().lowercase(),
  did: z.uuid().lowercase(),
  aud: z.enum(Object.values(AUDIENCES)),
  exp: z.number(),
  cnf: z.object({ jkt: z.string() }),
})

export interface AccessTokens {
  sign(audience: TokenAudience, claims: AccessClaims, seconds?: number): Promise<string>
  /** Undefined for whatever is not a sound token of one of `audiences` now. */
  verify(token: string, audiences: readonly TokenAudience[]): Promise<VerifiedAccess | undefined>
}

export function createAccessTokens(keys: SigningKeys, clock: Clock): AccessTokens {
  /** Sound tokens by their text: a signature that was good stays good, so each is checked once. */
  const sound = new Map<string, VerifiedAccess>()
  const { kid, key } = keys.signing
  return {
    // Role and record are looked up with the session.
    sign: (audience, { accountId, sessionId, deviceId, keyThumbprint }, seconds = ACCESS_TOKEN_SECONDS) => {
      const now = Math.floor(clock.now() / 1000)
      return new SignJWT({ sid: sessionId, did: deviceId, cnf: { jkt: keyThumbprint } })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCES[audience])
        .setSubject(accountId)
        .setIssuedAt(now)
        .setExpirationTime(now + seconds)
        .sign(key)
    },
    verify: async (token, audiences) => {
      const known = sound.get(token)
      if (known !== undefined && audiences.includes(known.audience) && known.expiresAt > clock.now())
        return known
      try {
        const { payload } = await jwtVerify(token, ({ kid: named }) => keyOf(keys, named), {
          algorithms: ['ES256'],
          issuer: ISSUER,
          audience: audiences.map((audience) => AUDIENCES[audience]),
          typ: 'at+jwt',
          currentDate: new Date(clock.now()),
          requiredClaims: ['exp', 'iat', 'sub', 'sid', 'did', 'cnf'],
        })
        const claims = Claims.safeParse(payload)
        if (!claims.success) return undefined
        const { sub, sid, did, aud, exp, cnf } = claims.data
        const audience = audiences.find((wanted) => AUDIENCES[wanted] === aud)
        if (audience === undefined) return undefined
        const ids = { accountId: sub, sessionId: sid, deviceId: did, keyThumbprint: cnf.jkt }
        const verified = { ...ids, audience, expiresAt: exp * 1000 }
        if (sound.size >= KEPT) sound.delete(sound.keys().next().value ?? '')
        sound.set(token, verified)
        return verified
      } catch {
        return undefined
      }
    },
  }
}

/** Only keys of ours: what a token says of where to find its key is not even looked at. */
function keyOf(keys: SigningKeys, kid: unknown) {
  const key = typeof kid === 'string' ? keys.verifying(kid) : undefined
  if (key === undefined) throw new Error('no such key')
  return key
}
