/**
 * What staff do for accounts: invite a client, open a lock, make an account for a colleague. The role is the one the
 * database has now; another practice's people are not there. Everything leaves its audit row, refusals too.
 * SPEC: SPEC-accounts.md, L4, L16, L17.
 */
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { DelayedRefusal } from '../../http/problem.ts'
import type { Caller } from '../../http/route.ts'
import type { Transaction } from '../../platform/database.ts'
import type { Actor, Role } from '../../replication/actor.ts'
import { type AccountDeps, audit, mail } from './account-deps.ts'
import { accountMail } from './account-mails.ts'
import { createAccountStore, NO_PASSWORD } from './account-store.ts'
import type { AccountAction } from './audit.ts'
import { GOOD_FOR, linkText } from './one-time.ts'
import { createOneTimeStore } from './one-time-store.ts'
import { type ClientPosition, createStaffAccountsStore } from './staff-accounts-store.ts'
import type { ThrottleKey } from './throttle.ts'
import { createAuthTransactor } from './transactor.ts'

type Answer<T> = Promise<Result<T, DelayedRefusal>>
export type StaffRole = 'clinician' | 'front-desk' | 'admin'

export interface ClientAccount {
  readonly clientId: string
  readonly name: string
  readonly state: 'none' | 'invited' | 'active' | 'locked' | 'closed'
  readonly accountId: string | null
  readonly canBeMailed: boolean
  /** ms; of a lock. */
  readonly lockedUntil: number | null
}
export interface Invitation {
  readonly link: string
  /** ms */
  readonly expiresAt: number
  readonly mailed: boolean
}

const OFFICE: readonly Role[] = ['front-desk', 'admin']
const STAFF: readonly Role[] = ['clinician', ...OFFICE]
const notYours = refusal('not_permitted', 'Your role does not include this.')
const noClient = refusal('not_found', 'There is no such client.')
const noAccount = refusal('not_found', 'There is no such account.')
const hasAccount = refusal('wrong_state', 'This client has an account already.')
const noAddress = refusal('wrong_state', 'There is no e-mail address on file: print the link instead.')
const ownAccount = refusal('wrong_state', 'This is your own account: another admin can close it.')
const taken = refusal('already_exists', 'There is an account with this address already.')

function accountState(exists: boolean, locked: boolean, invited: boolean): ClientAccount['state'] {
  if (exists) return locked ? 'locked' : 'active'
  return invited ? 'invited' : 'none'
}

