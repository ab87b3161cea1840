/**
 * Is this a second factor of that account? Every attempt is counted before it is looked at, together with wrong
 * passwords: five lock for 30 minutes, wherever they were made. What works once is used up in the same transaction.
 */
import type { Clock } from '../../../../shared/kernel/clock.ts'
import { err, ok, type Result } from '../../../../shared/kernel/result.ts'
import { refusal } from '../../../../shared/protocol/errors.ts'
import type { DelayedRefusal } from '../../../http/problem.ts'
import type { Caller } from '../../../http/route.ts'
import { appendAudit } from '../../../platform/audit-store.ts'
import type { Database, Transaction } from '../../../platform/database.ts'
import type { Mail } from '../../../platform/mailer.ts'
import { queueMail } from '../../../platform/mailer.ts'
import type { Outbox } from '../../../platform/outbox.ts'
import { accountMail } from '../account-mails.ts'
import { type AuthEvent, auditRow } from '../audit.ts'
import type { GivenFactor } from '../further-proof.ts'
import { createAuthReader } from '../reader.ts'
import { countFailure, FAILURES, type ThrottleKey } from '../throttle.ts'
import { createAuthTransactor } from '../transactor.ts'
import { createFactorsStore } from './factors-store.ts'
import { type PasskeyAnswer, PasskeyAnswer as PasskeyAnswerSchema, type Passkeys } from './passkeys.ts'
import { normalRecoveryCode, type RecoveryHash } from './recovery-codes.ts'
import { totpStep } from './totp.ts'
import type { TotpSeal } from './totp-seal.ts'

export interface FactorDeps {
  readonly database: Database
  readonly clock: Clock
  readonly outbox: Pick<Outbox, 'add' | 'nudge'>
  readonly throttleKey: ThrottleKey
  readonly totpSeal: TotpSeal
  readonly recoveryHash: RecoveryHash
  readonly passkeys: Passkeys
  readonly origin: () => string
}
/** Whose factor it is. */
export type FactorOwner = NonNullable<AuthEvent['account']> & { readonly id: string; readonly email: string }

export type CheckFactor = (
  owner: FactorOwner,
  given: GivenFactor,
  caller: Caller,
) => Promise<Result<null, DelayedRefusal>>

export const wrongFactor = refusal(
  'wrong_factor',
  'This code is not right, or was used already. Wait for the next one and try again. Nothing was changed.',
)

export function createCheckFactor(deps: FactorDeps): CheckFactor {
  const { database, clock, throttleKey, totpSeal, recoveryHash, passkeys } = deps

  const locked = (until: number): DelayedRefusal => ({
    ...refusal('account_locked', 'Too many failed attempts. Try again later.'),
    retryAfter: Math.max(1, Math.ceil((until - clock.now()) / 1000)),
  })

  const byTotp = async (tx: Transaction, owner: FactorOwner, code: string): Promise<boolean> => {
    const store = createFactorsStore(tx)
    const totp = await store.totp(owner.id, 'confirmed')
    const secret = totp && (await totpSeal.open(totp.sealed, owner.id))
    if (totp === undefined || secret === undefined) return false
    const step = totpStep(secret, code, { now: clock.now(), lastStep: totp.lastStep })
    return step !== undefined && store.takeTotpStep(totp.id, step)
  }

  const byCode = async (
    tx: Transaction,
    owner: FactorOwner,
    typed: string,
    caller: Caller,
  ): Promise<boolean> => {
    const store = createFactorsStore(tx)
    const normal = normalRecoveryCode(typed)
    if (
      normal === undefined ||
      !(await store.spendCode(owner.id, recoveryHash(owner.id, normal), clock.now()))
    )
      return false
    const left = await store.codesLeft(owner.id)
    await appendAudit(tx, [
      auditRow(caller, clock.now(), { action: 'mfa.recovery-code-used', account: owner }),
    ])
    await send(tx, accountMail('recoveryCodeUsed', owner.email, left))
    return true
  }

  const byPasskey = async (tx: Transaction, owner: FactorOwner, answer: PasskeyAnswer): Promise<boolean> => {
    const store = createFactorsStore(tx)
    const passkey = await store.passkeyByCredential(answer.id)
    if (passkey?.accountId !== owner.id) return false
    const sound = await passkeys.verify(answer, passkey, { use: 'factor', bound: owner.id })
    if (sound === undefined) return false
    const { id, expiresAt } = sound.challenge
    if (!(await store.spendChallenge(id, expiresAt, clock.now()))) return false
    return store.notePasskeyUse(passkey.id, sound.counter, sound.backedUp, clock.now())
  }

  const send = (tx: Transaction, letter: Mail) => queueMail(deps.outbox, tx, letter)

  return async (owner, given, caller) => {
    const key = throttleKey(owner.email)
    const answer = given.kind === 'passkey' ? parseAnswer(given.value) : undefined
    const checked = await database.transaction(async (tx): Promise<Result<null, DelayedRefusal>> => {
      const before = await createAuthReader(tx).lockedUntil(key)
      if (before !== undefined && before > clock.now()) return err(locked(before))
      // Under the row's lock: guesses at the same moment queue up here.
      if ((await countFailure(tx, key, clock.now())) > FAILURES) return err(locked(clock.now()))
      const right =
        given.kind === 'totp'
          ? await byTotp(tx, owner, given.value)
          : given.kind === 'recovery-code'
            ? await byCode(tx, owner, given.value, caller)
            : answer !== undefined && (await byPasskey(tx, owner, answer))
      if (!right) return err(wrongFactor)
      await createAuthTransactor(tx).clearFailures(key)
      return ok(null)
    })
    deps.outbox.nudge()
    return checked
  }
}

function parseAnswer(text: string): PasskeyAnswer | undefined {
  try {
    return PasskeyAnswerSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
