/**
 * Staying signed in. The refresh token rotates and belongs to the key of one device. Where an answer was lost, the same
 * device gets the same successor again for as long as it did not use it; everything else that comes twice, or from
 * another key, is a thief's or was stolen from, and ends the whole family. SPEC.md, S5 and S6.
 */
import type { Clock } from '../../../shared/kernel/clock.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { refusal } from '../../../shared/protocol/errors.ts'
import type { DelayedRefusal } from '../../http/problem.ts'
import type { Caller } from '../../http/route.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import type { Database, Transaction } from '../../platform/database.ts'
import type { DeviceKey } from '../../platform/possession.ts'
import { auditRow } from './audit.ts'
import type { SessionIssuer } from './issue-session.ts'
import { createAuthReader, type RefreshedSession } from './reader.ts'
import type { RefreshTokens } from './refresh-token.ts'
import { isOver, lastActive } from './session-limits.ts'
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
export interface RefreshInput {
  readonly token: string | undefined
  readonly key: DeviceKey
  /** Seconds since somebody touched the app, as the app says; undefined: it does not say. */
  readonly idleSeconds: number | undefined
  /** Whose replica asks: the id of the device that signed in; undefined: it does not say. */
  readonly deviceId?: string | undefined
}
/** One attempt. */
interface Attempt {
  readonly tx: Transaction
  readonly caller: Caller
  /** It ended the family. */
  readonly onRevoked: (sessionId: string) => void
}
type Answer = Promise<Result<SignedIn, DelayedRefusal>>

/** The cookie is somebody else's in the same browser: it stays theirs, unused (S15). */
export const othersSession = refusal('session_expired', 'Another device id signed in last. Sign in.')
const ended = refusal('session_expired', 'The session has ended. Sign in again.')

export function createRefresh({ database, refreshTokens, issuer, clock, onSessionEnd }: Deps) {
  const revoke = async (
    { tx, caller, onRevoked }: Attempt,
    session: RefreshedSession,
    reason: 'refresh_reuse' | 'refresh_other_key',
  ) => {
    const now = clock.now()
    await createAuthTransactor(tx).revokeSession(session.sessionId, reason, now)
    const account = { ...session, id: session.accountId }
    const { deviceId } = session
    await appendAudit(tx, [auditRow(caller, now, { action: 'auth.refresh', reason, account, deviceId })])
    onRevoked(session.sessionId)
  }

  /** The token did not rotate: it is not the newest one. */
  const stale = async (
    attempt: Attempt,
    session: RefreshedSession & { readonly keyPoint: string },
    generation: number,
  ): Answer => {
    if (session.generation === generation + 1) {
      await createAuthTransactor(attempt.tx).noteActive(session.sessionId, session.lastActiveAt)
      return ok(await issuer.grant(session, session.generation))
    }
    await revoke(attempt, session, 'refresh_reuse')
    return err(ended)
  }

  /** The person was asked once more, and the answer with the token of the next session was lost on its way (S14). */
  const renewed = async (
    { tx }: Attempt,
    before: RefreshedSession,
    { generation, token }: { generation: number; token: string },
  ): Answer => {
    const isNewest = before.generation === generation && before.refreshHash === refreshTokens.hash(token)
    const reader = createAuthReader(tx)
    const next = isNewest ? await reader.unusedRenewal(before.sessionId) : undefined
    const session = next && (await reader.session(next))
    if (!session || session.keyPoint === null || isOver(session, clock.now())) return err(ended)
    return ok(await issuer.grant({ ...session, keyPoint: session.keyPoint }, session.generation))
  }

  const refusalOf = async (
    session: RefreshedSession,
    { key, deviceId }: Pick<RefreshInput, 'key' | 'deviceId'>,
    now: number,
  ): Promise<DelayedRefusal | undefined> => {
    if (deviceId !== undefined && deviceId !== session.deviceId) return othersSession
    if (session.deviceRevoked) return issuer.refuseRevoked(session, key)
    return session.accountClosed || isOver(session, now) ? ended : undefined
  }

  const refreshed = async (
    attempt: Attempt,
    { sessionId, generation, token }: { sessionId: string; generation: number; token: string },
    { key, idleSeconds, deviceId }: RefreshInput,
  ): Answer => {
    const { tx, caller } = attempt
    const now = clock.now()
    const reader = createAuthReader(tx)
    const before = await reader.session(sessionId)
    if (before === undefined) return err(ended)
    const { keyPoint } = before
    if (keyPoint === null || keyPoint !== key.point) {
      if (!before.revoked) await revoke(attempt, before, 'refresh_other_key')
      return err(ended)
    }
    const refused = await refusalOf(before, { key, deviceId }, now)
    if (refused !== undefined) return err(refused)
    if (before.revoked) return renewed(attempt, before, { generation, token })
    const transactor = createAuthTransactor(tx)
    await transactor.noteSeen(before.deviceId, caller.ip, now)
    const lastActiveAt = lastActive(before.lastActiveAt, idleSeconds, now)
    const rotated = await transactor.rotate({
      id: sessionId,
      generation,
      refreshHash: refreshTokens.hash(token),
      nextHash: refreshTokens.hash(refreshTokens.issue(sessionId, generation + 1)),
      lastActiveAt,
      now,
    })
    if (rotated) return ok(await issuer.grant({ ...before, keyPoint, lastActiveAt }, generation + 1))
    // Read again: a rotation at the same moment may just have committed.
    const session = await reader.session(sessionId)
    if (session === undefined || session.revoked) return err(ended)
    return stale(attempt, { ...session, keyPoint, lastActiveAt }, generation)
  }

  return async (input: RefreshInput, caller: Caller): Answer => {
    const { token } = input
    const parsed = token === undefined ? undefined : refreshTokens.parse(token)
    if (token === undefined || parsed === undefined) return err(ended)
    const stolen: string[] = []
    const answer = await database.transaction((tx) =>
      refreshed(
        { tx, caller, onRevoked: (sessionId) => stolen.push(sessionId) },
        { ...parsed, token },
        input,
      ),
    )
    for (const sessionId of stolen) onSessionEnd(sessionId)
    return answer
  }
}
