/**
 * Another address to sign in with. The new one is confirmed by a link that goes there; the old one is told and can take
 * it back for a week, which signs out every device: whoever has the password and a mailbox of their own does not keep
 * the account. Whether the new address has an account already is said to that address alone. SPEC: SPEC-accounts.md, L14, L15.
 */
import { z } from 'zod'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import type { DelayedRefusal } from '../../http/problem.ts'
import type { Caller } from '../../http/route.ts'
import type { Transaction } from '../../platform/database.ts'
import type { Actor } from '../../replication/actor.ts'
import { askedTooOften, audit, mail, wrongCode } from './account-deps.ts'
import { accountMail } from './account-mails.ts'
import { createAccountStore, NO_PASSWORD } from './account-store.ts'
import { createReauthentication, gone, type ReauthenticationDeps } from './change-password.ts'
import { createFactorsStore } from './factors/factors-store.ts'
import type { GivenFactor } from './further-proof.ts'
import { GOOD_FOR, linkText, parseLink } from './one-time.ts'
import { createOneTimeStore } from './one-time-store.ts'

type Answer<T> = Promise<Result<T, DelayedRefusal>>

export interface ChangeEmail {
  readonly password: string
  readonly email: string
  readonly factor?: GivenFactor | undefined
}

export interface AccountAddress {
  readonly email: string
  readonly pending: { readonly email: string; readonly until: number } | null
}

const CHANGES_PER_HOUR = 5
const ConfirmTask = z.object({ id: z.uuid(), accountId: z.uuid(), email: z.string() })

export function createChangeEmail(deps: ReauthenticationDeps) {
  const { database, clock, outbox, oneTime, limits } = deps
  const reauthenticate = createReauthentication(deps)
  const storeOf = (tx: Transaction) => createOneTimeStore(tx, oneTime, clock.now())

  outbox.handle('account.change-email', { schema: ConfirmTask, inside: sendConfirmation })

  async function sendConfirmation(tx: Transaction, task: z.infer<typeof ConfirmTask>): Promise<void> {
    const { id, accountId, email } = task
    if (!(await createAccountStore(tx).isEmailFree(email)))
      return mail(tx, deps, accountMail('emailTaken', email))
    const secret = oneTime.newSecret()
    if (await storeOf(tx).arm('change-email', id, { accountId, email }, secret)) {
      const link = `${deps.origin()}/confirm-email#${linkText(id, secret)}`
      await mail(tx, deps, accountMail('confirmEmail', email, link))
    }
  }

  return {
    ask: (actor: Actor, sessionId: string, given: ChangeEmail, caller: Caller): Answer<null> =>
      reauthenticate(actor, { ...given, sessionId }, caller, 'account.change-email', async (account) => {
        const email = given.email.trim().toLowerCase()
        const target = oneTime.tag('change-email', account.id)
        const limited = await limits.accountRequest(caller.ip)
        const asked = await database.transaction(async (tx): Answer<null> => {
          const often = limited ?? (await askedTooOften(tx, deps, target, CHANGES_PER_HOUR))
          const event = { action: 'account.change-email', account } as const
          if (often !== undefined) {
            await audit(tx, deps, caller, { ...event, reason: often.code })
            return err(often)
          }
          await storeOf(tx).endOpen(['change-email'], { accountId: account.id })
          // Whether the address is free or not: what is shown as waiting must not tell.
          const waiting = { target, accountId: account.id, email }
          const id = await storeOf(tx).create('change-email', waiting)
          const task = { id, accountId: account.id, email }
          await outbox.add(tx, 'account.change-email', task, GOOD_FOR['change-email'])
          await audit(tx, deps, caller, event)
          return ok(null)
        })
        outbox.nudge()
        return asked
      }),

    /** What is used now, and what waits to be confirmed. */
    async read(actor: Actor): Answer<AccountAddress> {
      const { prisma } = database
      const account = await createAccountStore(prisma).byId(actor.accountId)
      if (account === undefined) return err(gone)
      const waiting = await createOneTimeStore(prisma, oneTime, clock.now()).waiting(
        'change-email',
        account.id,
      )
      return ok({ email: account.email, pending: waiting ?? null })
    },

    async confirm(link: string, caller: Caller): Answer<null> {
      const limited = await limits.accountProof(caller.ip)
      if (limited !== undefined) return err(limited)
      const confirmed = await database.transaction(async (tx): Answer<null> => {
        const codes = storeOf(tx)
        const accounts = createAccountStore(tx)
        const row = await codes.find('change-email', parseLink(link))
        const account = row?.accountId ? await accounts.byId(row.accountId) : undefined
        const isChanged =
          row?.email && account && (await codes.use(row.id))
            ? await accounts.setEmail(account.id, row.email, clock.now())
            : false
        const event = { action: 'account.confirm-email', account } as const
        if (!isChanged || account === undefined) {
          await audit(tx, deps, caller, { ...event, reason: wrongCode.code })
          return err(wrongCode)
        }
        const secret = oneTime.newSecret()
        const undo = { accountId: account.id, email: account.email }
        const id = await codes.create('undo-email', undo, secret)
        await codes.endOpen(['reset-password'], { accountId: account.id })
        const back = `${deps.origin()}/undo-email#${linkText(id, secret)}`
        await mail(tx, deps, accountMail('emailChanged', account.email, back))
        await audit(tx, deps, caller, event)
        return ok(null)
      })
      outbox.nudge()
      return confirmed
    },

    /** Also ends what was begun since: the account is its owner's again, who chooses a new password. */
    async undo(link: string, caller: Caller): Answer<null> {
      const limited = await limits.accountProof(caller.ip)
      if (limited !== undefined) return err(limited)
      const undone = await database.transaction(async (tx): Answer<readonly string[]> => {
        const codes = storeOf(tx)
        const accounts = createAccountStore(tx)
        const now = clock.now()
        const row = await codes.find('undo-email', parseLink(link))
        const account = row?.accountId ? await accounts.byId(row.accountId) : undefined
        const isBack =
          row?.email && account && (await codes.use(row.id))
            ? await accounts.setEmail(account.id, row.email, now)
            : false
        const event = { action: 'account.undo-email', account } as const
        if (!isBack || !account || !row?.email) {
          await audit(tx, deps, caller, { ...event, reason: wrongCode.code })
          return err(wrongCode)
        }
        await codes.endOpen(['change-email', 'reset-password'], { accountId: account.id })
        // Those of later changes. Whoever took the account and changed twice would else end the owner's own way back.
        await codes.endOpen(['undo-email'], { accountId: account.id }, row.createdAt)
        // Whoever changed the address knew the password.
        await accounts.setPassword(account.id, NO_PASSWORD, now)
        // A passkey alone signs in, and another factor would be asked for at the reset: theirs go too. Nobody told the owner of them.
        if (await createFactorsStore(tx).removeAddedSince(account.id, row.createdAt.getTime()))
          await audit(tx, deps, caller, { action: 'mfa.reset', account })
        const secret = oneTime.newSecret()
        const id = await codes.create('reset-password', { accountId: account.id }, secret)
        const reset = `${deps.origin()}/reset-password#${linkText(id, secret)}`
        await mail(tx, deps, accountMail('resetPassword', row.email, reset))
        await audit(tx, deps, caller, event)
        return ok(await accounts.endSessions(account.id, 'email_change_undone', now))
      })
      if (!undone.ok) return undone
      for (const session of undone.value) deps.onSessionEnd(session)
      outbox.nudge()
      return ok(null)
    },
  }
}
