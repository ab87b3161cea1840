/**
 * Payments that the office took itself, in cash, by check, by a card of its own terminal or by a transfer: written down with
 * a receipt like those that were made over the portal, and taken back where that was a mistake or the money was given back.
 * SPEC: shared/domains/billing/SPEC.md, B14.
 */
import { openedShares } from '../../../shared/domains/billing/ledger.ts'
import { MOST_LINES } from '../../../shared/domains/billing/limits.ts'
import type { Payment } from '../../../shared/domains/billing/schema.ts'
import type { Json } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { COLLECTIONS } from '../../../shared/protocol/collections.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { Actor } from '../../replication/actor.ts'
import type { CommitSession } from '../../replication/commit.ts'
import type { Replication } from '../../replication/replication.ts'
import { readBySource, readGoneBack } from './ledger-store.ts'
import { changePayment, editBilling, receiptNumber } from './payment-document.ts'
import { type Attempt, findOpenAttempts } from './payment-store.ts'
import type { Payments } from './payments.ts'
import { priceOf, UNDER_WAY } from './price.ts'
import { post } from './statement-account.ts'

type Answer<T> = Promise<Result<T, Refusal>>
type Desk = NonNullable<Payment['desk']>
export interface DeskPayment extends Desk {
  readonly statementId: string
  /** Minor units of the statement's currency. */
  readonly amount: number
}

export const OFFICE = ['front-desk', 'admin'] as const
const ROUNDS = 3
const OTHER = refusal('already_exists', 'Something else was done with this Idempotency-Key.')
export const TOO_MANY = refusal(
  'wrong_state',
  'So many parts of this payment went back already. Nothing was paid back.',
)
const TOO_MUCH = refusal(
  'invalid_document',
  'That is more than is left of this payment. Nothing was paid back.',
)

/** Writes it down under this id; the statements over which a payment is open at the payment service are given back first. */
export async function recordAtDesk(
  { replication, payments }: { readonly replication: Replication; readonly payments: Pick<Payments, 'end'> },
  actor: Actor,
  clientId: string,
  id: string,
  given: DeskPayment,
): Answer<null> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const done = await replication.commit<readonly Attempt[]>({
      actor,
      clientId,
      action: 'staff.payment',
      permit: OFFICE,
      onDevice: false,
      run: (session) => recordIn(session, actor, id, given),
    })
    if (!done.ok) return done
    const open = done.value.value
    if (open.length === 0) return ok(null)
    const ended = await payments.end(open)
    if (!ended.ok) return ended
  }
  return err(UNDER_WAY)
}

/** The payments that are still open for the statement: then nothing was written. */
async function recordIn(
  session: CommitSession,
  actor: Actor,
  id: string,
  { statementId, amount, how, reference }: DeskPayment,
): Answer<readonly Attempt[]> {
  const { tx, clientId } = session.work.scope
  const source = `payment:${id}:${statementId}`
  const known = await session.work.load('billing', id)
  if (known !== undefined) {
    const [entry] = await readBySource(tx, clientId, source)
    const { desk } = known.body as unknown as Payment
    const isSame = entry?.amount === -amount && desk?.how === how && desk.reference === reference
    return isSame ? ok([]) : err(OTHER)
  }
  const priced = await priceOf(session, [{ statementId, amount }])
  if (!priced.ok) return priced
  const open = await findOpenAttempts(tx, clientId, [statementId])
  if (open.length > 0) return ok(open)
  const { currency, numbers } = priced.value
  const common = { statementId, paymentId: id, currency, accountId: actor.accountId }
  const payment: Omit<Payment, 'id' | 'updatedAt'> = {
    ...{ type: 'payment', statementId, amount, currency, method: '', status: 'succeeded' },
    shares: [{ statementId, amount, number: numbers.get(statementId) ?? '' }],
    desk: { how, ...(reference !== undefined && { reference }) },
    number: receiptNumber(id),
    paidAt: session.work.receivedAt,
  }
  // Before the document, which would book it as one from elsewhere; what throws takes the entry back.
  await post(session.work, [{ ...common, source, kind: 'payment', origin: 'staff', amount: -amount }])
  const written = await editBilling(session, id, 0, payment as unknown as Record<string, Json>)
  if (!written.ok) throw new Error(`a payment of the office was not written: ${written.error.code}`)
  session.audit({
    action: 'staff.payment',
    outcome: 'allowed',
    collection: COLLECTIONS.billing.number,
    documentId: id,
  })
  return ok([])
}

/** Of one that the office took: at once, for nobody else has to do it. */
export async function giveBackAtDesk(
  session: CommitSession,
  actor: Actor,
  id: string,
  { payment, amount }: { readonly payment: Payment; readonly amount: number },
): Answer<null> {
  const { work } = session
  const { tx, clientId } = work.scope
  const { refunds = [], shares = [], currency } = payment
  const before = refunds.find((each) => each.id === id)
  if (before !== undefined) return before.amount === amount ? ok(null) : err(OTHER)
  if (refunds.length >= MOST_LINES) return err(TOO_MANY)
  const spent = refunds.reduce((sum, each) => sum + each.amount, 0)
  if (spent + amount > payment.amount) return err(TOO_MUCH)
  const parts = openedShares(shares, await readGoneBack(tx, clientId, payment.id), amount)
  await post(
    work,
    parts.map((part, place) => ({
      ...{ ...part, source: `refund:${id}:${place}`, kind: 'refund', origin: 'staff' },
      ...{ paymentId: payment.id, currency, accountId: actor.accountId },
    })),
  )
  await changePayment(session, payment.id, {
    status: spent + amount === payment.amount ? 'refunded' : 'succeeded',
    refunds: [...refunds, { id, at: work.receivedAt, amount }],
  })
  return ok(null)
}
