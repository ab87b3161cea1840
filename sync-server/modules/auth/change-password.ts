/**
 * Changing a password while signed in: the present one is asked for again and counts as a sign-in does, so that a
 * device left open is not an account lost. Other sessions end unless the person wants to keep them.
 * SPEC: SPEC-accounts.md, L13.
 */
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { refusal } from '../../../shared/protocol/errors.ts'
import type { DelayedRefusal } from '../../http/problem.ts'
import type { Caller } from '../../http/route.ts'
import type { Actor } from '../../replication/actor.ts'
import { type AccountDeps, audit, mail } from './account-deps.ts'
import { accountMail } from './account-mails.ts'
import { createAccountStore, type KnownAccount } from './account-store.ts'
import type { AccountAction } from './audit.ts'
import type { FurtherProof, GivenFactor } from './further-proof.ts'
import { createOneTimeStore } from './one-time-store.ts'
import type { PasswordCheck } from './password-check.ts'
import { aboutAccount } from './password-policy.ts'
import { createAuthTransactor } from './transactor.ts'

type Answer<T> = Promise<Result<T, DelayedRefusal>>

export interface ChangePassword {
  readonly password: string
  readonly newPassword: string
  readonly endOtherSessions: boolean
  readonly factor?: GivenFactor | undefined
}
export interface ReauthenticationDeps extends AccountDeps {
  readonly checkPassword: PasswordCheck
  readonly furtherProof: FurtherProof
}

export const gone = refusal('session_expired', 'The account is closed.')

/** Shows once more who it is: the password, and one more factor where the account has one. */
export function createReauthentication(deps: ReauthenticationDeps) {
  return async <T>(
    actor: Actor,
    given: {
      readonly password: string
      readonly factor?: GivenFactor | undefined
      readonly sessionId?: string | undefined
    },
    caller: Caller,
    action: AccountAction,
    proven: (account: KnownAccount) => Answer<T>,
  ): Answer<T> => {
    const account = await createAccountStore(deps.database.prisma).byId(actor.accountId)
    if (account === undefined) return err(gone)
    const { email } = account
    return deps.checkPassword(
      { email, password: given.password },
      caller,
      action,
      async ({ throttleKey }) => {
        const unproven = await deps.furtherProof(account, given.factor, {
          caller,
          sessionId: given.sessionId,
        })
        if (unproven !== undefined) {
          await deps.database.transaction((tx) =>
            audit(tx, deps, caller, { action, account, reason: unproven.code }),
          )
          return err(unproven)
        }
        await deps.database.transaction((tx) => createAuthTransactor(tx).clearFailures(throttleKey))
        return proven(account)
      },
    )
  }
}

export function createChangePassword(deps: ReauthenticationDeps) {
  const { database, clock, outbox, oneTime, passwords, policy } = deps
  const reauthenticate = createReauthentication(deps)
  const action = 'account.change-password'

  return async (actor: Actor, sessionId: string, given: ChangePassword, caller: Caller): Answer<null> => {
    const about = await createAccountStore(database.prisma).byId(actor.accountId)
    if (about === undefined) return err(gone)
    const weak = policy(given.newPassword, aboutAccount(about))
    if (weak !== undefined) return err(weak)
    return reauthenticate(actor, { ...given, sessionId }, caller, action, async (account) => {
      const passwordHash = await passwords.hash(given.newPassword)
      const ended = await database.transaction(async (tx) => {
        const now = clock.now()
        const accounts = createAccountStore(tx)
        await accounts.setPassword(account.id, passwordHash, now)
        await createOneTimeStore(tx, oneTime, now).endOpen(
          ['reset-password', 'set-password', 'second-step'],
          {
            accountId: account.id,
          },
        )
        await mail(tx, deps, accountMail('passwordChanged', account.email, deps.origin()))
        const deviceId = actor.deviceId === null ? {} : { deviceId: actor.deviceId }
        await audit(tx, deps, caller, { action, account, ...deviceId })
        if (!given.endOtherSessions) return []
        return accounts.endSessions(account.id, 'password_changed', now, sessionId)
      })
      for (const session of ended) deps.onSessionEnd(session)
      outbox.nudge()
      return ok(null)
    })
  }
}
