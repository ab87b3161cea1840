/**
 * A forgotten password. The answer is the same for every address and is given before anybody has looked; the link goes
 * to the address of the account and nowhere else. It ends every session, opens a lock, and may ask for one more factor:
 * a mailbox alone does not open an account that has more. SPEC: SPEC-accounts.md, L9 to L12.
 */
import { z } from 'zod'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import type { DelayedRefusal } from '../../http/problem.ts'
import type { Caller } from '../../http/route.ts'
import type { Transaction } from '../../platform/database.ts'
import { type AccountDeps, askedTooOften, audit, mail, wrongCode } from './account-deps.ts'
import { accountMail } from './account-mails.ts'
import { createAccountStore, type KnownAccount } from './account-store.ts'
import type { FurtherProof, GivenFactor } from './further-proof.ts'
import { GOOD_FOR, linkText, type Purpose, parseLink } from './one-time.ts'
import { createOneTimeStore } from './one-time-store.ts'
import { aboutAccount } from './password-policy.ts'
import type { ThrottleKey } from './throttle.ts'
import { createAuthTransactor } from './transactor.ts'

type Answer<T> = Promise<Result<T, DelayedRefusal>>

export interface ResetPassword {
  readonly link: string
  readonly password: string
  readonly factor?: GivenFactor | undefined
}

const RESETS_PER_HOUR = 5
/** Links that end in a new password: of somebody who forgot theirs, and of somebody who never had one. */
const PURPOSES = ['reset-password', 'set-password'] as const satisfies readonly Purpose[]
const ResetTask = z.object({
  id: z.uuid(),
  email: z.string(),
  caller: z.object({ ip: z.string(), userAgent: z.string() }),
})

interface Deps extends AccountDeps {
  readonly throttleKey: ThrottleKey
  readonly furtherProof: FurtherProof
}

export function createPasswordReset(deps: Deps) {
  const { database, clock, outbox, oneTime, limits, passwords, policy } = deps
  const storeOf = (tx: Transaction) => createOneTimeStore(tx, oneTime, clock.now())

  outbox.handle('account.forgot-password', { schema: ResetTask, inside: sendLink })

  async function sendLink(tx: Transaction, { id, email, caller }: z.infer<typeof ResetTask>): Promise<void> {
    const account = await createAccountStore(tx).byEmail(email)
    if (account === undefined || account.role === 'ehr' || account.role === 'kiosk') return
    const secret = oneTime.newSecret()
    if (!(await storeOf(tx).arm('reset-password', id, { accountId: account.id }, secret))) return
    const link = `${deps.origin()}/reset-password#${linkText(id, secret)}`
    await mail(tx, deps, accountMail('resetPassword', account.email, link))
    await audit(tx, deps, caller, { action: 'account.reset-sent', account })
  }

  const findLink = async (tx: Transaction, text: string) => {
    const given = parseLink(text)
    for (const purpose of PURPOSES) {
      const row = await storeOf(tx).find(purpose, given)
      const account = row?.accountId ? await createAccountStore(tx).byId(row.accountId) : undefined
      if (row !== undefined && account !== undefined) return { row, account }
    }
    return undefined
  }

  /** New password, nobody signed in any more, no lock; the ids of the sessions that ended. */
  async function replace(tx: Transaction, account: KnownAccount, passwordHash: string): Promise<string[]> {
    const now = clock.now()
    const accounts = createAccountStore(tx)
    await accounts.setPassword(account.id, passwordHash, now)
    await accounts.markEmailVerified(account.id, now)
    await storeOf(tx).endOpen([...PURPOSES, 'change-email', 'second-step'], { accountId: account.id })
    await createAuthTransactor(tx).clearFailures(deps.throttleKey(account.email))
    await mail(tx, deps, accountMail('passwordChanged', account.email, deps.origin()))
    return accounts.endSessions(account.id, 'password_reset', now)
  }

  return {
    /** The same answer, after the same work, for every address. */
    async forgot(address: string, caller: Caller): Answer<null> {
      const limited = await limits.accountRequest(caller.ip)
      if (limited !== undefined) return err(limited)
      const email = address.trim().toLowerCase()
      const target = oneTime.tag('reset', email)
      const answer = await database.transaction(async (tx): Answer<null> => {
        const often = await askedTooOften(tx, deps, target, RESETS_PER_HOUR)
        if (often === undefined) {
          const id = await storeOf(tx).create('reset-password', { target })
          await outbox.add(tx, 'account.forgot-password', { id, email, caller }, GOOD_FOR['reset-password'])
        }
        const refused = often === undefined ? {} : { reason: often.code }
        await audit(tx, deps, caller, { action: 'account.forgot-password', ...refused })
        return often === undefined ? ok(null) : err(often)
      })
      outbox.nudge()
      return answer
    },

    async reset(
      { link, password, factor }: ResetPassword,
      caller: Caller,
    ): Answer<{ readonly email: string }> {
      const limited = await limits.accountProof(caller.ip)
      if (limited !== undefined) return err(limited)
      const action = 'account.reset-password'
      const found = await database.transaction((tx) => findLink(tx, link))
      if (found === undefined) {
        await database.transaction((tx) => audit(tx, deps, caller, { action, reason: wrongCode.code }))
        return err(wrongCode)
      }
      const { account } = found
      const weak = policy(password, aboutAccount(account))
      if (weak !== undefined) return err(weak)
      const unproven = await deps.furtherProof(account, factor, { caller })
      if (unproven !== undefined) {
        await database.transaction((tx) =>
          audit(tx, deps, caller, { action, account, reason: unproven.code }),
        )
        return err(unproven)
      }
      const passwordHash = await passwords.hash(password)
      const done = await database.transaction(async (tx): Answer<readonly string[]> => {
        if (!(await storeOf(tx).use(found.row.id))) return err(wrongCode)
        const ended = await replace(tx, account, passwordHash)
        await audit(tx, deps, caller, { action, account })
        return ok(ended)
      })
      if (!done.ok) return done
      for (const session of done.value) deps.onSessionEnd(session)
      outbox.nudge()
      return ok({ email: account.email })
    },
  }
}
