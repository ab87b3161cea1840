/**
 * A client's account as the office has it before it: the ledger, and what the office does about it: adjusting a statement
 * with a reason that the client reads, and paying back. SPEC: shared/domains/billing/SPEC.md, B4, B8 and B10.
 */
import type { Payment, Statement } from '../../../shared/domains/billing/schema.ts'
import type { Clock } from '../../../shared/kernel/clock.ts'
import type { Json } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { COLLECTIONS } from '../../../shared/protocol/collections.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { Database } from '../../platform/database.ts'
import type { Actor } from '../../replication/actor.ts'
import type { Replication } from '../../replication/replication.ts'
import { type Revised, revised } from '../../replication/revised.ts'
import { readClientName } from '../../replication/staff-member-store.ts'
import { type Entry, readBalances, readBySource, readEntries } from './ledger-store.ts'
import { addRefund, findAttempt, readRefunds, readTaken } from './payment-store.ts'
import { PAYMENTS_OFF, SERVICE_AWAY } from './payments.ts'
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
  /** The newest first. */
  readonly entries: readonly Entry[]
  /** Payments that can be paid back from here: those that the payment service took. */
  readonly refundable: readonly string[]
}
export interface Adjustment {
  readonly statementId: string
  readonly amount: number
  readonly reason: string
}

export const OFFICE = ['front-desk', 'admin'] as const
const SHOWN = 100
const NO_STATEMENT = refusal('not_found', 'There is no such statement.')
const NO_PAYMENT = refusal('not_found', 'There is no such payment.')
const VOID = refusal('wrong_state', 'This statement does not count any more. Nothing was changed.')
const BELOW = refusal('invalid_document', 'That is more than is left to pay. Nothing was changed.')
const OTHER = refusal('already_exists', 'Something else was done with this Idempotency-Key.')
const NOT_TAKEN = refusal(
  'wrong_state',
  'Nothing was taken with this payment over the portal. Nothing was paid back.',
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
}

export function createStaffBilling({ replication, clock, provider, settlement }: Deps) {
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
        const payments = await readPaymentIds(tx, clientId, { limit: SHOWN })
        return ok({
          clientName: await readClientName(tx, clientId),
          balances: await readBalances(tx, clientId),
          statements: (await documents('billing', statements?.ids ?? [])).map((each) =>
            revised<Statement>(each),
          ),
          payments: (await documents('billing', payments?.ids ?? [])).map((each) => revised<Payment>(each)),
          entries: await readEntries(tx, clientId, SHOWN),
          refundable: provider === undefined ? [] : await readTaken(tx, clientId, payments?.ids ?? []),
        })
      },
    })

  return {
    account,

    async adjust(
      actor: Actor,
      clientId: string,
      id: string,
      { statementId, amount, reason }: Adjustment,
    ): Answer<Account> {
      const source = `adjustment:${id}`
      const done = await replication.commit<null>({
        actor,
        clientId,
        action: 'staff.adjust',
        permit: OFFICE,
        onDevice: false,
        async run({ work }) {
          const stored = await work.load('billing', statementId)
          if (stored === undefined || stored.deleted || stored.body.type !== 'statement')
            return err(NO_STATEMENT)
          const [before] = await readBySource(work.scope.tx, clientId, source)
          if (before !== undefined)
            return before.amount === amount && before.statementId === statementId ? ok(null) : err(OTHER)
          await openAccount(work, stored)
          const { status, balance, currency, adjustments = [] } = stored.body as unknown as Statement
          if (status === 'void') return err(VOID)
          if (balance + amount < 0 && amount < 0) return err(BELOW)
          const made = { id, at: work.receivedAt, amount, reason }
          await post(
            work,
            [
              {
                source,
                kind: 'adjustment',
                origin: 'staff',
                statementId,
                amount,
                currency,
                accountId: actor.accountId,
              },
            ],
            { adjustments: [...adjustments, made] as unknown as Json },
          )
          return ok(null)
        },
      })
      return done.ok ? account(actor, clientId) : done
    },

    /** At the payment service; the ledger follows when the service says that it was done. */
    async refund(
      actor: Actor,
      clientId: string,
      id: string,
      { paymentId, amount }: { readonly paymentId: string; readonly amount: number },
    ): Answer<Account> {
      if (provider === undefined) return err(PAYMENTS_OFF)
      const decided = await replication.commit<string>({
        actor,
        clientId,
        action: 'staff.refund',
        permit: OFFICE,
        onDevice: false,
        async run({ work, audit }) {
          const { scope } = work
          const stored = await work.load('billing', paymentId)
          if (stored?.body.type !== 'payment') return err(NO_PAYMENT)
          const attempt = await findAttempt(scope.tx, { payment: paymentId })
          if (attempt?.clientId !== clientId || attempt.state !== 'succeeded' || attempt.intentId === null)
            return err(NOT_TAKEN)
          const refunds = await readRefunds(scope.tx, clientId, paymentId)
          const before = refunds.find((each) => each.id === id)
          if (before !== undefined) return before.amount === amount ? ok(attempt.intentId) : err(OTHER)
          const spent = refunds.reduce((sum, each) => sum + (each.state === 'failed' ? 0 : each.amount), 0)
          if (spent + amount > attempt.amount) return err(TOO_MUCH)
          await addRefund(scope.tx, {
            id,
            clientId,
            paymentId,
            amount,
            accountId: actor.accountId,
            now: clock.now(),
          })
          audit({
            action: 'staff.refund',
            outcome: 'allowed',
            collection: COLLECTIONS.billing.number,
            documentId: paymentId,
          })
          return ok(attempt.intentId)
        },
      })
      if (!decided.ok) return decided
      try {
        await provider.refund({ id, intentId: decided.value.value, amount })
        await settlement.settle(provider, { payment: paymentId })
      } catch (error) {
        if (!(error instanceof ProviderUnavailable)) throw error
        return err(SERVICE_AWAY)
      }
      return account(actor, clientId)
    },
  }
}
export type StaffBilling = ReturnType<typeof createStaffBilling>
