/**
 * Who is at the device now? Sensitive changes want an answer that is younger than five minutes: a second factor where
 * the account has one, else the password; signing in with them counts too. Whoever answers gets another session in place of
 * the one they had, on the same device and for as long as that would have lasted: what somebody had copied of the old one
 * is worth nothing from then on. SPEC.md, S9 and S14; factors/SPEC.md, F9.
 */
import { randomUUID } from 'node:crypto'
import type { Clock } from '../../../shared/kernel/clock.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { refusal } from '../../../shared/protocol/errors.ts'
import type { DelayedRefusal } from '../../http/problem.ts'
import type { Caller } from '../../http/route.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import type { Database, Transaction } from '../../platform/database.ts'
import { auditRow } from './audit.ts'
import type { CheckFactor } from './factors/check-factor.ts'
import { type Accepts, STEP_UP_MS, stepUpOf } from './factors/two-step.ts'
import type { GivenFactor } from './further-proof.ts'
import type { PasswordCheck } from './password-check.ts'
import { createAuthReader, RENEWED, type RefreshedSession } from './reader.ts'
import type { RefreshTokens } from './refresh-token.ts'
import { createAuthTransactor } from './transactor.ts'

interface Deps {
  readonly database: Database
  readonly checkPassword: PasswordCheck
  readonly checkFactor: CheckFactor
  readonly accepts: Accepts
  readonly refreshTokens: RefreshTokens
  readonly clock: Clock
  /** Called after the end of a session is durable. */
  readonly onSessionEnd: (sessionId: string) => void
}
/** The refresh token of the session that took the place of the one before. */
export interface Renewed {
  readonly refreshToken: string
}
type Answer = Promise<Result<Renewed, DelayedRefusal>>
export type Confirmation = ReturnType<typeof createConfirmation>

const needed: DelayedRefusal = {
  ...refusal('confirmation_needed', 'Enter your password again to do this. Nothing was changed.'),
  stepUp: { accepts: ['password'] },
}
const factorNeeded = refusal(
  'step_up_required',
  'Confirm with your second factor to do this. Nothing was changed.',
)
const ended = refusal('session_expired', 'The session has ended. Sign in again.')

export function createConfirmation(deps: Deps) {
  const { database, checkPassword, checkFactor, accepts, refreshTokens, clock, onSessionEnd } = deps
  const sessionOf = (id: string) => createAuthReader(database.prisma).session(id)
  const isFresh = (at: number | null) => at !== null && clock.now() - at < STEP_UP_MS
  const audited = (
    session: NonNullable<Awaited<ReturnType<typeof sessionOf>>>,
    caller: Caller,
    reason?: string,
  ) => {
    const { accountId: id, role, clientId, practiceId, deviceId } = session
    const account = { id, role, clientId, practiceId }
    const why = reason === undefined ? {} : { reason }
    return auditRow(caller, clock.now(), { action: 'auth.confirm', account, deviceId, ...why })
  }

  const renew = async (tx: Transaction, session: RefreshedSession, factorAt: number | null): Answer => {
    const now = clock.now()
    const { accountId, deviceId, keyPoint, expiresAt, enrolling } = session
    const transactor = createAuthTransactor(tx)
    // Held first: a new password at this moment ends both sessions, or lets no second one begin.
    if (keyPoint === null || !(await transactor.holdAccount({ id: accountId }))) return err(ended)
    if (!(await transactor.revokeSession(session.sessionId, RENEWED, now))) return err(ended)
    const id = randomUUID()
    const refreshToken = refreshTokens.issue(id, 1)
    const refreshHash = refreshTokens.hash(refreshToken)
    const made = { id, accountId, deviceId, refreshHash, keyPoint, now, expiresAt, factorAt, enrolling }
    await transactor.createSession(made)
    return ok({ refreshToken })
  }

  const confirmation = {
    /** Undefined: go on. */
    async missing(sessionId: string): Promise<DelayedRefusal | undefined> {
      const session = await sessionOf(sessionId)
      if (session === undefined) return needed
      // A factor that was shown a moment ago is enough whatever was set up or removed since.
      if (isFresh(session.factorAt)) return undefined
      const accepted = await accepts(session.accountId)
      if (accepted !== undefined) return { ...factorNeeded, stepUp: stepUpOf(accepted) }
      return isFresh(session.confirmedAt) ? undefined : needed
    },

    async byPassword(sessionId: string, password: string, caller: Caller): Answer {
      const session = await sessionOf(sessionId)
      if (session === undefined) return err(ended)
      const given = { email: session.email, password }
      const answer = await checkPassword(given, caller, 'auth.confirm', ({ throttleKey }) =>
        database.transaction(async (tx): Answer => {
          await createAuthTransactor(tx).clearFailures(throttleKey)
          await appendAudit(tx, [audited(session, caller)])
          return renew(tx, session, session.factorAt)
        }),
      )
      if (answer.ok) onSessionEnd(sessionId)
      return answer
    },

    async byFactor(sessionId: string, factor: GivenFactor, caller: Caller): Answer {
      const session = await sessionOf(sessionId)
      if (session === undefined) return err(ended)
      const right = await checkFactor({ ...session, id: session.accountId }, factor, caller)
      const answer = await database.transaction(async (tx): Answer => {
        await appendAudit(tx, [audited(session, caller, right.ok ? undefined : right.error.code)])
        return right.ok ? renew(tx, session, clock.now()) : right
      })
      if (answer.ok) onSessionEnd(sessionId)
      return answer
    },

    by: (
      sessionId: string,
      proof: { readonly password: string } | { readonly factor: GivenFactor },
      caller: Caller,
    ): Answer =>
      'factor' in proof
        ? confirmation.byFactor(sessionId, proof.factor, caller)
        : confirmation.byPassword(sessionId, proof.password, caller),
  }
  return confirmation
}
