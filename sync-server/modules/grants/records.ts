/**
 * The side of whoever looks after a record: which they may open, and accepting an invitation. A link proves nothing without
 * the day of birth, and counts only for the account with the address it went to. SPEC: ../auth/SPEC-accounts.md, L23.
 */
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { refusal } from '../../../shared/protocol/errors.ts'
import type { DelayedRefusal } from '../../http/problem.ts'
import { NO_CLIENT } from '../../platform/audit-chain.ts'
import { appendAudit, appendToRecord } from '../../platform/audit-store.ts'
import type { Transaction } from '../../platform/database.ts'
import type { Actor } from '../../replication/actor.ts'
import { auditOf } from '../../replication/commit.ts'
import { lockHead } from '../../replication/head-store.ts'
import { createGrantStore } from './grant-store.ts'
import type { Invitations, Proof } from './invitations.ts'
import { type Access, accessOf, type GrantDeps, termsText } from './service.ts'

type Answer<T> = Promise<Result<T, DelayedRefusal>>

export interface OpenRecord extends Access {
  readonly client: string
  readonly name: string
  readonly own: boolean
  readonly generation: number
}

const wrongLink = refusal(
  'wrong_code',
  'The link or the date of birth is not right, or the invitation is no longer good.',
)
const otherAddress = refusal(
  'wrong_state',
  'This invitation went to another address than the one you sign in with. Ask for one to your address.',
)

export type RecordsService = ReturnType<typeof createRecordsService>

export function createRecordsService({ database, clock, invitations, limits, onChanged }: GrantDeps) {
  return {
    /** The records this account may open, its own first. Names alone: opening one is audited by itself. */
    list: (actor: Actor): Answer<{ readonly items: readonly OpenRecord[] }> =>
      database.transaction(async (tx) => {
        const store = createGrantStore(tx, clock.now())
        const own = actor.ownClientId === undefined ? undefined : await store.client(actor.ownClientId)
        const first =
          own === undefined || actor.ownClientId === undefined
            ? []
            : [
                {
                  client: actor.ownClientId,
                  name: own.name,
                  own: true,
                  generation: 0,
                  scopes: {},
                  until: null,
                },
              ]
        const granted = (await store.records(actor.accountId)).map((row) => ({
          client: row.clientId,
          name: row.clientName,
          own: false,
          generation: row.generation,
          ...accessOf(row),
        }))
        const part = { action: 'access.records', outcome: 'allowed', count: granted.length } as const
        await appendAudit(tx, [auditOf(actor, NO_CLIENT, clock.now(), part)])
        return ok({ items: [...first, ...granted] })
      }),

    /** By somebody who has an account and is signed in. */
    async accept(actor: Actor, proof: Proof): Answer<{ readonly client: string }> {
      const limited = await limits.accountProof(actor.ip)
      if (limited !== undefined) return err(limited)
      const accepted = await database.transaction(async (tx): Answer<{ client: string }> => {
        const now = clock.now()
        const store = createGrantStore(tx, now)
        const proved = await invitations.prove(tx, proof)
        const account = await store.account(actor.accountId)
        const { clientId, invitationId } = proved ?? {}
        const open =
          clientId !== undefined && invitationId !== undefined
            ? await store.invitation(clientId, invitationId)
            : undefined
        if (open === undefined || account === undefined || clientId === undefined) {
          const part = { action: 'access.accept', outcome: 'denied', reason: wrongLink.code } as const
          await appendAudit(tx, [auditOf(actor, clientId ?? NO_CLIENT, now, part)])
          return err(wrongLink)
        }
        const isTheirs = account.email === open.email && account.clientId !== clientId
        if (!isTheirs || account.practiceId !== (await store.practiceOf(clientId))) {
          const part = { action: 'access.accept', outcome: 'denied', reason: otherAddress.code } as const
          await appendToRecord(tx, auditOf(actor, clientId, now, part))
          return err(otherAddress)
        }
        await acceptInvitation(tx, invitations, now, actor, { clientId, invitationId: open.id })
        return ok({ client: clientId })
      })
      if (accepted.ok)
        onChanged({ accountId: actor.accountId, clientId: accepted.value.client, ended: undefined })
      invitations.nudge()
      return accepted
    },
  }
}

/** In the transaction that proved who accepts; false when the invitation is not open any more. */
export async function acceptInvitation(
  tx: Transaction,
  links: Pick<Invitations, 'withdraw'>,
  now: number,
  actor: Actor,
  { clientId, invitationId }: { readonly clientId: string; readonly invitationId: string },
): Promise<boolean> {
  await lockHead(tx, clientId)
  const store = createGrantStore(tx, now)
  const open = await store.invitation(clientId, invitationId)
  if (open === undefined || !(await store.endInvitation(clientId, invitationId, actor.accountId)))
    return false
  await links.withdraw(tx, invitationId)
  await store.put(clientId, actor.accountId, open, open.createdBy)
  const reason = `invitation ${invitationId}: ${termsText(open)}`
  await appendToRecord(
    tx,
    auditOf(actor, clientId, now, { action: 'access.accept', outcome: 'allowed', reason }),
  )
  return true
}
