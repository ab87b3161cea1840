/**
 * Who is at the device now? Sensitive changes want an answer that is younger than five minutes: a sign-in, or the password
 * again. One place says what counts, so that further factors count everywhere as soon as they count here. SPEC.md, S9.
 */
import type { Clock } from '../../../shared/kernel/clock.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { refusal } from '../../../shared/protocol/errors.ts'
import type { DelayedRefusal } from '../../http/problem.ts'
import type { Caller } from '../../http/route.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import type { Database } from '../../platform/database.ts'
import { auditRow } from './audit.ts'
import type { PasswordCheck } from './password-check.ts'
import { createAuthReader } from './reader.ts'
import { createAuthTransactor } from './transactor.ts'

interface Deps {
  readonly database: Database
  readonly checkPassword: PasswordCheck
  readonly clock: Clock
}
export type Confirmation = ReturnType<typeof createConfirmation>

const GOOD_FOR_MS = 5 * 60_000

const needed = refusal('confirmation_needed', 'Enter your password again to do this. Nothing was changed.')
const ended = refusal('session_expired', 'The session has ended. Sign in again.')

export function createConfirmation({ database, checkPassword, clock }: Deps) {
  return {
    /** Undefined: go on. */
    async missing(sessionId: string): Promise<DelayedRefusal | undefined> {
      const session = await createAuthReader(database.prisma).session(sessionId)
      return session !== undefined && clock.now() - session.confirmedAt < GOOD_FOR_MS ? undefined : needed
    },

    async byPassword(
      sessionId: string,
      password: string,
      caller: Caller,
    ): Promise<Result<null, DelayedRefusal>> {
      const session = await createAuthReader(database.prisma).session(sessionId)
      if (session === undefined) return err(ended)
      const given = { email: session.email, password }
      return checkPassword(given, caller, 'auth.confirm', ({ account, throttleKey }) =>
        database.transaction(async (tx): Promise<Result<null, DelayedRefusal>> => {
          const now = clock.now()
          const transactor = createAuthTransactor(tx)
          await transactor.confirmSession(sessionId, now)
          await transactor.clearFailures(throttleKey)
          const { deviceId } = session
          await appendAudit(tx, [auditRow(caller, now, { action: 'auth.confirm', account, deviceId })])
          return ok(null)
        }),
      )
    },
  }
}
