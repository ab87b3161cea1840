/**
 * Is this the password of that address? The answer and its time do not tell whether an account exists; five failures
 * lock an address for 30 minutes, known or not. For signing in and for everything that asks for the password again.
 */
import { randomUUID } from 'node:crypto'
import type { Clock } from '../../../shared/kernel/clock.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { refusal } from '../../../shared/protocol/errors.ts'
import type { DelayedRefusal } from '../../http/problem.ts'
import type { RateLimits } from '../../http/rate-limits.ts'
import type { Caller } from '../../http/route.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import type { Database } from '../../platform/database.ts'
import type { PasswordHasher } from '../../platform/password-hasher.ts'
import { type AuthEvent, auditRow } from './audit.ts'
import { createInTurn } from './in-turn.ts'
import { createAuthReader, type StoredAccount } from './reader.ts'
import { countFailure, createThrottleKey } from './throttle.ts'

interface Deps {
  readonly database: Database
  readonly passwords: PasswordHasher
  readonly pepper: Uint8Array
  readonly limits: Pick<RateLimits, 'signIn' | 'signInFailed'>
  readonly clock: Clock
}

/** An account whose password was right. `throttleKey`: its count of failures, to be cleared when nothing else is asked. */
export interface PasswordProven {
  readonly account: StoredAccount
  readonly throttleKey: string
}
export type PasswordCheck = ReturnType<typeof createPasswordCheck>

const wrong = refusal('wrong_credentials', 'E-mail or password is wrong.')

export function createPasswordCheck({ database, passwords, pepper, limits, clock }: Deps) {
  const throttleKeyOf = createThrottleKey(pepper)
  const inTurn = createInTurn()
  // Verified when there is no account, so that its absence takes the same time.
  const decoy = passwords.hash(randomUUID())
  decoy.catch(() => undefined)

  const locked = (until: number): DelayedRefusal => ({
    ...refusal('account_locked', 'Too many failed attempts. Try again later.'),
    retryAfter: Math.ceil((until - clock.now()) / 1000),
  })

  /** Attempts of one address, one at a time: guesses in parallel must not outrun the counting of failures. */
  return async <T>(
    given: { readonly email: string; readonly password: string },
    caller: Caller,
    action: AuthEvent['action'],
    proven: (proven: PasswordProven) => Promise<Result<T, DelayedRefusal>>,
  ): Promise<Result<T, DelayedRefusal>> => {
    const limited = await limits.signIn(caller.ip)
    if (limited !== undefined) return err(limited)
    const email = given.email.trim().toLowerCase()
    const throttleKey = throttleKeyOf(email)
    return inTurn(throttleKey, async () => {
      const found = await attempt(email, given.password, throttleKey, caller, action)
      return found.ok ? proven({ account: found.value, throttleKey }) : found
    })
  }

  async function attempt(
    email: string,
    password: string,
    throttleKey: string,
    caller: Caller,
    action: AuthEvent['action'],
  ): Promise<Result<StoredAccount, DelayedRefusal>> {
    const reader = createAuthReader(database.prisma)
    const refused = (reason: string, account?: StoredAccount) =>
      auditRow(caller, clock.now(), { action, reason, account })
    const until = await reader.lockedUntil(throttleKey)
    if (until !== undefined && until > clock.now()) {
      const attempted = await reader.accountByEmail(email)
      await database.transaction((tx) => appendAudit(tx, [refused('account_locked', attempted)]))
      return err(locked(until))
    }
    const account = await reader.accountByEmail(email)
    const sound = await passwords.verify(account?.passwordHash ?? (await decoy), password)
    if (account !== undefined && !account.closed && sound) return ok(account)
    await limits.signInFailed(caller.ip)
    await database.transaction(async (tx) => {
      await countFailure(tx, throttleKey, clock.now())
      await appendAudit(tx, [refused('wrong_credentials', account)])
    })
    return err(wrong)
  }
}
