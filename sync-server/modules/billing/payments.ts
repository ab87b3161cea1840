/**
 * Paying: somebody says what for, we begin a payment that has an id of ours, and only then the payment service is asked.
 * One payment at a time is open for a statement: a new one ends the one before, or finds that it was made. Nothing here
 * waits in a queue: what cannot be begun now is refused. SPEC: shared/domains/billing/SPEC.md, B5 to B9.
 */
import { LEAST_PAYMENT } from '../../../shared/domains/billing/limits.ts'
import { digitsOf } from '../../../shared/domains/billing/money.ts'
import type { Language } from '../../../shared/domains/profile/preferences.ts'
import type { Clock } from '../../../shared/kernel/clock.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { Database } from '../../platform/database.ts'
import type { Actor } from '../../replication/actor.ts'
import { writersOf } from '../../replication/client-access-store.ts'
import type { CommitSession } from '../../replication/commit.ts'
import type { Replication } from '../../replication/replication.ts'
import type { Customers } from './customers.ts'
import {
  type Attempt,
  addAttempt,
  findAttempt,
  findOpenAttempts,
  readShares,
  setReference,
} from './payment-store.ts'
import { NO_STATEMENT, priceOf, UNDER_WAY } from './price.ts'
import { type PaymentProvider, ProviderUnavailable } from './provider.ts'
import { type Settlement, writeBegun } from './settle.ts'

type Answer<T> = Promise<Result<T, Refusal>>
export interface PayWish {
  readonly shares: readonly { readonly statementId: string; readonly amount: number }[]
  /** A saved one; absent: the payment page asks. */
  readonly methodId?: string | undefined
  /** Of the payment page; English where it is not said. */
  readonly language?: Language | undefined
}
export interface Begun {
  readonly id: string
  readonly status: 'pending' | 'succeeded' | 'failed'
  /** Where to go on; absent where nothing more is asked of the payer. */
  readonly url?: string | undefined
}

export const PAYMENTS_OFF = refusal(
  'payments_off',
  'This practice takes no payments over the portal. Nothing was paid: ask the practice how to pay.',
)
export const SERVICE_AWAY = refusal(
  'unavailable',
  'The payment service cannot be reached now. Nothing was paid; try again in a moment.',
)
const TOO_LITTLE = refusal('invalid_document', 'A payment has to be larger than that. Nothing was taken.')
const OTHER_WISH = refusal('already_exists', 'Something else was paid with this Idempotency-Key.')
const NO_METHOD = refusal('not_found', 'There is no such payment method.')

/** All that the payment service is told of what is paid. */
const TITLES: Readonly<Record<Language, string>> = {
  en: 'Payment to your practice',
  es: 'Pago a su clínica',
}
const FIRST_CHECK_MS = 2 * 60_000
/** The payment page takes nothing after this. The service wants 30 minutes at least. */
const PAGE_MS = 60 * 60_000
/** Longer than a request of ours takes. */
const IN_HAND_MS = 90_000

interface Deps {
  readonly database: Database
  readonly replication: Replication
  readonly clock: Clock
  readonly provider: PaymentProvider | undefined
  readonly settlement: Settlement
  readonly customers: Customers
  /** Where browsers see the portal. */
  readonly origin: () => string
}
type Step =
  | { readonly kind: 'made' | 'known'; readonly attempt: Attempt }
  | { readonly kind: 'busy'; readonly open: readonly Attempt[] }

