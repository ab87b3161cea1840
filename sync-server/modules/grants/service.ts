/**
 * Who may see a client's record besides the client and the practice: given, changed and ended by the front desk and
 * admins of the practice, and by clients who are of age for their own. Nobody has access before they have proved that
 * the address is theirs. Everything is in the record's own audit chain, refusals too. SPEC: ../auth/SPEC-accounts.md, L23, L24.
 */
import { endOf, isAdult, latestEnd } from '../../../shared/domains/grants/policy.ts'
import { type Granted, grantedOf, grantTexts } from '../../../shared/domains/grants/scopes.ts'
import type { Clock } from '../../../shared/kernel/clock.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { DelayedRefusal } from '../../http/problem.ts'
import type { RateLimits } from '../../http/rate-limits.ts'
import { appendAudit, appendToRecord } from '../../platform/audit-store.ts'
import type { Database, Transaction } from '../../platform/database.ts'
import type { Actor } from '../../replication/actor.ts'
import { type Permit, readClientAccess } from '../../replication/client-access-store.ts'
import { auditOf, refusedAccess } from '../../replication/commit.ts'
import { lockHead } from '../../replication/head-store.ts'
import { createGrantStore } from './grant-store.ts'
import type { Invitations } from './invitations.ts'

type Answer<T> = Promise<Result<T, DelayedRefusal>>

export interface Access {
  readonly scopes: Granted
  /** ms; null: until it is ended. */
  readonly until: number | null
}
export interface Helper extends Access {
  readonly account: string
  readonly name: string
  readonly email: string
  readonly since: number
}
export interface OpenInvitation extends Access {
  readonly id: string
  readonly name: string
  readonly email: string
  /** Of the link, ms. */
  readonly goodUntil: number
}
export interface People {
  readonly people: readonly Helper[]
  readonly invitations: readonly OpenInvitation[]
  /** May whoever asks give access to this record? */
  readonly mayGive: boolean
  /** When access ends at the latest, ms: the day on which a child comes of age. */
  readonly latestEnd: number | null
}
export interface Invite extends Access {
  readonly name: string
  readonly email: string
}
/** Told after the commit. `generation` of one that ended. */
export interface GrantChange {
  readonly accountId: string
  readonly clientId: string
  readonly ended: number | undefined
}

export interface GrantDeps {
  readonly database: Database
  readonly clock: Clock
  readonly invitations: Invitations
  readonly limits: Pick<RateLimits, 'accountRequest' | 'accountProof'>
  readonly onChanged: (change: GrantChange) => void
}
export type GrantService = ReturnType<typeof createGrantService>

/** The client for the own record; the office for the practice's. */
export const OWN: Permit = ['own']
export const OFFICE: Permit = ['front-desk', 'admin']

const MOST_PEOPLE = 20
const INVITATIONS_PER_HOUR = 10
const HOUR = 3_600_000

const noSuchPerson = refusal('not_found', 'Nobody like that has access to this record.')
const noSuchRecord = refusal('not_found', 'There is no such record.')
const noSuchInvitation = refusal('not_found', 'There is no such invitation.')
const notOfAge = refusal(
  'not_permitted',
  'You can give access yourself from the day you are 18. Until then ask your practice.',
)
const inThePast = refusal('wrong_state', 'The last day lies in the past. Nothing was changed.')
const tooMany = refusal('wrong_state', `At most ${MOST_PEOPLE} people can have access. End one first.`)
const ownAddress = refusal('wrong_state', 'This is the address of the account whose record it is.')
const tooOften: DelayedRefusal = {
  ...refusal('rate_limited', 'Many invitations were sent for this record. Try again in an hour.'),
  retryAfter: 3_600,
}

