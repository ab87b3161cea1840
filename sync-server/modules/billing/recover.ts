/**
 * Payments that the service has and the database does not: it was put back to a time before them. They are begun again
 * here, under their ids, and booked like any other. SPEC: shared/domains/billing/SPEC.md, B15.
 */
import type { Payment, Statement } from '../../../shared/domains/billing/schema.ts'
import { ok } from '../../../shared/kernel/result.ts'
import type { Database } from '../../platform/database.ts'
import type { CommitSession } from '../../replication/commit.ts'
import { addAttempt, findAttempt, readLivingPractice, setReference } from './payment-store.ts'
import type { PaymentProvider, TakenPayment } from './provider.ts'
import { type Settlement, writeBegun } from './settle.ts'

interface Deps {
  readonly database: Database
  readonly provider: PaymentProvider
  readonly settlement: Settlement
}

/** How many were found, of those that were begun since `at`, ms. */
export async function recoverPayments({ database, provider, settlement }: Deps, at: number): Promise<number> {
  let found = 0
  for (const taken of await provider.takenSince(at)) {
    if ((await settlement.find({ payment: taken.id })) !== undefined) continue
    // Of another portal, or of a record that was erased.
    const practiceId = await database.direct((tx) => readLivingPractice(tx, taken))
    const sum = taken.shares.reduce((all, { amount }) => all + amount, 0)
    if (practiceId === undefined || sum !== taken.amount) continue
    await settlement.inItsName({ ...taken, practiceId }, 'billing.recovered', (session) =>
      beginAgain(session, taken, practiceId),
    )
    await settlement.settle(provider, { payment: taken.id })
    found += 1
  }
  return found
}

async function beginAgain(session: CommitSession, taken: TakenPayment, practiceId: string) {
  const { work } = session
  const { tx } = work.scope
  const { id, clientId, accountId, amount, currency, shares, intentId } = taken
  // Another server was faster.
  if ((await findAttempt(tx, { payment: id })) !== undefined) return ok(null)
  const now = work.receivedAt
  const attempt = {
    id,
    clientId,
    accountId,
    practiceId,
    amount,
    currency,
    way: 'checkout',
    methodId: null,
  } as const
  await addAttempt(tx, attempt, shares, { now, checkAt: now })
  await setReference(tx, id, { intentId })
  const named: NonNullable<Payment['shares']> = []
  for (const share of shares) {
    const statement = (await work.load('billing', share.statementId))?.body as Statement | undefined
    named.push({ ...share, number: statement?.number ?? '' })
  }
  const [only] = shares
  const payment: Omit<Payment, 'id' | 'updatedAt'> = {
    ...{ type: 'payment', amount, currency, shares: named, method: '', status: 'pending', paidAt: now },
    ...(shares.length === 1 && only ? { statementId: only.statementId } : {}),
  }
  return writeBegun(session, payment, id)
}
