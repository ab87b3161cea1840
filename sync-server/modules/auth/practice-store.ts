/** A practice and its first admin, whom nobody else can add. SPEC: SPEC-accounts.md, L22. */
import { randomUUID } from 'node:crypto'
import type { Result } from '../../../shared/kernel/result.ts'
import { err, ok } from '../../../shared/kernel/result.ts'
import type { Refusal } from '../../../shared/protocol/errors.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import type { Database, Transaction } from '../../platform/database.ts'
import type { AccountDeps } from './account-deps.ts'
import { auditRow } from './audit.ts'
import { addStaffAccount } from './staff-accounts.ts'

export interface NewPractice {
  readonly name: string
  readonly timeZone: string
  readonly phone: string
  readonly admin: { readonly name: string; readonly email: string }
  /** Forms that every practice begins with. */
  readonly publishForms: (tx: Transaction, practiceId: string) => Promise<void>
  /** False: the link is given back instead. */
  readonly byMail: boolean
}

class Refused extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(refusal.detail)
    this.refusal = refusal
  }
}

export async function createPractice(
  database: Database,
  deps: Pick<AccountDeps, 'clock' | 'oneTime' | 'outbox' | 'origin'>,
  { admin, publishForms, byMail, ...practice }: NewPractice,
): Promise<Result<{ readonly practiceId: string; readonly link: string }, Refusal>> {
  const practiceId = randomUUID()
  try {
    return await database.transaction(async (tx) => {
      await tx.practice.create({ data: { id: practiceId, ...practice } })
      await publishForms(tx, practiceId)
      const made = await addStaffAccount(tx, deps, { ...admin, role: 'admin', practiceId, byMail })
      // Thrown, so that no practice stays behind without an admin.
      if (!made.ok) throw new Refused(made.error)
      const caller = { ip: 'local', userAgent: 'practice:create' }
      const account = { id: made.value.id, role: 'admin', clientId: null, practiceId }
      await appendAudit(tx, [auditRow(caller, deps.clock.now(), { action: 'account.create-staff', account })])
      return ok({ practiceId, link: made.value.link })
    })
  } catch (error) {
    if (error instanceof Refused) return err(error.refusal)
    throw error
  }
}
