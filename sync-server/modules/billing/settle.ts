/**
 * What became of a payment: looked up at the payment service, and booked under the lock on the client's head. Whoever asks
 * (a signed message, the payer who came back, a look by ourselves), in whatever order and how often, the same entries
 * result, for each is posted once by its source. SPEC: shared/domains/billing/SPEC.md, B5 to B8.
 */
import { refundShares } from '../../../shared/domains/billing/ledger.ts'
import type { Payment } from '../../../shared/domains/billing/schema.ts'
import type { AccountId } from '../../../shared/kernel/brand.ts'
import type { Clock } from '../../../shared/kernel/clock.ts'
import type { Json } from '../../../shared/kernel/json.ts'
import { ok, type Result } from '../../../shared/kernel/result.ts'
import type { Refusal } from '../../../shared/protocol/errors.ts'
import type { Database } from '../../platform/database.ts'
import type { Actor } from '../../replication/actor.ts'
import { BY_SERVER } from '../../replication/client-access-store.ts'
import type { CommitSession } from '../../replication/commit.ts'
import type { Replication } from '../../replication/replication.ts'
import { readBySource, readRefunded } from './ledger-store.ts'
import {
  type Attempt,
  findAttempt,
  readPayer,
  readShares,
  setReference,
  setRefund,
  setState,
} from './payment-store.ts'
import type { PaymentProvider, ProviderRefund, SeenPayment } from './provider.ts'
import { post } from './statement-account.ts'

interface Deps {
  readonly database: Database
  readonly replication: Replication
  readonly clock: Clock
}
export type About = { readonly payment: string } | { readonly intentId: string }
export interface Settled {
  readonly attempt: Attempt
  /** Undefined where the payment service was never asked to take it. */
  readonly seen: SeenPayment | undefined
}
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export function createSettlement({ database, replication, clock }: Deps) {
  const find = (about: About): Promise<Attempt | undefined> =>
    'payment' in about && !UUID.test(about.payment)
      ? Promise.resolve(undefined)
      : database.direct((tx) => findAttempt(tx, about))

  /** In the name of who began it. */
  const actorOf = async ({ accountId, practiceId }: Attempt): Promise<Actor> => {
    const payer = await database.direct((tx) => readPayer(tx, accountId))
    return {
      accountId: accountId as AccountId,
      role: payer?.role ?? 'client',
      practiceId,
      deviceId: null,
      name: payer?.name ?? '',
      ip: 'payment service',
      userAgent: 'payment service',
    }
  }

  const book = async (attempt: Attempt, seen: SeenPayment | undefined): Promise<Result<unknown, Refusal>> =>
    replication.commit({
      actor: await actorOf(attempt),
      clientId: attempt.clientId,
      action: 'billing.settle',
      permit: BY_SERVER,
      onDevice: false,
      async run(session) {
        const present = await findAttempt(session.work.scope.tx, { payment: attempt.id })
        // Erased with its record meanwhile.
        if (present === undefined) return ok(null)
        await bookState(session, present, seen, clock.now())
        if (seen !== undefined) await bookRefunds(session, present, seen.refunds)
        return ok(null)
      },
    })

  return {
    find,
    /** Undefined: none of ours. */
    async settle(provider: PaymentProvider, about: About): Promise<Settled | undefined> {
      const attempt = await find(about)
      if (attempt === undefined) return undefined
      const isKnown = attempt.sessionId !== null || attempt.intentId !== null
      const seen = isKnown ? await provider.look(attempt) : undefined
      if (seen !== undefined) expectOurs(attempt, seen)
      if (seen !== undefined) await book(attempt, seen)
      return { attempt: (await find({ payment: attempt.id })) ?? attempt, seen }
    },
    /** Nobody can pay it any more: it never got as far as the payment service. */
    abandon: (attempt: Attempt) => book(attempt, undefined),
  }
}
export type Settlement = ReturnType<typeof createSettlement>

/** What was looked up is what was begun; else nothing is booked, and somebody has to look. */
function expectOurs({ id, amount, currency }: Attempt, seen: SeenPayment): void {
  if (
    seen.payment !== id ||
    (seen.state === 'succeeded' && (seen.amount !== amount || seen.currency !== currency))
  )
    throw new Error(`The payment service knows payment ${id} as another one.`)
}

const edit = (session: CommitSession, id: string, baseRev: number, fields: Readonly<Record<string, Json>>) =>
  session.apply({
    collection: 'billing',
    documentId: id,
    baseRev,
    edits: Object.entries(fields).map(([field, value]) => ({ field, value, at: session.work.receivedAt })),
    by: 'server',
    writer: 'payments',
  })

