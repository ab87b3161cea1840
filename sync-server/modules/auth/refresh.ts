/** Staying signed in: the refresh token rotates, and one that is used twice ends its whole family. */
import type { Clock } from '../../../shared/kernel/clock.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { refusal } from '../../../shared/protocol/errors.ts'
import type { DelayedRefusal } from '../../http/problem.ts'
import type { Caller } from '../../http/route.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import type { Database, Transaction } from '../../platform/database.ts'
import { auditRow } from './audit.ts'
import type { SessionIssuer } from './issue-session.ts'
import { createAuthReader, type RefreshedSession } from './reader.ts'
import type { RefreshTokens } from './refresh-token.ts'
import type { SignedIn } from './sign-in.ts'
import { createAuthTransactor } from './transactor.ts'

interface Deps {
  readonly database: Database
  readonly refreshTokens: RefreshTokens
  readonly issuer: SessionIssuer
  readonly clock: Clock
  /** Called after the end of a session is durable. */
  readonly onSessionEnd: (sessionId: string) => void
}
type Answer = Promise<Result<SignedIn, DelayedRefusal>>

const GRACE_MS = 10_000

const ended = refusal('session_expired', 'The session has ended. Sign in again.')

export function createRefresh({ database, refreshTokens, issuer, clock, onSessionEnd }: Deps) {
  /** Why a token that was issued here does not work any more, or what it gives again within the grace period. */
  const stale = async (
    tx: Transaction,
    session: RefreshedSession,
    generation: number,
    caller: Caller,
  ): Answer => {
    const now = clock.now()
    if (session.generation === generation + 1 && now - session.rotatedAt <= GRACE_MS)
      return ok(await issuer.grant(session, session.generation))
    await createAuthTransactor(tx).revokeSession(session.sessionId, 'refresh_reuse', now)
    const account = { ...session, id: session.accountId }
    const event = { action: 'auth.refresh', reason: 'refresh_reuse', deviceId: session.deviceId } as const
    await appendAudit(tx, [auditRow(caller, now, { ...event, account })])
    return err(ended)
  }

  return async (token: string | undefined, caller: Caller): Answer => {
    const parsed = token === undefined ? undefined : refreshTokens.parse(token)
    if (token === undefined || parsed === undefined) return err(ended)
    const { sessionId, generation } = parsed
    let reused = false
    const answer = await database.transaction(async (tx): Answer => {
      const now = clock.now()
      const next = refreshTokens.hash(refreshTokens.issue(sessionId, generation + 1))
      const before = await createAuthReader(tx).session(sessionId)
      if (before === undefined) return err(ended)
      if (before.deviceRevoked)
        return err(await issuer.refuseRevoked(before.accountId, before.deviceId, before.role))
      if (before.revoked || before.accountClosed || before.expiresAt <= now) return err(ended)
      const refreshHash = refreshTokens.hash(token)
      const transactor = createAuthTransactor(tx)
      if (await transactor.rotate({ id: sessionId, generation, refreshHash, nextHash: next, now }))
        return ok(await issuer.grant(before, generation + 1))
      // Read again: a rotation at the same moment may just have committed.
      const session = await createAuthReader(tx).session(sessionId)
      const outcome = session === undefined ? err(ended) : await stale(tx, session, generation, caller)
      reused = !outcome.ok
      return outcome
    })
    if (reused) onSessionEnd(sessionId)
    return answer
  }
}
