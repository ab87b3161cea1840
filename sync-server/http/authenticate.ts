/**
 * From a token and the key that goes with it to an actor: signature, audience and time first, then the session and the
 * device it belongs to, looked up at every request, so that a revocation works at once. Used by routes and by sockets.
 */
import type { AccountId, ClientId, DeviceId } from '../../shared/kernel/brand.ts'
import type { Clock } from '../../shared/kernel/clock.ts'
import { err, ok, type Result } from '../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../shared/protocol/errors.ts'
import type { AccessTokens, TokenAudience, VerifiedAccess } from '../platform/access-token.ts'
import type { Possession } from '../platform/possession.ts'
import type { SocketTickets } from '../platform/socket-ticket.ts'
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
  /** Public half of the device's key, which the session is bound to; null: from before there were such keys. */
  readonly keyPoint: string | null
  /** It is good for setting up a second factor, and for nothing else. */
  readonly enrolling: boolean
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
  /** Only what sets up a second factor is open to it. */
  readonly enrolling?: boolean
  /** When the token (not the session) ends; ms since 1970. */
  readonly expiresAt: number
}
/** What a socket brings to its handshake. */
export interface SocketCredentials {
  readonly ticket: string
  readonly signature: string
  /** Host that the connection was addressed to, and the random name it was given. */
  readonly host: string
  readonly challenge: string
}
/** All throw only when the session cannot be looked up. */
export interface Authenticate {
  /** `keyThumbprint`: of the key that the request proved to have. */
  request(
    token: string | undefined,
    keyThumbprint: string,
    audiences: readonly TokenAudience[],
    caller: Caller,
  ): Promise<Result<Authenticated, Refusal>>
  socket(given: SocketCredentials, caller: Caller): Promise<Result<SocketIdentity, Refusal>>
  /** The same socket, at every event: nothing is proved again, but the session may have ended. */
  stillIn(identity: SocketIdentity, caller: Caller): Promise<Result<Actor, Refusal>>
}
export interface SocketIdentity {
  readonly actor: Actor
  readonly sessionId: string
  /** When the ticket ends, and the socket with it; ms since 1970. */
  readonly expiresAt: number
}

interface Deps {
  readonly tokens: AccessTokens
  readonly tickets: SocketTickets
  readonly possession: Pick<Possession, 'ofSocket'>
  readonly sessions: SessionStore
  readonly clock: Clock
}

const unauthenticated = refusal('not_authenticated', 'A valid access token is needed.')
const ended = refusal('session_expired', 'The session has ended. Sign in again.')
const deviceRevoked = refusal(
  'device_revoked',
  'This device was signed out by the account holder or the practice.',
)

export function createAuthenticate({ tokens, tickets, possession, sessions, clock }: Deps): Authenticate {
  /** Only for as long as the device is signed out and has not said that it is empty. */
  const lastWords = async (
    claims: VerifiedAccess,
    caller: Caller,
  ): Promise<Result<Authenticated, Refusal>> => {
    const owner = await sessions.findDevice(claims.deviceId)
    if (owner === undefined || owner.accountId !== claims.accountId || !owner.deviceRevoked)
      return err(unauthenticated)
    // Also of an account that was closed: what it had not sent is the practice's to read.
    if (owner.deviceWiped) return err(deviceRevoked)
    return ok({ ...claims, actor: actorOf(owner, caller) })
  }
  const standing = async (sessionId: string): Promise<Result<StoredSession, Refusal>> => {
    const session = await sessions.find(sessionId)
    if (session === undefined) return err(unauthenticated)
    if (session.deviceRevoked) return err(deviceRevoked)
    if (session.revoked || session.accountClosed || session.expiresAt <= clock.now()) return err(ended)
    return ok(session)
  }

  return {
    async request(token, keyThumbprint, audiences, caller) {
      const claims = token === undefined ? undefined : await tokens.verify(token, audiences)
      if (claims === undefined || claims.keyThumbprint !== keyThumbprint) return err(unauthenticated)
      if (claims.audience === 'last-push') return lastWords(claims, caller)
      const found = await standing(claims.sessionId)
      if (!found.ok) return found
      const session = found.value
      if (session.accountId !== claims.accountId || session.deviceId !== claims.deviceId)
        return err(unauthenticated)
      const { audience, expiresAt, sessionId } = claims
      return ok({
        actor: actorOf(session, caller),
        sessionId,
        audience,
        expiresAt,
        enrolling: session.enrolling,
      })
    },

    async socket({ ticket, ...proof }, caller) {
      const read = tickets.read(ticket)
      if (read === undefined) return err(unauthenticated)
      const found = await standing(read.sessionId)
      if (!found.ok) return found
      const { keyPoint: point, role, enrolling } = found.value
      const isClients = (role === 'client' || role === 'proxy') && !enrolling
      if (!isClients || point === null || !possession.ofSocket({ ...proof, ticket, point }))
        return err(unauthenticated)
      return ok({ ...read, actor: actorOf(found.value, caller) })
    },

    async stillIn({ sessionId, expiresAt }, caller) {
      if (expiresAt <= clock.now()) return err(unauthenticated)
      const found = await standing(sessionId)
      return found.ok ? ok(actorOf(found.value, caller)) : found
    },
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

/** The token of `Authorization: DPoP …`, if there is one. */
export function accessToken(header: string | undefined): string | undefined {
  return /^DPoP ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(header ?? '')?.[1]
}