export function createPayments({
  database,
  replication,
  clock,
  settlement,
  customers,
  origin,
  ...deps
}: Deps) {
  const begin = (actor: Actor, clientId: string, id: string, wish: PayWish): Answer<Step> =>
    replication
      .commit<Step>({
        actor,
        clientId,
        action: 'billing.pay',
        permit: writersOf('billing'),
        onDevice: false,
        run: (session) => beginIn(session, { actor, clientId, id, wish, now: clock.now() }),
      })
      .then((done) => (done.ok ? ok(done.value.value) : done))

  /** True where nothing stands in the way any more. */
  const makeWay = async (provider: PaymentProvider, open: readonly Attempt[]): Promise<boolean> => {
    for (const attempt of open) {
      if (attempt.sessionId === null && attempt.intentId === null) {
        if (clock.now() - attempt.createdAt.getTime() < IN_HAND_MS) return false
        await settlement.abandon(attempt)
        continue
      }
      await provider.end(attempt)
      const settled = await settlement.settle(provider, { payment: attempt.id })
      if (settled?.attempt.state === 'open') return false
    }
    return true
  }

  const answer = ({ id, state }: Attempt, url?: string): Begun => ({
    id,
    status: state === 'open' ? 'pending' : state,
    ...(url === undefined ? {} : { url }),
  })

  /** From where it stands: the same again goes on, and begins nothing twice. */
  const goOn = async (
    provider: PaymentProvider,
    actor: Actor,
    attempt: Attempt,
    language: Language,
  ): Answer<Begun> => {
    const { id, amount, currency, methodId, clientId, accountId } = attempt
    const back = `${origin()}/billing/payments/${id}`
    if (attempt.sessionId !== null || (attempt.intentId !== null && methodId === null)) {
      const settled = await settlement.settle(provider, { payment: id })
      return ok(answer(settled?.attempt ?? attempt, settled?.seen?.url))
    }
    const shares = await database.direct((tx) => readShares(tx, clientId, id))
    const payable = { id, amount, currency, clientId, accountId, shares }
    if (methodId === null) {
      const endsAt = attempt.createdAt.getTime() + PAGE_MS
      const more = { success: back, cancel: back, title: TITLES[language], endsAt, language }
      const { sessionId, url } = await customers.asCustomer(provider, actor, (customer) =>
        provider.openCheckout({ ...payable, customer }, more),
      )
      if (!(await isStored(id, { sessionId }))) {
        await provider.end({ sessionId, intentId: null })
        return err(UNDER_WAY)
      }
      return ok(answer(attempt, url))
    }
    const prepare = (customer: string) => provider.prepare({ ...payable, customer }, methodId)
    const intentId = attempt.intentId ?? (await customers.asCustomer(provider, actor, prepare)).intentId
    if (!(await isStored(id, { intentId }))) {
      await provider.end({ sessionId: null, intentId })
      return err(UNDER_WAY)
    }
    try {
      await provider.take(intentId, back)
      const settled = await settlement.settle(provider, { payment: id })
      return ok(answer(settled?.attempt ?? attempt, settled?.seen?.url))
    } catch (error) {
      if (!(error instanceof ProviderUnavailable)) throw error
      // It may have been taken: it stays open until that is known.
      return ok(answer(attempt))
    }
  }
  /** Only while it stands open: from then on it is looked up by this. */
  const isStored = (id: string, reference: { sessionId?: string; intentId?: string }): Promise<boolean> =>
    database.direct(async (tx) => {
      await setReference(tx, id, reference)
      return (await findAttempt(tx, { payment: id }))?.state === 'open'
    })

  /** The page was shown to nobody, and nothing was taken: the payment is given up, so that another can be begun. */
  const givenUp = (attempt: Attempt) => async (error: unknown) => {
    const now = await settlement.find({ payment: attempt.id })
    if (now?.sessionId === null && now.intentId === null) await settlement.abandon(now)
    throw error
  }

  const payWith = async (
    provider: PaymentProvider,
    actor: Actor,
    clientId: string,
    id: string,
    wish: PayWish,
  ): Answer<Begun> => {
    for (let round = 0; round < 3; round += 1) {
      const step = await begin(actor, clientId, id, wish)
      if (!step.ok) return step
      if (step.value.kind !== 'busy') {
        const { attempt } = step.value
        return await goOn(provider, actor, attempt, wish.language ?? 'en').catch(givenUp(attempt))
      }
      if (!(await makeWay(provider, step.value.open))) break
    }
    return err(UNDER_WAY)
  }

  /** What is asked of the service, or why it cannot be asked now. */
  const reaching = async <T>(ask: () => Answer<T>): Answer<T> => {
    try {
      return await ask()
    } catch (error) {
      if (error instanceof ProviderUnavailable) return err(SERVICE_AWAY)
      throw error
    }
  }

  return {
    async pay(actor: Actor, clientId: string, id: string, wish: PayWish): Answer<Begun> {
      const { provider } = deps
      if (provider === undefined) return err(PAYMENTS_OFF)
      return reaching(async () => {
        const { methodId } = wish
        if (methodId !== undefined && !(await customers.has(provider, actor, methodId))) return err(NO_METHOD)
        return payWith(provider, actor, clientId, id, wish)
      })
    },
    /** Looked up, whoever asks; where it stands, its document says. */
    check: (id: string): Answer<null> =>
      reaching(async () => {
        if (deps.provider !== undefined) await settlement.settle(deps.provider, { payment: id })
        return ok(null)
      }),
    /** Nobody can pay these any more; one that was paid already is booked. */
    end: (open: readonly Attempt[]): Answer<null> =>
      reaching(async () =>
        deps.provider === undefined || (await makeWay(deps.provider, open)) ? ok(null) : err(UNDER_WAY),
      ),
  }
}
export type Payments = ReturnType<typeof createPayments>

interface Beginning {
  readonly actor: Actor
  readonly clientId: string
  readonly id: string
  readonly wish: PayWish
  readonly now: number
}

async function beginIn(session: CommitSession, beginning: Beginning): Answer<Step> {
  const { actor, clientId, id, wish, now } = beginning
  const { tx } = session.work.scope
  const { shares } = wish
  const known = await findAttempt(tx, { payment: id })
  if (known !== undefined) {
    if (known.clientId !== clientId || known.accountId !== actor.accountId) return err(NO_STATEMENT)
    const same = JSON.stringify(shares) === JSON.stringify(await readShares(tx, clientId, id))
    return same && known.methodId === (wish.methodId ?? null)
      ? ok({ kind: 'known', attempt: known })
      : err(OTHER_WISH)
  }
  const priced = await priceOf(session, shares)
  if (!priced.ok) return priced
  // Where a currency has no smaller unit, its own is worth enough.
  if (priced.value.amount < (digitsOf(priced.value.currency) === 0 ? 1 : LEAST_PAYMENT))
    return err(TOO_LITTLE)
  const open = await findOpenAttempts(
    tx,
    clientId,
    shares.map(({ statementId }) => statementId),
  )
  if (open.length > 0) return ok({ kind: 'busy', open })
  const { amount, currency, numbers } = priced.value
  const { methodId } = wish
  const attempt = {
    ...{ id, clientId, accountId: actor.accountId, practiceId: actor.practiceId, amount, currency },
    way: methodId === undefined ? 'checkout' : 'saved',
    methodId: methodId ?? null,
  } as const
  const [only] = shares
  const written = await writeBegun(
    session,
    {
      type: 'payment',
      ...(shares.length === 1 && only ? { statementId: only.statementId } : {}),
      shares: shares.map((share) => ({ ...share, number: numbers.get(share.statementId) ?? '' })),
      ...{ amount, currency, method: '', status: 'pending', paidAt: now },
    },
    id,
  )
  if (!written.ok) return written
  await addAttempt(tx, attempt, shares, { now, checkAt: now + FIRST_CHECK_MS })
  const made = await findAttempt(tx, { payment: id })
  if (made === undefined) throw new Error('A payment that was just begun is not there.')
  return ok({ kind: 'made', attempt: made })
}
