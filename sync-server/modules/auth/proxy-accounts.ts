/**
 * Accounts of people who look after somebody else's record, and the links by which they are asked to. The link went to
 * one address, so it proves that address; the day of birth of the person whose record it is proves that it is in the right
 * hands. Who has an account with that address signs in and accepts instead. SPEC: SPEC-accounts.md, L23 and L24.
 */
import { TERMS_VERSION } from '../../../shared/domains/accounts/terms.ts'
import type { AccountId } from '../../../shared/kernel/brand.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { refusal } from '../../../shared/protocol/errors.ts'
import type { DelayedRefusal } from '../../http/problem.ts'
import type { Caller } from '../../http/route.ts'
import type { Transaction } from '../../platform/database.ts'
import type { Actor } from '../../replication/actor.ts'
import { type AccountDeps, audit, mail, wrongCode } from './account-deps.ts'
import { accountMail } from './account-mails.ts'
import { createAccountStore } from './account-store.ts'
import { GOOD_FOR, linkText, parseLink } from './one-time.ts'
import { createOneTimeStore, type OneTimeRow } from './one-time-store.ts'
import { aboutAccount } from './password-policy.ts'

export interface ProxyProof {
  readonly invite: string
  readonly dateOfBirth: string
}
export interface RegisterProxy extends ProxyProof {
  readonly name: string
  readonly password: string
}
export interface Invited {
  readonly clientId: string
  readonly invitationId: string
}
/** Gives the access that the invitation speaks of; false when it is not open any more. */
export type AcceptInvitation = (tx: Transaction, actor: Actor, invited: Invited) => Promise<boolean>

const taken = refusal(
  'already_exists',
  'There is an account with this address already. Sign in, and open the invitation again.',
)

export function createProxyAccounts(deps: AccountDeps & { readonly acceptInvitation: AcceptInvitation }) {
  const { database, clock, outbox, oneTime, limits, passwords, policy } = deps
  const storeOf = (tx: Transaction) => createOneTimeStore(tx, oneTime, clock.now())

  /** Counts the guess; what is right uses nothing up. */
  const proved = async (tx: Transaction, { invite, dateOfBirth }: ProxyProof) => {
    const row = await storeOf(tx).find('access-invite', parseLink(invite), { countGuess: true })
    const { clientId, parentId, email } = row ?? {}
    if (row === undefined || !clientId || !parentId || !email) return undefined
    const client = await createAccountStore(tx).client(clientId)
    if (client === undefined || client.dateOfBirth !== dateOfBirth) return undefined
    await storeOf(tx).forgetGuesses(row.id)
    return { row, client, email, clientId, invitationId: parentId }
  }

  return {
    /** What the module of grants asks for. */
    links: {
      goodFor: GOOD_FOR['access-invite'],
      async send(tx: Transaction, invited: Invited & { email: string; createdBy: string }): Promise<void> {
        const { clientId, invitationId, email, createdBy } = invited
        const secret = oneTime.newSecret()
        const about = { clientId, parentId: invitationId, email, createdBy }
        const id = await storeOf(tx).create('access-invite', about, secret)
        const link = `${deps.origin()}/accept-access#${linkText(id, secret)}`
        await mail(tx, deps, accountMail('accessInvite', email, link))
      },
      withdraw: (tx: Transaction, invitationId: string): Promise<void> =>
        storeOf(tx).endOpen(['access-invite'], { parentId: invitationId }),
      prove: (tx: Transaction, proof: ProxyProof): Promise<Invited | undefined> => proved(tx, proof),
      async tellOwner(tx: Transaction, clientId: string): Promise<void> {
        const email = (await createAccountStore(tx).client(clientId))?.accountEmail
        if (email !== undefined) await mail(tx, deps, accountMail('accessChanged', email, deps.origin()))
      },
      nudge: () => outbox.nudge(),
    },

    /** Name, password and terms of somebody who was invited and has no account. */
    async register(given: RegisterProxy, caller: Caller): Promise<Result<null, DelayedRefusal>> {
      const limited = await limits.accountProof(caller.ip)
      if (limited !== undefined) return err(limited)
      const refuse = async (tx: Transaction, row?: OneTimeRow) => {
        const account = row && { id: null, role: null, clientId: row.clientId }
        const reason = wrongCode.code
        await audit(tx, deps, caller, { action: 'account.register-proxy', reason, account })
        return err(wrongCode)
      }
      const found = await database.transaction(async (tx) => {
        const right = await proved(tx, given)
        if (right === undefined) return refuse(tx)
        const isFree = await createAccountStore(tx).isEmailFree(right.email)
        return isFree ? ok(right) : err(taken)
      })
      if (!found.ok) return found
      const { email, client, clientId, invitationId, row } = found.value
      const name = given.name.trim()
      const weak = policy(given.password, aboutAccount({ name, email, practiceName: client.practiceName }))
      if (weak !== undefined) return err(weak)
      const passwordHash = await passwords.hash(given.password)
      const opened = await database.transaction(async (tx): Promise<Result<null, DelayedRefusal>> => {
        if (!(await storeOf(tx).use(row.id))) return refuse(tx, row)
        const now = clock.now()
        const { practiceId } = client
        const made = { practiceId, role: 'proxy', name, email, passwordHash } as const
        const accountId = await createAccountStore(tx).create({ ...made, emailVerified: true, now })
        if (accountId === undefined) return err(taken)
        const actor: Actor = {
          accountId: accountId as AccountId,
          role: 'proxy',
          practiceId,
          deviceId: null,
          name,
          ...caller,
        }
        // Throws, so that no account stands without the access that it was made for.
        if (!(await deps.acceptInvitation(tx, actor, { clientId, invitationId })))
          throw new Error('An invitation ended while it was accepted.')
        await createAccountStore(tx).acceptTerms(accountId, TERMS_VERSION, caller, now)
        const account = { id: accountId, role: 'proxy', clientId }
        await audit(tx, deps, caller, { action: 'account.register-proxy', account })
        return ok(null)
      })
      outbox.nudge()
      return opened
    },
  }
}
