/**
 * Signing in, staying signed in, signing out. The answer and its time do not tell whether an account exists; five
 * failures lock an address for 30 minutes, known or not; a refresh token that is used twice ends its whole family.
 * SPEC: security.md "Sessions".
 */
import { createHmac, hkdfSync, randomUUID } from 'node:crypto'
import type { Clock } from '../../../shared/kernel/clock.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { refusal } from '../../../shared/protocol/errors.ts'
import type { StoredSession } from '../../http/authenticate.ts'
import type { DelayedRefusal } from '../../http/problem.ts'
import type { RateLimits } from '../../http/rate-limits.ts'
import type { Caller } from '../../http/route.ts'
import { ACCESS_TOKEN_SECONDS, type AccessTokens } from '../../platform/access-token.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import type { Database, Transaction } from '../../platform/database.ts'
import type { PasswordHasher } from '../../platform/password-hasher.ts'
import { type AuthEvent, auditRow } from './audit.ts'
import { createInTurn } from './in-turn.ts'
import { createAuthReader, type StoredAccount } from './reader.ts'
import { createRefreshTokens } from './refresh-token.ts'
import { createAuthTransactor } from './transactor.ts'

export interface AuthDeps {
  readonly database: Database
  readonly passwords: PasswordHasher
  readonly tokens: AccessTokens
  readonly pepper: Uint8Array
  readonly limits: RateLimits
  readonly clock: Clock
  /** Called after the end of a session is durable. */
  readonly onSessionEnd: (sessionId: string) => void
}

export interface SignedIn {
  readonly accessToken: string
  readonly expiresIn: number
  readonly account: {
    readonly id: string
    readonly role: StoredAccount['role']
    readonly name: string
    readonly email: string
    readonly clientId?: string
  }
  /** For the cookie only; never in a body. */
  readonly refreshToken: string
}
export interface LoginInput {
  readonly email: string
  readonly password: string
  readonly device: { readonly id: string; readonly name: string }
}
type Answer<T> = Promise<Result<T, DelayedRefusal>>

export const SESSION_SECONDS = 12 * 3600
const FAILURES = 5
const LOCK_MS = 30 * 60_000
const GRACE_MS = 10_000

const wrong = refusal('wrong_credentials', 'E-mail or password is wrong.')
const ended = refusal('session_expired', 'The session has ended. Sign in again.')
const revokedDevice = refusal('device_revoked', 'This device was signed out remotely.')
const foreignDevice = refusal('not_permitted', 'This installation of the app belongs to another account.')

export type AuthService = ReturnType<typeof createAuthService>

