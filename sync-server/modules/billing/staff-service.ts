/**
 * A client's account as the office has it before it: the ledger, and what the office does about it: adjusting a statement
 * with a reason that the client reads, and paying back. SPEC: shared/domains/billing/SPEC.md, B4, B8 and B10.
 */
import { MOST_LINES, MOST_MONEY } from '../../../shared/domains/billing/limits.ts'
import type { Payment, Statement } from '../../../shared/domains/billing/schema.ts'
import type { Clock } from '../../../shared/kernel/clock.ts'
import type { Json } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { COLLECTIONS } from '../../../shared/protocol/collections.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { Database, SqlTransaction } from '../../platform/database.ts'
import { type ListPosition, parsePosition, positionText } from '../../platform/list-position.ts'
import type { Actor } from '../../replication/actor.ts'
import type { CommitSession } from '../../replication/commit.ts'
import type { Replication } from '../../replication/replication.ts'
import { badCursor, type Revised, revised } from '../../replication/revised.ts'
import { readClientName } from '../../replication/staff-member-store.ts'
import type { WorkingSet } from '../../replication/working-set.ts'
import { type DeskPayment, giveBackAtDesk, OFFICE, recordAtDesk, TOO_MANY } from './desk-payments.ts'
import { type Entry, readBalances, readBySource, readEntries } from './ledger-store.ts'
import { addRefund, findAttempt, readRefunds, readTaken } from './payment-store.ts'
import { PAYMENTS_OFF, type Payments, SERVICE_AWAY } from './payments.ts'
import { NO_STATEMENT } from './price.ts'
import { type PaymentProvider, ProviderUnavailable } from './provider.ts'
import { readPaymentIds, readStatementIds } from './reader.ts'
import type { Settlement } from './settle.ts'
import { openAccount, post } from './statement-account.ts'

type Answer<T> = Promise<Result<T, Refusal>>
export interface Account {
  readonly clientName: string
  readonly balances: readonly { readonly currency: string; readonly amount: number }[]
  readonly statements: readonly Revised<Statement>[]
  readonly payments: readonly Revised<Payment>[]
  /** The newest first; those before them are asked for by `next`. */
  readonly entries: readonly Entry[]
  readonly next: string | null
  /** Payments that can be paid back from here: those that the payment service took, and those that the office took. */
  readonly refundable: readonly string[]
}
export interface Adjustment {
  readonly statementId: string
  readonly amount: number
  readonly reason: string
}

const SHOWN = 100
const NO_PAYMENT = refusal('not_found', 'There is no such payment.')
const VOID = refusal('wrong_state', 'This statement does not count any more. Nothing was changed.')
const BELOW = refusal('invalid_document', 'That is more than is left to pay. Nothing was changed.')
const BEYOND = refusal('invalid_document', 'That is more than a statement can hold. Nothing was changed.')
const OTHER = refusal('already_exists', 'Something else was done with this Idempotency-Key.')
const NOT_TAKEN = refusal(
  'wrong_state',
  'Nothing was taken with this payment over the portal. Nothing was paid back.',
)
const NOT_AGREED = refusal(
  'wrong_state',
  'The payment service does not pay this back. Nothing was paid back.',
)
const TOO_MUCH = refusal(
  'invalid_document',
  'That is more than is left of this payment. Nothing was paid back.',
)

interface Deps {
  readonly database: Database
  readonly replication: Replication
  readonly clock: Clock
  readonly provider: PaymentProvider | undefined
  readonly settlement: Settlement
  readonly payments: Pick<Payments, 'end'>
}

export function createStaffBilling({ replication, clock, provider, settlement, payments }: Deps) {
  const account = (actor: Actor, clientId: string): Answer<Account> =>
    replication.read<Account>({
      actor,
      clientId,
      action: 'staff.billing',
      permit: OFFICE,
      onDevice: false,
      describe: ({ entries }) => ({ collection: COLLECTIONS.billing.number, count: entries.length }),
      async run({ scope: { tx }, documents }) {
        const statements = await readStatementIds(tx, clientId, { limit: SHOWN })
        const paid = await readPaymentIds(tx, clientId, { limit: SHOWN })
        const shown = await documents('billing', paid?.ids ?? [])
        const taken = provider === undefined ? [] : await readTaken(tx, clientId, paid?.ids ?? [])
        return ok({
          clientName: await readClientName(tx, clientId),
          balances: await readBalances(tx, clientId),
          statements: (await documents('billing', statements?.ids ?? [])).map((each) =>
            revised<Statement>(each),
          ),
          payments: shown.map((each) => revised<Payment>(each)),
          ...(await entriesOf(tx, clientId, undefined)),
          refundable: shown.flatMap(({ id, body }) =>
            body.desk !== undefined || taken.includes(id) ? [id] : [],
          ),
        })
      },
    })

  return {
    account,

    /** The ledger further back than an account shows it. */
    entries: (actor: Actor, clientId: string, cursor: string): Answer<Pick<Account, 'entries' | 'next'>> =>
      replication.read({
        ...{ actor, clientId, action: 'staff.billing', permit: OFFICE, onDevice: false },
        describe: ({ entries }) => ({ collection: COLLECTIONS.billing.number, count: entries.length }),
        async run({ scope: { tx } }) {
          const after = parsePosition(cursor)
          return after === undefined ? err(badCursor) : ok(await entriesOf(tx, clientId, after))
        },
      }),

    async adjust(
      actor: Actor,
      clientId: string,
      id: string,
      { statementId, amount, reason }: Adjustment,
    ): Answer<Account> {
      const done = await replication.commit<null>({
        actor,
        clientId,
        action: 'staff.adjust',
        permit: OFFICE,
        onDevice: false,
        run: ({ work }) => adjustIn(work, actor, id, { statementId, amount, reason }),
      })
      return done.ok ? account(actor, clientId) : done
    },

    async record(actor: Actor, clientId: string, id: string, given: DeskPayment): Answer<Account> {
      const done = await recordAtDesk({ replication, payments }, actor, clientId, id, given)
      return done.ok ? account(actor, clientId) : done
    },

    /**
     * At the payment service, and the ledger follows when the service says that it was done; of what the office took itself,
     * at once.
     */
    async refund(
      actor: Actor,
      clientId: string,
      id: string,
      { paymentId, amount }: { readonly paymentId: string; readonly amount: number },
    ): Answer<Account> {
      const wish = { id, paymentId, amount }
      const decided = await replication.commit<string | null>({
        actor,
        clientId,
        action: 'staff.refund',
        permit: OFFICE,
        onDevice: false,
        run: (session) => decideIn(session, actor, wish, { isOff: provider === undefined, now: clock.now() }),
      })
      if (!decided.ok) return decided
      const intentId = decided.value.value
      if (intentId === null || provider === undefined) return account(actor, clientId)
      try {
        const isTaken = await provider.refund({ id, intentId, amount })
        const settled = await settlement.settle(provider, { payment: paymentId })
        if (!isTaken) {
          if (settled !== undefined) await settlement.dropRefund(settled.attempt, id)
          return err(NOT_AGREED)
        }
      } catch (error) {
        if (!(error instanceof ProviderUnavailable)) throw error
        return err(SERVICE_AWAY)
      }
      return account(actor, clientId)
    },
  }
}