async function change(
  session: CommitSession,
  id: string,
  fields: Readonly<Record<string, Json>>,
): Promise<void> {
  const stored = await session.work.load('billing', id)
  if (stored === undefined) return
  const done = await edit(session, id, stored.rev, fields)
  if (!done.ok) throw new Error(`A payment could not be written: ${done.error.code}`)
}

/** A payment that was begun, as devices see it. */
export const writeBegun = (session: CommitSession, payment: Omit<Payment, 'id' | 'updatedAt'>, id: string) =>
  edit(session, id, 0, payment as unknown as Record<string, Json>)

/** Money that was taken counts, even where we had given the payment up. */
async function bookState(
  session: CommitSession,
  attempt: Attempt,
  seen: SeenPayment | undefined,
  now: number,
): Promise<void> {
  const { tx, clientId } = session.work.scope
  const { id, state } = attempt
  if (seen?.intentId !== undefined && attempt.intentId === null)
    await setReference(tx, id, { intentId: seen.intentId })
  if (seen?.state === 'succeeded' && state !== 'succeeded') {
    await setState(tx, id, 'succeeded', now)
    await change(session, id, {
      status: 'succeeded',
      paidAt: session.work.receivedAt,
      method: seen.method ?? 'Card',
      number: receiptNumber(id),
    })
    await post(
      session.work,
      (await readShares(tx, clientId, id)).map(({ statementId, amount }) => ({
        source: `payment:${id}:${statementId}`,
        kind: 'payment',
        origin: 'portal',
        statementId,
        paymentId: id,
        amount: -amount,
        currency: attempt.currency,
        accountId: attempt.accountId,
      })),
    )
    return
  }
  const isOver = seen === undefined || seen.state === 'failed' || seen.state === 'ended'
  if (!isOver || state !== 'open') return
  await setState(tx, id, 'failed', now)
  await change(session, id, {
    status: 'failed',
    reason: seen?.state === 'failed' ? 'declined' : seen === undefined ? 'cancelled' : 'expired',
    ...(seen?.method === undefined ? {} : { method: seen.method }),
  })
}

const receiptNumber = (id: string) => `R-${id.replaceAll('-', '').slice(0, 10).toUpperCase()}`

async function bookRefunds(
  session: CommitSession,
  { id, amount, currency }: Attempt,
  refunds: readonly ProviderRefund[],
): Promise<void> {
  if (refunds.length === 0) return
  const { tx, clientId } = session.work.scope
  const shares = await readShares(tx, clientId, id)
  let moved = false
  for (const refund of [...refunds].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))) {
    if (refund.ours !== undefined && UUID.test(refund.ours) && refund.state !== 'pending')
      await setRefund(tx, clientId, {
        id: refund.ours,
        state: refund.state === 'succeeded' ? 'done' : 'failed',
        providerId: refund.id,
      })
    const known = (await readBySource(tx, clientId, `refund:${refund.id}:0`)).length > 0
    const common = { kind: 'refund', origin: 'portal', paymentId: id, currency } as const
    if (refund.state === 'succeeded' && !known) {
      const parts = refundShares(shares, await readRefunded(tx, clientId, id), refund.amount)
      const entries = parts.map((part, place) => ({
        ...common,
        ...part,
        source: `refund:${refund.id}:${place}`,
      }))
      moved = (await post(session.work, entries)).length > 0 || moved
    }
    // The bank sent it back: what the refund had opened is paid again.
    if (refund.state === 'failed' && known) moved = (await takeBack(session, refund.id, common)) || moved
  }
  if (!moved) return
  const paidBack = refunds.filter(({ state }) => state === 'succeeded')
  const sum = paidBack.reduce((all, refund) => all + refund.amount, 0)
  await change(session, id, {
    status: sum >= amount ? 'refunded' : 'succeeded',
    refunds: paidBack.map((refund) => ({ id: refund.id, at: refund.at, amount: refund.amount })),
  })
}

async function takeBack(
  session: CommitSession,
  refundId: string,
  common: {
    readonly kind: 'refund'
    readonly origin: 'portal'
    readonly paymentId: string
    readonly currency: string
  },
): Promise<boolean> {
  const { tx, clientId } = session.work.scope
  const entries = []
  for (let place = 0; ; place += 1) {
    const [entry] = await readBySource(tx, clientId, `refund:${refundId}:${place}`)
    if (entry === undefined) break
    const { statementId, amount } = entry
    entries.push({ ...common, statementId, amount: -amount, source: `refund-failed:${refundId}:${place}` })
  }
  return (await post(session.work, entries)).length > 0
}
