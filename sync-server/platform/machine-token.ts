/**
 * Access tokens of machines: ES256 JWTs of at most five minutes with an audience of their own, so that none opens a
 * door of people and none of theirs opens this one. Bearer tokens: whoever asks for one proved a key just before.
 */
import { randomUUID } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import type { Clock } from '../../shared/kernel/clock.ts'
import type { SigningKeys } from './signing-keys.ts'

export const MACHINE_TOKEN_SECONDS = 300
const ISSUER = 'mentalspace-portal'
const AUDIENCE = 'mentalspace-ehr'

export interface MachineClaims {
  readonly accountId: string
  /** The key that was proved. */
  readonly keyId: string
  readonly scopes: readonly string[]
}
export interface MachineTokens {
  sign(claims: MachineClaims): Promise<string>
  /** Undefined for whatever is not a sound token of a machine now. */
  verify(token: string): Promise<(MachineClaims & { readonly tokenId: string }) | undefined>
}

const Claims = z.object({ sub: z.uuid().lowercase(), jti: z.uuid(), key: z.string(), scope: z.string() })

export function createMachineTokens(keys: SigningKeys, clock: Clock): MachineTokens {
  return {
    sign: ({ accountId, keyId, scopes }) => {
      const now = Math.floor(clock.now() / 1000)
      return new SignJWT({ key: keyId, scope: scopes.join(' ') })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: keys.signing.kid })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(accountId)
        .setJti(randomUUID())
        .setIssuedAt(now)
        .setExpirationTime(now + MACHINE_TOKEN_SECONDS)
        .sign(keys.signing.key)
    },
    verify: async (token) => {
      try {
        const { payload } = await jwtVerify(token, ({ kid }) => keyOf(keys, kid), {
          algorithms: ['ES256'],
          issuer: ISSUER,
          audience: AUDIENCE,
          typ: 'at+jwt',
          currentDate: new Date(clock.now()),
          requiredClaims: ['exp', 'iat', 'sub', 'jti'],
        })
        const claims = Claims.safeParse(payload)
        if (!claims.success) return undefined
        const { sub, jti, key, scope } = claims.data
        return { accountId: sub, keyId: key, scopes: scope.split(' '), tokenId: jti }
      } catch {
        return undefined
      }
    },
  }
}

function keyOf(keys: SigningKeys, kid: unknown) {
  const key = typeof kid === 'string' ? keys.verifying(kid) : undefined
  if (key === undefined) throw new Error('no such key')
  return key
}