async function entriesOf(tx: SqlTransaction, clientId: string, after: ListPosition | undefined) {
  const found = await readEntries(tx, clientId, { limit: SHOWN + 1, after })
  const entries = found.slice(0, SHOWN)
  const last = entries.at(-1)
  const next = found.length > SHOWN && last ? positionText({ at: last.at.getTime(), id: last.id }) : null
  return { entries, next }
}

async function adjustIn(
  work: WorkingSet,
  { accountId }: Actor,
  id: string,
  { statementId, amount, reason }: Adjustment,
): Answer<null> {
  const { tx, clientId } = work.scope
  const source = `adjustment:${id}`
  const stored = await work.load('billing', statementId)
  if (stored === undefined || stored.deleted || stored.body.type !== 'statement') return err(NO_STATEMENT)
  const [before] = await readBySource(tx, clientId, source)
  if (before !== undefined)
    return before.amount === amount && before.statementId === statementId ? ok(null) : err(OTHER)
  await openAccount(work, stored)
  const { status, balance, paid = 0, currency, adjustments = [] } = stored.body as unknown as Statement
  if (status === 'void') return err(VOID)
  if (balance + amount < 0 && amount < 0) return err(BELOW)
  // With what was paid: that may go back, and is left to pay again.
  if (balance + paid + amount > MOST_MONEY || adjustments.length >= MOST_LINES) return err(BEYOND)
  const made = { id, at: work.receivedAt, amount, reason }
  await post(
    work,
    [{ source, kind: 'adjustment', origin: 'staff', statementId, amount, currency, accountId }],
    { adjustments: [...adjustments, made] as unknown as Json },
  )
  return ok(null)
}

interface RefundWish {
  readonly id: string
  readonly paymentId: string
  /** Minor units. */
  readonly amount: number
}
/** Under which name the payment service is to pay it back; null where that was done here and now. */
async function decideIn(
  session: CommitSession,
  actor: Actor,
  { id, paymentId, amount }: RefundWish,
  { isOff, now }: { readonly isOff: boolean; readonly now: number },
): Answer<string | null> {
  const { work, audit } = session
  const { tx, clientId } = work.scope
  const stored = await work.load('billing', paymentId)
  const payment =
    stored?.body.type === 'payment' ? ({ ...stored.body, id: paymentId } as unknown as Payment) : undefined
  const about = { collection: COLLECTIONS.billing.number, documentId: paymentId }
  if (payment?.desk !== undefined) {
    const done = await giveBackAtDesk(session, actor, id, { payment, amount })
    if (done.ok) audit({ action: 'staff.refund', outcome: 'allowed', ...about })
    return done
  }
  if (isOff) return err(PAYMENTS_OFF)
  if (payment === undefined) return err(NO_PAYMENT)
  const attempt = await findAttempt(tx, { payment: paymentId })
  if (attempt?.clientId !== clientId || attempt.state !== 'succeeded' || attempt.intentId === null)
    return err(NOT_TAKEN)
  const refunds = await readRefunds(tx, clientId, paymentId)
  const before = refunds.find((each) => each.id === id)
  if (before !== undefined) return before.amount === amount ? ok(attempt.intentId) : err(OTHER)
  if (refunds.length >= MOST_LINES) return err(TOO_MANY)
  const spent = refunds.reduce((sum, each) => sum + (each.state === 'failed' ? 0 : each.amount), 0)
  if (spent + takenBack(payment) + amount > attempt.amount) return err(TOO_MUCH)
  await addRefund(tx, { id, clientId, paymentId, amount, accountId: actor.accountId, now })
  audit({ action: 'staff.refund', outcome: 'allowed', ...about })
  return ok(attempt.intentId)
}

/** What the payer's bank has taken back of it, for now or for good. */
const takenBack = ({ disputes = [] }: Payment): number =>
  disputes.reduce((sum, { state, amount }) => sum + (state === 'open' || state === 'lost' ? amount : 0), 0)

export type StaffBilling = ReturnType<typeof createStaffBilling>
