/**
 * Who is at the device now? Sensitive changes want an answer that is younger than five minutes: a second factor where
 * the account has one, else the password; signing in with them counts too. SPEC.md, S9; factors/SPEC.md, F9.
 */
import type { Clock } from '../../../shared/kernel/clock.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { refusal } from '../../../shared/protocol/errors.ts'
import type { DelayedRefusal } from '../../http/problem.ts'
import type { Caller } from '../../http/route.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import type { Database } from '../../platform/database.ts'
import { auditRow } from './audit.ts'
import type { CheckFactor } from './factors/check-factor.ts'
import { createFactorsStore } from './factors/factors-store.ts'
import { type Accepts, STEP_UP_MS, stepUpOf } from './factors/two-step.ts'
import type { GivenFactor } from './further-proof.ts'
import type { PasswordCheck } from './password-check.ts'
import { createAuthReader } from './reader.ts'
import { createAuthTransactor } from './transactor.ts'

interface Deps {
  readonly database: Database
  readonly checkPassword: PasswordCheck
  readonly checkFactor: CheckFactor
  readonly accepts: Accepts
  readonly clock: Clock
}
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

export function createConfirmation({ database, checkPassword, checkFactor, accepts, clock }: Deps) {
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

    async byPassword(
      sessionId: string,
      password: string,
      caller: Caller,
    ): Promise<Result<null, DelayedRefusal>> {
      const session = await sessionOf(sessionId)
      if (session === undefined) return err(ended)
      const given = { email: session.email, password }
      return checkPassword(given, caller, 'auth.confirm', ({ throttleKey }) =>
        database.transaction(async (tx): Promise<Result<null, DelayedRefusal>> => {
          const transactor = createAuthTransactor(tx)
          await transactor.confirmSession(sessionId, clock.now())
          await transactor.clearFailures(throttleKey)
          await appendAudit(tx, [audited(session, caller)])
          return ok(null)
        }),
      )
    },

    async byFactor(
      sessionId: string,
      factor: GivenFactor,
      caller: Caller,
    ): Promise<Result<null, DelayedRefusal>> {
      const session = await sessionOf(sessionId)
      if (session === undefined) return err(ended)
      const right = await checkFactor({ ...session, id: session.accountId }, factor, caller)
      await database.transaction(async (tx) => {
        if (right.ok) await createFactorsStore(tx).noteFactor(sessionId, clock.now())
        await appendAudit(tx, [audited(session, caller, right.ok ? undefined : right.error.code)])
      })
      return right
    },

    by: (
      sessionId: string,
      proof: { readonly password: string } | { readonly factor: GivenFactor },
      caller: Caller,
    ): Promise<Result<null, DelayedRefusal>> =>
      'factor' in proof
        ? confirmation.byFactor(sessionId, proof.factor, caller)
        : confirmation.byPassword(sessionId, proof.password, caller),
  }
  return confirmation
}