export function createStaffAccounts(deps: AccountDeps & { readonly throttleKey: ThrottleKey }) {
  const { database, clock, outbox, oneTime, throttleKey } = deps

  /** `run` gets the practice; what it refuses is audited as what it does is. */
  const asStaff = async <T>(
    actor: Actor,
    caller: Caller,
    action: AccountAction,
    roles: readonly Role[],
    run: (
      tx: Transaction,
      practiceId: string,
      about: (clientId: string | null, colleague?: string) => void,
    ) => Answer<T>,
  ): Answer<T> => {
    const answer = await database.transaction(async (tx): Answer<T> => {
      let clientId: string | null = null
      let note: string | undefined
      const staff = await createStaffAccountsStore(tx).staff(actor.accountId)
      const done =
        staff !== undefined && roles.includes(staff.role)
          ? await run(tx, staff.practiceId, (of, colleague) => {
              clientId = of
              note = colleague === undefined ? undefined : `account ${colleague}`
            })
          : err<Refusal>(notYours)
      const { practiceId } = actor
      const account = { id: actor.accountId, role: actor.role, clientId, practiceId }
      const deviceId = actor.deviceId === null ? {} : { deviceId: actor.deviceId }
      const refused = done.ok ? note !== undefined && { note } : { reason: done.error.code }
      await audit(tx, deps, caller, { action, account, ...deviceId, ...refused })
      return done
    })
    outbox.nudge()
    return answer
  }

  return {
    clients: (
      actor: Actor,
      caller: Caller,
      page: { search?: string | undefined; cursor?: string | undefined; limit?: number | undefined },
    ): Answer<{ readonly items: readonly ClientAccount[]; readonly next: string | null }> =>
      asStaff(actor, caller, 'account.list', OFFICE, async (tx, practiceId) => {
        const after = page.cursor === undefined ? undefined : parsePosition(page.cursor)
        if (after === null)
          return err(refusal('invalid_message', 'The cursor is not one that this list gave out.'))
        const store = createStaffAccountsStore(tx)
        const now = clock.now()
        const limit = page.limit ?? 50
        const search = page.search?.trim() ?? ''
        const rows = await store.clients(practiceId, { search, limit: limit + 1, after, now })
        const shown = rows.slice(0, limit)
        const keys = shown.flatMap(({ account }) => (account ? [throttleKey(account.email)] : []))
        const locked = await store.locked(keys, now)
        const items = shown.map(
          ({ clientId, name, account, invited, closed, contactEmail }): ClientAccount => {
            const lockedUntil = account ? (locked.get(throttleKey(account.email)) ?? null) : null
            const state = closed
              ? 'closed'
              : accountState(account !== undefined, lockedUntil !== null, invited)
            const canBeMailed = contactEmail !== null
            return { clientId, name, state, accountId: account?.id ?? null, canBeMailed, lockedUntil }
          },
        )
        const last = shown.at(-1)
        return ok({ items, next: rows.length > limit && last ? positionText(last) : null })
      }),

    /** The link is shown once, to print or to show; with `byMail` it also goes to the contact on file. */
    invite: (actor: Actor, clientId: string, byMail: boolean, caller: Caller): Answer<Invitation> =>
      asStaff(actor, caller, 'account.invite', OFFICE, async (tx, practiceId, about) => {
        const client = await createAccountStore(tx).client(clientId)
        if (client === undefined || client.practiceId !== practiceId) return err(noClient)
        about(clientId)
        if (client.accountEmail !== undefined) return err(hasAccount)
        if (byMail && client.contactEmail === null) return err(noAddress)
        const codes = createOneTimeStore(tx, oneTime, clock.now())
        await codes.endOpen(['invite'], { clientId })
        const secret = oneTime.newSecret()
        // Only what was sent to an address alone proves it; a link that staff also see does not.
        const id = await codes.create('invite', { clientId, createdBy: actor.accountId }, secret)
        const link = `${deps.origin()}/register#${linkText(id, secret)}`
        if (byMail && client.contactEmail !== null)
          await mail(tx, deps, accountMail('invite', client.contactEmail, link))
        return ok({ link, expiresAt: clock.now() + GOOD_FOR.invite, mailed: byMail })
      }),

    /** Ends the lock after failed sign-ins: the front desk for clients, an admin for colleagues too. */
    unlock: (actor: Actor, accountId: string, caller: Caller): Answer<null> =>
      asStaff(actor, caller, 'account.unlock', OFFICE, async (tx, practiceId, about) => {
        const account = await createAccountStore(tx).byId(accountId)
        const isClients = account?.role === 'client' || account?.role === 'proxy'
        if (account?.practiceId !== practiceId || (!isClients && actor.role !== 'admin'))
          return err(noAccount)
        about(account.clientId, account.id)
        await createAuthTransactor(tx).clearFailures(throttleKey(account.email))
        return ok(null)
      }),

    team: (actor: Actor, caller: Caller) =>
      asStaff(actor, caller, 'account.list', ['admin'], async (tx, practiceId) => {
        const store = createStaffAccountsStore(tx)
        const rows = await store.team(practiceId)
        const locked = await store.locked(
          rows.map(({ email }) => throttleKey(email)),
          clock.now(),
        )
        return ok({
          items: rows.map(({ id, name, email, role, passwordHash }) => ({
            id,
            name,
            email,
            role: role as StaffRole,
            state: locked.has(throttleKey(email))
              ? ('locked' as const)
              : passwordHash === NO_PASSWORD
                ? ('invited' as const)
                : ('active' as const),
          })),
        })
      }),

    /** Everywhere at once: a lost laptop, a password that was seen. Nothing else changes. */
    signOutColleague: async (actor: Actor, accountId: string, caller: Caller): Answer<null> => {
      const ended = await asStaff(
        actor,
        caller,
        'account.sign-out-staff',
        ['admin'],
        async (tx, practiceId, about) => {
          const colleague = await createStaffAccountsStore(tx).staff(accountId)
          if (colleague?.practiceId !== practiceId || !STAFF.includes(colleague.role)) return err(noAccount)
          about(null, accountId)
          return ok(await createAccountStore(tx).endSessions(accountId, 'signed_out_by_admin', clock.now()))
        },
      )
      if (!ended.ok) return ended
      for (const session of ended.value) deps.onSessionEnd(session)
      return ok(null)
    },

    /** For good, with every session. Nobody closes their own, and two who close each other queue: an admin stays. */
    closeColleague: async (actor: Actor, accountId: string, caller: Caller): Answer<null> => {
      const ended = await asStaff(
        actor,
        caller,
        'account.close-staff',
        ['admin'],
        async (tx, practiceId, about) => {
          if (accountId === actor.accountId) return err(ownAccount)
          const store = createStaffAccountsStore(tx)
          await store.lockTeam(practiceId)
          if ((await store.staff(actor.accountId))?.role !== 'admin') return err(notYours)
          const colleague = await store.staff(accountId)
          if (colleague?.practiceId !== practiceId || !STAFF.includes(colleague.role)) return err(noAccount)
          about(null, accountId)
          const now = clock.now()
          const accounts = createAccountStore(tx)
          await accounts.close(accountId, now)
          await createOneTimeStore(tx, oneTime, now).endOpen(['set-password', 'reset-password'], {
            accountId,
          })
          return ok(await accounts.endSessions(accountId, 'account_closed', now))
        },
      )
      if (!ended.ok) return ended
      for (const session of ended.value) deps.onSessionEnd(session)
      return ok(null)
    },

    /** The colleague gets a link by mail and chooses a password: nobody else ever knows one. */
    addColleague: (
      actor: Actor,
      colleague: { readonly name: string; readonly email: string; readonly role: StaffRole },
      caller: Caller,
    ): Answer<{ readonly id: string }> =>
      asStaff(actor, caller, 'account.create-staff', ['admin'], async (tx, practiceId, about) => {
        const made = await addStaffAccount(tx, deps, { ...colleague, practiceId })
        if (made.ok) about(null, made.value.id)
        // The link is for the colleague alone.
        return made.ok ? ok({ id: made.value.id }) : made
      }),
  }
}

