/**
 * Setting up an account for a record that exists. What somebody knows about a person only finds the record; a code that
 * went to the contact on file, or an invitation of the practice, proves who asks. Nobody learns from the answer, or
 * from its time, whether there is a record or an account: it is given before anybody has looked, and the looking is
 * done after the commit. SPEC: SPEC-accounts.md, L1 to L8.
 */
import { z } from 'zod'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import type { DelayedRefusal } from '../../http/problem.ts'
import type { Caller } from '../../http/route.ts'
import type { Transaction } from '../../platform/database.ts'
import { type AccountDeps, askedTooOften, audit, mail, wrongCode } from './account-deps.ts'
import { accountMail } from './account-mails.ts'
import { createAccountStore } from './account-store.ts'
import { type FindBy, findTag, GOOD_FOR, linkText, parseLink } from './one-time.ts'
import { createOneTimeStore } from './one-time-store.ts'

type Answer<T> = Promise<Result<T, DelayedRefusal>>

/** For the same person, and for everybody born on one day. */
const FINDS_PER_HOUR = 5
const FINDS_OF_A_DAY_PER_HOUR = 30
const HOUR = 3_600_000
/** After their end; what happened stays in the audit trail. */
const KEPT_MS = 30 * 24 * HOUR

const FindTask = z.object({
  id: z.uuid(),
  tag: z.string(),
  caller: z.object({ ip: z.string(), userAgent: z.string() }),
})

export interface Proven {
  readonly ticket: string
  /** The address that was proved with it, if one was. */
  readonly email: string | null
  readonly name: string
  readonly practiceName: string
}

export function createRegistration(deps: AccountDeps) {
  const { database, clock, outbox, oneTime, limits } = deps
  const storeOf = (tx: Transaction) => createOneTimeStore(tx, oneTime, clock.now())

  outbox.handle('account.find', { schema: FindTask, inside: sendCode })

  /** After the commit: the only place that looks whether somebody was found. */
  async function sendCode(tx: Transaction, { id, tag, caller }: z.infer<typeof FindTask>): Promise<void> {
    const [client, another] = await createAccountStore(tx).clientsByTag(tag)
    if (client === undefined || another !== undefined || client.contactEmail === null) return
    const { clientId, contactEmail, accountEmail } = client
    const codes = storeOf(tx)
    await codes.forgetBefore(clock.now() - KEPT_MS)
    if ((await codes.sentTo(clientId, 'register', clock.now() - HOUR)) >= FINDS_PER_HOUR) return
    const event = { action: 'account.code-sent', account: { id: null, role: null, clientId } } as const
    if (accountEmail !== undefined) {
      await mail(tx, deps, accountMail('haveAccount', contactEmail, deps.origin()))
      return audit(tx, deps, caller, { ...event, reason: 'has_account' })
    }
    const code = oneTime.newCode()
    if (!(await codes.arm('register', id, { clientId, email: contactEmail }, code))) return
    await mail(tx, deps, accountMail('registerCode', contactEmail, code))
    await audit(tx, deps, caller, event)
  }

  /** A ticket for what was proved: it opens the last step, once. */
  async function issueTicket(
    tx: Transaction,
    proof: { id: string; clientId: string | null; email: string | null },
  ): Promise<Proven | undefined> {
    const client = proof.clientId === null ? undefined : await createAccountStore(tx).client(proof.clientId)
    if (client === undefined || client.accountEmail !== undefined) return undefined
    const secret = oneTime.newSecret()
    const { clientId, name, practiceName } = client
    const about = { clientId, email: proof.email, parentId: proof.id }
    const id = await storeOf(tx).create('register-ticket', about, secret)
    return { ticket: linkText(id, secret), email: proof.email, name, practiceName }
  }

  return {
    /** The same answer, after the same work, for everybody. */
    async find(find: FindBy, caller: Caller): Answer<{ readonly id: string; readonly expiresIn: number }> {
      const limited = await limits.accountRequest(caller.ip)
      if (limited !== undefined) return err(limited)
      const tag = findTag(oneTime, find)
      const day = oneTime.tag('born', find.dateOfBirth)
      const asked = await database.transaction(async (tx) => {
        const often =
          (await askedTooOften(tx, deps, tag, FINDS_PER_HOUR)) ??
          (await askedTooOften(tx, deps, day, FINDS_OF_A_DAY_PER_HOUR))
        if (often !== undefined) {
          await audit(tx, deps, caller, { action: 'account.find', reason: often.code })
          return err(often)
        }
        const id = await storeOf(tx).create('register', { target: tag })
        await storeOf(tx).create('register', { target: day })
        await outbox.add(tx, 'account.find', { id, tag, caller }, GOOD_FOR.register)
        await audit(tx, deps, caller, { action: 'account.find' })
        return ok({ id, expiresIn: GOOD_FOR.register / 1000 })
      })
      outbox.nudge()
      return asked
    },

    async confirm(given: { readonly id: string; readonly code: string }, caller: Caller): Answer<Proven> {
      const limited = await limits.accountProof(caller.ip)
      if (limited !== undefined) return err(limited)
      return database.transaction(async (tx) => {
        const codes = storeOf(tx)
        const secret = given.code.replace(/\s/g, '')
        const row = await codes.find('register', { id: given.id, secret }, { countGuess: true })
        const proven = row && (await codes.use(row.id)) ? await issueTicket(tx, row) : undefined
        const account = row && { id: null, role: null, clientId: row.clientId }
        if (proven === undefined) {
          await audit(tx, deps, caller, { action: 'account.prove', reason: wrongCode.code, account })
          return err(wrongCode)
        }
        await audit(tx, deps, caller, { action: 'account.prove', account })
        return ok(proven)
      })
    },

    /** An invitation may have come into other hands: the day of birth is asked for as well, a few times. */
    async acceptInvite(
      given: { readonly invite: string; readonly dateOfBirth: string },
      caller: Caller,
    ): Answer<Proven> {
      const limited = await limits.accountProof(caller.ip)
      if (limited !== undefined) return err(limited)
      return database.transaction(async (tx) => {
        const row = await storeOf(tx).find('invite', parseLink(given.invite), { countGuess: true })
        const client = row?.clientId ? await createAccountStore(tx).client(row.clientId) : undefined
        const proven =
          row !== undefined && client !== undefined && client.dateOfBirth === given.dateOfBirth
            ? await issueTicket(tx, row)
            : undefined
        const account = row && { id: null, role: null, clientId: row.clientId }
        if (proven === undefined) {
          await audit(tx, deps, caller, { action: 'account.prove', reason: wrongCode.code, account })
          return err(wrongCode)
        }
        if (row !== undefined) await storeOf(tx).forgetGuesses(row.id)
        await audit(tx, deps, caller, { action: 'account.prove', account })
        return ok(proven)
      })
    },
  }
}