export function createGrantService({ database, clock, invitations, limits, onChanged }: GrantDeps) {
  interface Session {
    readonly tx: Transaction
    readonly store: ReturnType<typeof createGrantStore>
    readonly now: number
    /** For the trail: which account, which terms. */
    note(text: string): void
  }
  /** In turn with everything else that is done to the record. */
  const onRecord = <T>(
    actor: Actor,
    clientId: string,
    action: string,
    permit: Permit,
    run: (session: Session) => Answer<T>,
  ): Answer<T> =>
    database.transaction(async (tx): Answer<T> => {
      const now = clock.now()
      const access = await readClientAccess(tx, actor, clientId, now)
      const refused = refusedAccess(access, permit, false)
      if (refused !== null) {
        const part = { action, outcome: 'denied', reason: refused.code } as const
        await appendAudit(tx, [auditOf(actor, clientId, now, part)])
        return err(refused)
      }
      await lockHead(tx, clientId)
      let noted: string | undefined
      const note = (text: string) => {
        noted = text
      }
      const done = await run({ tx, store: createGrantStore(tx, now), now, note })
      const part = done.ok
        ? ({ action, outcome: 'allowed', ...(noted !== undefined && { reason: noted }) } as const)
        : ({ action, outcome: 'denied', reason: done.error.code } as const)
      await appendToRecord(tx, auditOf(actor, clientId, now, part))
      return done
    })

  /** What was asked for, as far as it can be given. */
  const termsOf = (
    { scopes, until }: Access,
    { now }: Pick<Session, 'now'>,
    client: { readonly dateOfBirth: string | null },
    permit: Permit,
  ): Result<{ readonly scopes: readonly string[]; readonly expiresAt: Date | null }, Refusal> => {
    if (permit === OWN && !isAdult(client.dateOfBirth, now)) return err(notOfAge)
    const end = endOf(until, client.dateOfBirth, now)
    if (end !== null && end <= now) return err(inThePast)
    return ok({ scopes: grantTexts(scopes), expiresAt: end === null ? null : new Date(end) })
  }
  const clientOf = async (store: Session['store'], clientId: string) => {
    const client = await store.client(clientId)
    if (client === undefined) throw new Error('A record that is open has no client.')
    return client
  }

  return {
    people: (actor: Actor, clientId: string, permit: Permit): Answer<People> =>
      onRecord(actor, clientId, 'access.list', permit, async ({ store, now }) => {
        const { dateOfBirth } = await clientOf(store, clientId)
        const people = (await store.grants(clientId)).map((grant) => ({
          account: grant.accountId,
          name: grant.name,
          email: grant.email,
          since: grant.grantedAt.getTime(),
          ...accessOf(grant),
        }))
        const open = (await store.invitations(clientId)).map(({ id, name, email, goodUntil, ...terms }) => ({
          id,
          name,
          email,
          goodUntil: goodUntil.getTime(),
          ...accessOf(terms),
        }))
        const mayGive = permit !== OWN || isAdult(dateOfBirth, now)
        return ok({ people, invitations: open, mayGive, latestEnd: latestEnd(dateOfBirth, now) })
      }),

    /** The same answer whether there is an account with this address or not. */
    async invite(
      actor: Actor,
      clientId: string,
      permit: Permit,
      given: Invite,
    ): Answer<{ readonly id: string; readonly goodUntil: number }> {
      const limited = await limits.accountRequest(actor.ip)
      if (limited !== undefined) return err(limited)
      const invited = await onRecord(actor, clientId, 'access.invite', permit, async (session) => {
        const { tx, store, now, note } = session
        const client = await clientOf(store, clientId)
        const terms = termsOf(given, session, client, permit)
        if (!terms.ok) return terms
        const email = given.email.trim().toLowerCase()
        const owner = await tx.portalAccount.findFirst({ where: { clientId, closedAt: null } })
        if (owner?.email === email) return err(ownAddress)
        if ((await store.invitedSince(clientId, now - HOUR)) >= INVITATIONS_PER_HOUR) return err(tooOften)
        const open = await store.invitations(clientId)
        // A newer invitation of the same person ends the older.
        for (const old of open.filter((each) => each.email === email)) {
          await store.endInvitation(clientId, old.id)
          await invitations.withdraw(tx, old.id)
        }
        const others = open.filter((each) => each.email !== email).length
        if ((await store.grants(clientId)).length + others >= MOST_PEOPLE) return err(tooMany)
        const goodUntil = new Date(now + invitations.goodFor)
        const by = { createdBy: actor.accountId, goodUntil }
        const id = await store.invite(clientId, { ...terms.value, ...by, name: given.name.trim(), email })
        await invitations.send(tx, { clientId, invitationId: id, email, createdBy: actor.accountId })
        await invitations.tellOwner(tx, clientId)
        note(`invitation ${id}: ${termsText(terms.value)}`)
        return ok({ id, goodUntil: goodUntil.getTime() })
      })
      invitations.nudge()
      return invited
    },

    withdraw: (actor: Actor, clientId: string, permit: Permit, id: string): Answer<null> =>
      onRecord(actor, clientId, 'access.withdraw', permit, async ({ tx, store, note }) => {
        if (!(await store.endInvitation(clientId, id))) return err(noSuchInvitation)
        await invitations.withdraw(tx, id)
        note(`invitation ${id}`)
        return ok(null)
      }),

    async change(
      actor: Actor,
      clientId: string,
      permit: Permit,
      accountId: string,
      given: Access,
    ): Answer<null> {
      const changed = await onRecord(actor, clientId, 'access.change', permit, async (session) => {
        const { tx, store, note } = session
        const there = (await store.grants(clientId)).some((grant) => grant.accountId === accountId)
        if (!there) return err(noSuchPerson)
        const terms = termsOf(given, session, await clientOf(store, clientId), permit)
        if (!terms.ok) return terms
        await store.put(clientId, accountId, terms.value, actor.accountId)
        await invitations.tellOwner(tx, clientId)
        note(`account ${accountId}: ${termsText(terms.value)}`)
        return ok(null)
      })
      if (changed.ok) onChanged({ accountId, clientId, ended: undefined })
      invitations.nudge()
      return changed
    },

    async revoke(actor: Actor, clientId: string, permit: Permit, accountId: string): Answer<null> {
      let ended: number | undefined
      const revoked = await onRecord(actor, clientId, 'access.revoke', permit, async ({ store, note }) => {
        ended = await store.revoke(clientId, accountId, actor.accountId)
        note(`account ${accountId}`)
        return ended === undefined ? err(noSuchPerson) : ok(null)
      })
      if (revoked.ok) onChanged({ accountId, clientId, ended })
      return revoked
    },

    /** Whoever looks after somebody can also stop. */
    async leave(actor: Actor, clientId: string): Answer<null> {
      let ended: number | undefined
      const permit = { needs: 'any' } as const
      const left = await onRecord(actor, clientId, 'access.leave', permit, async ({ store }) => {
        ended = await store.revoke(clientId, actor.accountId, actor.accountId)
        // One's own record is none that one looks after.
        return ended === undefined ? err(noSuchRecord) : ok(null)
      })
      if (left.ok) onChanged({ accountId: actor.accountId, clientId, ended })
      return left
    },
  }
}

export const accessOf = (row: {
  readonly scopes: readonly string[]
  readonly expiresAt: Date | null
}): Access => ({
  scopes: grantedOf(row.scopes),
  until: row.expiresAt?.getTime() ?? null,
})
export const termsText = ({ scopes, expiresAt }: { scopes: readonly string[]; expiresAt: Date | null }) =>
  `${scopes.join(' ')} until ${expiresAt?.toISOString().slice(0, 10) ?? 'it is ended'}`