export function createAuthService(deps: AuthDeps) {
  const { database, passwords, tokens, limits, clock } = deps
  const refreshTokens = createRefreshTokens(deps.pepper)
  const throttleKey = Buffer.from(hkdfSync('sha256', deps.pepper, new Uint8Array(), 'login throttle v1', 32))
  const inTurn = createInTurn()
  // Verified when there is no account, so that its absence takes the same time.
  const decoy = passwords.hash(randomUUID())
  decoy.catch(() => undefined)

  const audit = (tx: Transaction, caller: Caller, event: AuthEvent) =>
    appendAudit(tx, [auditRow(caller, clock.now(), event)])

  const signedIn = async (session: Identity, generation: number): Promise<SignedIn> => {
    const own = session.clientId === null ? {} : { clientId: session.clientId }
    const { accountId, sessionId, deviceId, role, name, email } = session
    const audience = role === 'client' || role === 'proxy' ? 'portal' : 'staff'
    return {
      accessToken: await tokens.sign(audience, { accountId, sessionId, deviceId }),
      expiresIn: ACCESS_TOKEN_SECONDS,
      account: { id: accountId, role, name, email, ...own },
      refreshToken: refreshTokens.issue(sessionId, generation),
    }
  }

  /** The device proved who it is: it may hand in what it had not sent, and nothing else. */
  const revoked = async (accountId: string, deviceId: string, role: string): Promise<DelayedRefusal> => {
    if (role !== 'client' && role !== 'proxy') return revokedDevice
    const claims = { accountId, deviceId, sessionId: randomUUID() }
    return { ...revokedDevice, lastPush: await tokens.sign('last-push', claims) }
  }

  const locked = (until: number): DelayedRefusal => ({
    ...refusal('account_locked', 'Too many failed attempts. Try again later.'),
    retryAfter: Math.ceil((until - clock.now()) / 1000),
  })

  const attempt = async (input: LoginInput, caller: Caller, email: string, key: string): Answer<SignedIn> => {
    const reader = createAuthReader(database.prisma)
    const until = await reader.lockedUntil(key)
    if (until !== undefined && until > clock.now()) {
      await database.transaction((tx) =>
        audit(tx, caller, { action: 'auth.login', reason: 'account_locked' }),
      )
      return err(locked(until))
    }
    const account = await reader.accountByEmail(email)
    const sound = await passwords.verify(account?.passwordHash ?? (await decoy), input.password)
    if (account === undefined || account.closed || !sound) {
      await limits.signInFailed(caller.ip)
      await database.transaction(async (tx) => {
        await createAuthTransactor(tx).countFailure(key, clock.now(), FAILURES, LOCK_MS)
        await audit(tx, caller, { action: 'auth.login', reason: 'wrong_credentials', account })
      })
      return err(wrong)
    }
    return admit(account, input, caller, key)
  }

  const admit = (account: StoredAccount, input: LoginInput, caller: Caller, key: string): Answer<SignedIn> =>
    database.transaction(async (tx) => {
      const now = clock.now()
      const { device } = input
      const transactor = createAuthTransactor(tx)
      const known = await createAuthReader(tx).device(device.id)
      const refused =
        known !== undefined && known.accountId !== account.id
          ? foreignDevice
          : known !== undefined && known.revokedAt !== null
            ? revokedDevice
            : undefined
      if (refused !== undefined) {
        await audit(tx, caller, { action: 'auth.login', reason: refused.code, account })
        return err(refused === revokedDevice ? await revoked(account.id, device.id, account.role) : refused)
      }
      const sessionId = randomUUID()
      const { clientId } = account
      const owner = { accountId: account.id, clientId, userAgent: caller.userAgent, now }
      if (!(await transactor.saveDevice({ ...device, ...owner }))) return err(foreignDevice)
      await transactor.clearFailures(key)
      const refreshHash = refreshTokens.hash(refreshTokens.issue(sessionId, 1))
      const expiresAt = now + SESSION_SECONDS * 1000
      const session = {
        id: sessionId,
        accountId: account.id,
        deviceId: device.id,
        refreshHash,
        now,
        expiresAt,
      }
      await transactor.createSession(session)
      await audit(tx, caller, { action: 'auth.login', account, deviceId: device.id })
      return ok(await signedIn({ ...account, accountId: account.id, sessionId, deviceId: device.id }, 1))
    })

  /** Why a token that was issued here does not work any more, or what it gives again within the grace period. */
  const stale = async (
    tx: Transaction,
    session: NonNullable<Awaited<ReturnType<ReturnType<typeof createAuthReader>['session']>>>,
    generation: number,
    caller: Caller,
  ): Answer<SignedIn> => {
    const now = clock.now()
    if (session.generation === generation + 1 && now - session.rotatedAt <= GRACE_MS)
      return ok(await signedIn(session, session.generation))
    await createAuthTransactor(tx).revokeSession(session.sessionId, 'refresh_reuse', now)
    await audit(tx, caller, {
      action: 'auth.refresh',
      reason: 'refresh_reuse',
      account: { ...session, id: session.accountId },
      deviceId: session.deviceId,
    })
    return err(ended)
  }

  return {
    async login(input: LoginInput, caller: Caller): Answer<SignedIn> {
      const limited = await limits.signIn(caller.ip)
      if (limited !== undefined) return err(limited)
      const email = input.email.trim().toLowerCase()
      const key = createHmac('sha256', throttleKey).update(email).digest('base64url')
      // One attempt per address at a time: guesses in parallel must not outrun the counting of failures.
      return inTurn(key, () => attempt(input, caller, email, key))
    },

    async refresh(token: string | undefined, caller: Caller): Answer<SignedIn> {
      const parsed = token === undefined ? undefined : refreshTokens.parse(token)
      if (token === undefined || parsed === undefined) return err(ended)
      const { sessionId, generation } = parsed
      let reused = false
      const answer = await database.transaction(async (tx): Answer<SignedIn> => {
        const now = clock.now()
        const next = refreshTokens.hash(refreshTokens.issue(sessionId, generation + 1))
        const before = await createAuthReader(tx).session(sessionId)
        if (before === undefined) return err(ended)
        if (before.deviceRevoked) return err(await revoked(before.accountId, before.deviceId, before.role))
        if (before.revoked || before.accountClosed || before.expiresAt <= now) return err(ended)
        const rotated = await createAuthTransactor(tx).rotate({
          id: sessionId,
          generation,
          refreshHash: refreshTokens.hash(token),
          nextHash: next,
          now,
        })
        if (rotated) return ok(await signedIn(before, generation + 1))
        // Read again: a rotation at the same moment may just have committed.
        const session = await createAuthReader(tx).session(sessionId)
        const outcome = session === undefined ? err(ended) : await stale(tx, session, generation, caller)
        reused = !outcome.ok
        return outcome
      })
      if (reused) deps.onSessionEnd(sessionId)
      return answer
    },

    /** Ends the session of a refresh token; unknown and ended ones are no error. */
    async logout(token: string | undefined, caller: Caller): Promise<void> {
      const parsed = token === undefined ? undefined : refreshTokens.parse(token)
      if (parsed === undefined) return
      const { sessionId } = parsed
      await database.transaction(async (tx) => {
        const session = await createAuthReader(tx).session(sessionId)
        if (session === undefined) return
        if (await createAuthTransactor(tx).revokeSession(sessionId, 'logout', clock.now()))
          await audit(tx, caller, {
            action: 'auth.logout',
            account: { ...session, id: session.accountId },
            deviceId: session.deviceId,
          })
      })
      deps.onSessionEnd(sessionId)
    },
  }
}

type Identity = Pick<
  StoredSession,
  'accountId' | 'sessionId' | 'deviceId' | 'role' | 'name' | 'email' | 'clientId'
>
