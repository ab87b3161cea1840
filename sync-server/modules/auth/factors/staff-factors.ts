/**
 * What the practice does about second factors: whom it asks for one, and taking all of a person's away when phone and
 * codes are gone. The person is told, and the trail says who did it and why. SPEC.md, F11, F12.
 */
import { err, ok, type Result } from '../../../../shared/kernel/result.ts'
import { refusal } from '../../../../shared/protocol/errors.ts'
import type { DelayedRefusal } from '../../../http/problem.ts'
import { appendAudit } from '../../../platform/audit-store.ts'
import type { Transaction } from '../../../platform/database.ts'
import { queueMail } from '../../../platform/mailer.ts'
import type { Role } from '../../../replication/actor.ts'
import { accountMail } from '../account-mails.ts'
import { auditRow, type FactorAction } from '../audit.ts'
import { createAuthReader } from '../reader.ts'
import { createStaffAccountsStore } from '../staff-accounts-store.ts'
import { createFactorsStore } from './factors-store.ts'
import type { Changer, ManageDeps } from './manage.ts'

type Answer<T> = Promise<Result<T, DelayedRefusal>>
export interface SignInPolicy {
  readonly staff: boolean
  readonly clients: boolean
}

const OFFICE: readonly Role[] = ['front-desk', 'admin']
const notYours = refusal('not_permitted', 'Your role does not include this.')
const noAccount = refusal('not_found', 'There is no such account.')
const notSelf = refusal('wrong_state', 'This is your own account: change its factors under Two-step sign-in.')

export function createStaffFactors({ database, clock, outbox }: ManageDeps) {
  /** `about`: whose record the row of the trail belongs to; `reason`: why it was done. */
  const asStaff = async <T>(
    { actor, caller }: Changer,
    action: FactorAction,
    roles: readonly Role[],
    run: (
      tx: Transaction,
      practiceId: string,
      note: (about: { readonly clientId?: string | null; readonly reason?: string }) => void,
    ) => Answer<T>,
  ): Answer<T> => {
    const done = await database.transaction(async (tx): Answer<T> => {
      let about: { readonly clientId?: string | null; readonly reason?: string } = {}
      const staff = await createStaffAccountsStore(tx).staff(actor.accountId)
      const result =
        staff !== undefined && roles.includes(staff.role)
          ? await run(tx, staff.practiceId, (said) => {
              about = said
            })
          : err(notYours)
      const { accountId: id, role, practiceId } = actor
      const account = { id, role, practiceId, clientId: about.clientId ?? null }
      const device = actor.deviceId === null ? {} : { deviceId: actor.deviceId }
      const reason = result.ok ? undefined : result.error.code
      const row = auditRow(caller, clock.now(), { action, account, ...device, ...(reason && { reason }) })
      await appendAudit(tx, [
        about.reason !== undefined && result.ok ? { ...row, reason: about.reason } : row,
      ])
      return result
    })
    outbox.nudge()
    return done
  }

  return {
    policy: async ({ actor }: Pick<Changer, 'actor'>): Promise<SignInPolicy> =>
      createFactorsStore(database.prisma).policy(actor.practiceId),

    setPolicy: (changer: Changer, policy: SignInPolicy): Answer<null> =>
      asStaff(changer, 'mfa.policy', ['admin'], async (tx, practiceId, note) => {
        await createFactorsStore(tx).setPolicy(practiceId, policy)
        const word = (on: boolean) => (on ? 'required' : 'optional')
        note({ reason: `staff ${word(policy.staff)}, clients ${word(policy.clients)}` })
        return ok(null)
      }),

    /** Of a client, by the office; of a colleague, by an admin. */
    reset: (changer: Changer, accountId: string, reason: string): Answer<null> =>
      asStaff(changer, 'mfa.reset', OFFICE, async (tx, practiceId, note): Answer<null> => {
        const account = await createAuthReader(tx).accountById(accountId)
        const isClients = account?.role === 'client' || account?.role === 'proxy'
        const isHere = account?.practiceId === practiceId && !account.closed
        if (!isHere || (!isClients && changer.actor.role !== 'admin')) return err(noAccount)
        if (account.id === changer.actor.accountId) return err(notSelf)
        note({ clientId: account.clientId, reason })
        const store = createFactorsStore(tx)
        await store.lockAccount(account.id)
        await store.removeAll(account.id)
        await store.distrustDevices(account.id)
        await queueMail(outbox, tx, accountMail('factorsReset', account.email))
        return ok(null)
      }),
  }
}
