/**
 * The last step of setting up an account: address, password, terms. An address that was not proved on the way is proved
 * now, with a code, before there is an account: none ever has an address that nobody has shown to be theirs.
 * SPEC: SPEC-accounts.md, L5 to L8.
 */
import { z } from 'zod'
import { TERMS_VERSION } from '../../../shared/domains/accounts/terms.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { refusal } from '../../../shared/protocol/errors.ts'
import type { DelayedRefusal } from '../../http/problem.ts'
import type { Caller } from '../../http/route.ts'
import type { Transaction } from '../../platform/database.ts'
import { type AccountDeps, askedTooOften, audit, mail, wrongCode } from './account-deps.ts'
import { accountMail } from './account-mails.ts'
import { createAccountStore } from './account-store.ts'
import { GOOD_FOR, parseLink } from './one-time.ts'
import { createOneTimeStore, type OneTimeRow } from './one-time-store.ts'
import { aboutAccount } from './password-policy.ts'

type Answer<T> = Promise<Result<T, DelayedRefusal>>

export interface CompleteRegistration {
  readonly ticket: string
  readonly email: string
  readonly password: string
}
/** `verify`: a code is on its way to the address. */
export type Completed =
  | { readonly next: 'sign-in' }
  | { readonly next: 'verify'; readonly id: string; readonly expiresIn: number }

const MAILS_PER_HOUR = 5
const VerifyTask = z.object({ id: z.uuid(), email: z.string() })

const taken = refusal(
  'already_exists',
  'There is an account with this address already. Sign in, or reset its password.',
)

export interface NewClientAccount {
  readonly accountId: string
  readonly clientId: string
}
interface Deps extends AccountDeps {
  /** In the transaction that makes the account. */
  readonly onRegistered: (tx: Transaction, account: NewClientAccount) => Promise<void>
}

export function createOpenAccount(deps: Deps) {
  const { database, clock, outbox, oneTime, limits, passwords, policy } = deps
  const storeOf = (tx: Transaction) => createOneTimeStore(tx, oneTime, clock.now())

  outbox.handle('account.verify-email', { schema: VerifyTask, inside: sendVerification })

  async function sendVerification(tx: Transaction, { id, email }: z.infer<typeof VerifyTask>): Promise<void> {
    if (!(await createAccountStore(tx).isEmailFree(email)))
      return mail(tx, deps, accountMail('haveAccount', email, deps.origin()))
    const code = oneTime.newCode()
    if (await storeOf(tx).arm('verify-email', id, {}, code))
      await mail(tx, deps, accountMail('verifyEmail', email, code))
  }

  interface Opening {
    readonly ticket: OneTimeRow
    readonly email: string
    readonly passwordHash: string
    readonly termsVersion: string
  }
  /** Undefined when the ticket was used, the person has an account, or the address is taken. */
  async function openAccount(tx: Transaction, opening: Opening, caller: Caller): Promise<boolean> {
    const { ticket, email, passwordHash, termsVersion } = opening
    const accounts = createAccountStore(tx)
    const codes = storeOf(tx)
    if (ticket.clientId === null || !(await codes.use(ticket.id))) return false
    await accounts.lockClient(ticket.clientId)
    const client = await accounts.client(ticket.clientId)
    if (client === undefined || client.accountEmail !== undefined) return false
    const { clientId, practiceId, name } = client
    const now = clock.now()
    const made = { practiceId, role: 'client', name, email, passwordHash, clientId } as const
    const accountId = await accounts.create({ ...made, emailVerified: true, now })
    if (accountId === undefined) return false
    await codes.endOpen(['register', 'register-ticket', 'verify-email', 'invite'], { clientId })
    await accounts.acceptTerms(accountId, termsVersion, caller, now)
    await deps.onRegistered(tx, { accountId, clientId })
    const account = { id: accountId, role: 'client', clientId }
    await audit(tx, deps, caller, { action: 'account.register', account })
    return true
  }

  return {
    async complete(given: CompleteRegistration, caller: Caller): Answer<Completed> {
      const limited = await limits.accountProof(caller.ip)
      if (limited !== undefined) return err(limited)
      const email = given.email.trim().toLowerCase()
      const link = parseLink(given.ticket)
      const proof = await database.transaction(async (tx) => {
        const ticket = await storeOf(tx).find('register-ticket', link)
        return ticket?.clientId
          ? { ticket, client: await createAccountStore(tx).client(ticket.clientId) }
          : null
      })
      if (!proof?.client) {
        const refused = { action: 'account.register', reason: wrongCode.code } as const
        await database.transaction((tx) => audit(tx, deps, caller, refused))
        return err(wrongCode)
      }
      const weak = policy(given.password, aboutAccount({ ...proof.client, email }))
      if (weak !== undefined) return err(weak)
      const passwordHash = await passwords.hash(given.password)
      const { ticket } = proof
      const account = { id: null, role: null, clientId: ticket.clientId }
      const completed = await database.transaction(async (tx): Answer<Completed> => {
        if (email === ticket.email?.toLowerCase()) {
          // Whoever reads this inbox may know whether it has an account.
          if (!(await createAccountStore(tx).isEmailFree(email))) return err(taken)
          const opening = { ticket, email, passwordHash, termsVersion: TERMS_VERSION }
          return (await openAccount(tx, opening, caller)) ? ok({ next: 'sign-in' }) : err(wrongCode)
        }
        const target = oneTime.tag('verify', email)
        const often =
          (await limits.accountRequest(caller.ip)) ?? (await askedTooOften(tx, deps, target, MAILS_PER_HOUR))
        if (often !== undefined) return err(often)
        const { clientId } = ticket
        const about = {
          clientId,
          email,
          passwordHash,
          termsVersion: TERMS_VERSION,
          target,
          parentId: ticket.id,
        }
        const id = await storeOf(tx).create('verify-email', about)
        await outbox.add(tx, 'account.verify-email', { id, email }, GOOD_FOR['verify-email'])
        await audit(tx, deps, caller, { action: 'account.verify-email', account })
        return ok({ next: 'verify', id, expiresIn: GOOD_FOR['verify-email'] / 1000 })
      })
      outbox.nudge()
      return completed
    },

    async verifyEmail(given: { readonly id: string; readonly code: string }, caller: Caller): Answer<null> {
      const limited = await limits.accountProof(caller.ip)
      if (limited !== undefined) return err(limited)
      const opened = await database.transaction(async (tx): Answer<null> => {
        const secret = given.code.replace(/\s/g, '')
        const row = await storeOf(tx).find('verify-email', { id: given.id, secret }, { countGuess: true })
        const { email, passwordHash, termsVersion } = row ?? {}
        const isOpen =
          row && email && passwordHash && termsVersion
            ? await openAccount(tx, { ticket: row, email, passwordHash, termsVersion }, caller)
            : false
        if (isOpen) return ok(null)
        const account = row && { id: null, role: null, clientId: row.clientId }
        await audit(tx, deps, caller, { action: 'account.verify-email', reason: wrongCode.code, account })
        return err(wrongCode)
      })
      outbox.nudge()
      return opened
    },
  }
}