/** Also for the first admin of a practice, who nobody else can add. `link`: for somebody who is not written to. */
export async function addStaffAccount(
  tx: Transaction,
  deps: Pick<AccountDeps, 'clock' | 'oneTime' | 'outbox' | 'origin'>,
  {
    byMail = true,
    ...colleague
  }: { name: string; email: string; role: StaffRole; practiceId: string; byMail?: boolean },
): Answer<{ readonly id: string; readonly link: string }> {
  const now = deps.clock.now()
  const email = colleague.email.trim().toLowerCase()
  const made = { ...colleague, email, passwordHash: NO_PASSWORD, emailVerified: false, now }
  const accountId = await createAccountStore(tx).create(made)
  if (accountId === undefined) return err(taken)
  const secret = deps.oneTime.newSecret()
  const codes = createOneTimeStore(tx, deps.oneTime, now)
  const id = await codes.create('set-password', { accountId }, secret)
  const link = `${deps.origin()}/reset-password#${linkText(id, secret)}`
  if (byMail) await mail(tx, deps, accountMail('setPassword', email, link))
  return ok({ id: accountId, link })
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const positionText = ({ name, clientId }: ClientPosition) =>
  Buffer.from(JSON.stringify([name, clientId])).toString('base64url')

function parsePosition(cursor: string): ClientPosition | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    const [name, clientId] = Array.isArray(value) ? (value as unknown[]) : []
    const isSound = typeof name === 'string' && !/[\p{Cs}\0]/u.test(name) && UUID.test(String(clientId))
    return isSound ? { name, clientId: String(clientId) } : null
  } catch {
    return null
  }
}
