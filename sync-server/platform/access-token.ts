/**
 * Access tokens: ES256 JWTs of five minutes. Algorithm, issuer, audience and type are pinned at verification; clients
 * and staff have audiences of their own. A token says who asked, never what they may: grants are looked up.
 */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import type { Clock } from '../../shared/kernel/clock.ts'

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
}
export interface VerifiedAccess {
  readonly accountId: string
  readonly sessionId: string
  readonly deviceId: string
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
})

export interface AccessTokens {
  sign(audience: TokenAudience, claims: AccessClaims): Promise<string>
  /** Undefined for whatever is not a sound token of one of `audiences` now. */
  verify(token: string, audiences: readonly TokenAudience[]): Promise<VerifiedAccess | undefined>
}

export function createAccessTokens(signingKey: KeyObject, clock: Clock): AccessTokens {
  const publicKey = createPublicKey(signingKey)
  /** Sound tokens by their text: a signature that was good stays good, so each is checked once. */
  const sound = new Map<string, VerifiedAccess>()
  return {
    // Role and record are looked up with the session: every connection pays for each byte of this.
    sign: (audience, { accountId, sessionId, deviceId }) => {
      const now = Math.floor(clock.now() / 1000)
      return new SignJWT({ sid: sessionId, did: deviceId })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCES[audience])
        .setSubject(accountId)
        .setIssuedAt(now)
        .setExpirationTime(now + ACCESS_TOKEN_SECONDS)
        .sign(signingKey)
    },
    verify: async (token, audiences) => {
      const known = sound.get(token)
      if (known !== undefined && audiences.includes(known.audience) && known.expiresAt > clock.now())
        return known
      try {
        const { payload } = await jwtVerify(token, publicKey, {
          algorithms: ['ES256'],
          issuer: ISSUER,
          audience: audiences.map((audience) => AUDIENCES[audience]),
          typ: 'at+jwt',
          currentDate: new Date(clock.now()),
          requiredClaims: ['exp', 'iat', 'sub', 'sid', 'did'],
        })
        const claims = Claims.safeParse(payload)
        if (!claims.success) return undefined
        const { sub, sid, did, aud, exp } = claims.data
        const audience = audiences.find((wanted) => AUDIENCES[wanted] === aud)
        if (audience === undefined) return undefined
        const verified = { accountId: sub, sessionId: sid, deviceId: did, audience, expiresAt: exp * 1000 }
        if (sound.size >= KEPT) sound.delete(sound.keys().next().value ?? '')
        sound.set(token, verified)
        return verified
      } catch {
        return undefined
      }
    },
  }
}
