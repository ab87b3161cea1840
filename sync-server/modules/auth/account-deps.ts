/** What registration, resets and changes have in common. */
import type { Clock } from '../../../shared/kernel/clock.ts'
import { refusal } from '../../../shared/protocol/errors.ts'
import type { DelayedRefusal } from '../../http/problem.ts'
import type { RateLimits } from '../../http/rate-limits.ts'
import type { Caller } from '../../http/route.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import type { Database, Transaction } from '../../platform/database.ts'
import type { Mail } from '../../platform/mailer.ts'
import { queueMail } from '../../platform/mailer.ts'
import type { Outbox } from '../../platform/outbox.ts'
import type { PasswordHasher } from '../../platform/password-hasher.ts'
import { createAccountStore } from './account-store.ts'
import { type AuthEvent, auditRow } from './audit.ts'
import type { OneTime } from './one-time.ts'
import { createOneTimeStore } from './one-time-store.ts'
import type { PasswordPolicy } from './password-policy.ts'

export interface AccountDeps {
  readonly database: Database
  readonly clock: Clock
  readonly outbox: Pick<Outbox, 'add' | 'handle' | 'nudge'>
  readonly oneTime: OneTime
  readonly passwords: PasswordHasher
  readonly policy: PasswordPolicy
  readonly limits: Pick<RateLimits, 'accountRequest' | 'accountProof'>
  /** Where links lead: from the configuration, never from a request. */
  readonly origin: () => string
  /** Called after the end of a session is durable. */
  readonly onSessionEnd: (sessionId: string) => void
}

export const wrongCode = refusal(
  'wrong_code',
  'This code or link is not right, or no longer good. Ask for a new one.',
)

const HOUR = 3_600_000
const ASKED_TOO_OFTEN: DelayedRefusal = {
  ...refusal(
    'rate_limited',
    'This was asked for several times already. Use the newest message, or try again in an hour.',
  ),
  retryAfter: 3_600,
}

/** Counts what was typed in, not what it leads to: who is unknown is refused as soon as who is known. */
export const askedTooOften = async (
  tx: Transaction,
  { oneTime, clock }: Pick<AccountDeps, 'oneTime' | 'clock'>,
  target: string,
  perHour: number,
): Promise<DelayedRefusal | undefined> => {
  const now = clock.now()
  const store = createOneTimeStore(tx, oneTime, now)
  // Those who ask at the same moment queue up: else none of them would see what the others ask.
  await store.lockTarget(target)
  const asked = await store.asked(target, now - HOUR)
  return asked >= perHour ? ASKED_TOO_OFTEN : undefined
}

type Account = NonNullable<AuthEvent['account']>
interface AccountEvent extends Omit<AuthEvent, 'account'> {
  /** The practice is the record's where it is not said. */
  readonly account?: (Omit<Account, 'practiceId'> & Partial<Pick<Account, 'practiceId'>>) | undefined
}

export async function audit(
  tx: Transaction,
  { clock }: Pick<AccountDeps, 'clock'>,
  caller: Caller,
  { account, ...event }: AccountEvent,
): Promise<void> {
  const practiceId =
    account?.practiceId ??
    (account?.clientId ? await createAccountStore(tx).practiceOf(account.clientId) : undefined)
  const known = account && practiceId !== undefined ? { ...account, practiceId } : undefined
  await appendAudit(tx, [auditRow(caller, clock.now(), { ...event, account: known })])
}

export const mail = (tx: Transaction, { outbox }: Pick<AccountDeps, 'outbox'>, letter: Mail): Promise<void> =>
  queueMail(outbox, tx, letter)
