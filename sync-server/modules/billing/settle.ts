/**
 * What became of a payment: looked up at the payment service, and booked under the lock on the client's head. Whoever asks
 * (a signed message, the payer who came back, a look by ourselves), in whatever order and how often, the same entries
 * result, for each is posted once by its source. SPEC: shared/domains/billing/SPEC.md, B5 to B8 and B12.
 */
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
import { isUuid } from './kept-with-payment.ts'
import { changePayment, editBilling, receiptNumber } from './payment-document.ts'
import {
  type Attempt,
  countLook,
  findAttempt,
  readPayer,
  readShares,
  setReference,
  setRefund,
  setState,
} from './payment-store.ts'
import type { PaymentProvider, SeenPayment } from './provider.ts'
import { post } from './statement-account.ts'
import { bookWhatWentBack } from './went-back.ts'

interface Deps {
  readonly database: Database
  readonly replication: Replication
  readonly clock: Clock
}
/** Each is one that somebody else made in between. */
const MOST_LOOKS = 20

type Payer = Pick<Attempt, 'accountId' | 'practiceId' | 'clientId'>
export type About = { readonly payment: string } | { readonly intentId: string }
export interface Settled {
  readonly attempt: Attempt
  /** Undefined where the payment service was never asked to take it, or knows nothing of it. */
  readonly seen: SeenPayment | undefined
}

export function createSettlement({ database, replication, clock }: Deps) {
  const find = (about: About): Promise<Attempt | undefined> =>
    'payment' in about && !isUuid(about.payment)
      ? Promise.resolve(undefined)
      : database.direct((tx) => findAttempt(tx, about))

  const actorOf = async ({ accountId, practiceId }: Payer): Promise<Actor> => {
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

  /** In the name of who began it; it cannot be refused. */
  const inItsName = async <T>(
    payer: Payer,
    action: string,
    run: (session: CommitSession) => Promise<Result<T, Refusal>>,
  ): Promise<T> => {
    const done = await replication.commit<T>({
      actor: await actorOf(payer),
      clientId: payer.clientId,
      action,
      permit: BY_SERVER,
      onDevice: false,
      run,
    })
    if (!done.ok) throw new Error(`What became of a payment could not be written: ${done.error.code}`)
    return done.value.value
  }

  /** False, and nothing is booked: what was seen may be older than what was booked meanwhile. */
  const book = (attempt: Attempt, seen: SeenPayment | undefined): Promise<boolean> =>
    inItsName(attempt, 'billing.settle', async (session) => {
      const { tx } = session.work.scope
      const present = await findAttempt(tx, { payment: attempt.id })
      // Erased with its record meanwhile.
      if (present === undefined) return ok(true)
      if (present.looks !== attempt.looks) return ok(false)
      await countLook(tx, attempt.id)
      await bookState(session, present, seen, clock.now())
      if (seen !== undefined) await bookWhatWentBack(session, present, seen)
      return ok(true)
    })

  return {
    find,
    inItsName,
    /** Undefined: none of ours. */
    async settle(provider: PaymentProvider, about: About): Promise<Settled | undefined> {
      for (let round = 0; round < MOST_LOOKS; round += 1) {
        const attempt = await find(about)
        if (attempt === undefined) return undefined
        const isAsked = attempt.sessionId !== null || attempt.intentId !== null
        const seen = isAsked ? await provider.look(attempt) : undefined
        if (seen !== undefined) expectOurs(attempt, seen)
        // One that the service knows nothing of, of another account or from before a demo ended, is nobody's to pay.
        if (!isAsked || (await book(attempt, seen)))
          return { attempt: (await find({ payment: attempt.id })) ?? attempt, seen }
      }
      throw new Error('A payment was booked too often meanwhile; it is looked up again later.')
    },
    /** The payment service does not pay this back. */
    dropRefund: (attempt: Attempt, id: string): Promise<null> =>
      inItsName(attempt, 'billing.refund-refused', async ({ work: { scope } }) => {
        await setRefund(scope.tx, attempt.clientId, { id, state: 'failed', providerId: null })
        return ok(null)
      }),
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

/** A payment that was begun, as devices see it. */
export const writeBegun = (session: CommitSession, payment: Omit<Payment, 'id' | 'updatedAt'>, id: string) =>
  editBilling(session, id, 0, payment as unknown as Record<string, Json>)

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
    await changePayment(session, id, {
      status: 'succeeded',
      paidAt: seen.paidAt ?? session.work.receivedAt,
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
  await changePayment(session, id, {
    status: 'failed',
    reason: seen?.state === 'failed' ? 'declined' : seen === undefined ? 'cancelled' : 'expired',
    ...(seen?.method === undefined ? {} : { method: seen.method }),
  })
}
