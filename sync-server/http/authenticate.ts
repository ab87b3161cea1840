/**
 * From a bearer token to an actor: signature, audience and time first, then the session and the device it belongs to,
 * looked up at every request, so that a revocation works at once. Used by routes and by the socket's handshake.
 */
import type { AccountId, ClientId, DeviceId } from '../../shared/kernel/brand.ts'
import type { Clock } from '../../shared/kernel/clock.ts'
import { err, ok, type Result } from '../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../shared/protocol/errors.ts'
import type { AccessTokens, TokenAudience, VerifiedAccess } from '../platform/access-token.ts'
import type { Actor, Role } from '../replication/actor.ts'
import type { Caller } from './route.ts'

/** A session with its account and device, as stored. Times in ms since 1970. */
export interface StoredSession {
  readonly sessionId: string
  readonly accountId: string
  readonly deviceId: string
  readonly role: Role
  readonly practiceId: string
  readonly clientId: string | null
  readonly name: string
  readonly email: string
  readonly expiresAt: number
  readonly revoked: boolean
  readonly deviceRevoked: boolean
  readonly accountClosed: boolean
}
export type StoredOwner = Pick<
  StoredSession,
  'accountId' | 'deviceId' | 'role' | 'practiceId' | 'clientId' | 'name' | 'deviceRevoked' | 'accountClosed'
> & { readonly deviceWiped: boolean }
export interface SessionStore {
  find(sessionId: string): Promise<StoredSession | undefined>
  /** A device with its account. */
  findDevice(deviceId: string): Promise<StoredOwner | undefined>
}

export interface Authenticated {
  readonly actor: Actor
  readonly sessionId: string
  readonly audience: TokenAudience
  /** When the token (not the session) ends; ms since 1970. */
  readonly expiresAt: number
}
/** Throws only when the session cannot be looked up. */
export type Authenticate = (
  token: string | undefined,
  audiences: readonly TokenAudience[],
  caller: Caller,
) => Promise<Result<Authenticated, Refusal>>

const unauthenticated = refusal('not_authenticated', 'A valid access token is needed.')
const ended = refusal('session_expired', 'The session has ended. Sign in again.')
const deviceRevoked = refusal(
  'device_revoked',
  'This device was signed out by the account holder or the practice.',
)

export function createAuthenticate(tokens: AccessTokens, sessions: SessionStore, clock: Clock): Authenticate {
  /** Only for as long as the device is signed out and has not said that it is empty. */
  const lastWords = async (
    claims: VerifiedAccess,
    caller: Caller,
  ): Promise<Result<Authenticated, Refusal>> => {
    const owner = await sessions.findDevice(claims.deviceId)
    if (owner === undefined || owner.accountId !== claims.accountId || !owner.deviceRevoked)
      return err(unauthenticated)
    if (owner.accountClosed || owner.deviceWiped) return err(deviceRevoked)
    return ok({ ...claims, actor: actorOf(owner, caller) })
  }

  return async (token, audiences, caller) => {
    const claims = token === undefined ? undefined : await tokens.verify(token, audiences)
    if (claims === undefined) return err(unauthenticated)
    if (claims.audience === 'last-push') return lastWords(claims, caller)
    const session = await sessions.find(claims.sessionId)
    if (session === undefined) return err(unauthenticated)
    if (session.accountId !== claims.accountId || session.deviceId !== claims.deviceId)
      return err(unauthenticated)
    if (session.deviceRevoked) return err(deviceRevoked)
    if (session.revoked || session.accountClosed || session.expiresAt <= clock.now()) return err(ended)
    return ok({
      actor: actorOf(session, caller),
      sessionId: session.sessionId,
      audience: claims.audience,
      expiresAt: claims.expiresAt,
    })
  }
}

export function actorOf(
  session: Pick<StoredSession, 'accountId' | 'deviceId' | 'role' | 'practiceId' | 'clientId' | 'name'>,
  caller: Caller,
): Actor {
  return {
    accountId: session.accountId as AccountId,
    role: session.role,
    practiceId: session.practiceId,
    ...(session.clientId === null ? {} : { ownClientId: session.clientId as ClientId }),
    deviceId: session.deviceId as DeviceId,
    name: session.name,
    ip: caller.ip,
    userAgent: caller.userAgent,
  }
}

/** The token of `Authorization: Bearer …`, if there is one. */
export function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(header ?? '')?.[1]
}
