/**
 * Stripe as the payment service, through its own SDK: hosted Checkout, saved methods, refunds, signed webhooks. Every
 * create carries an idempotency key of ours; metadata holds our ids and nothing else.
 */
import Stripe from 'stripe'
import {
  type Payable,
  type PaymentProvider,
  type ProviderRefund,
  type ProviderState,
  ProviderUnavailable,
  type Reference,
  type SeenPayment,
} from './provider.ts'

export interface StripeOptions {
  readonly secretKey: string
  /** The first that fits is believed: two while a secret is changed over. */
  readonly webhookSecrets: readonly string[]
  readonly isDemo: boolean
  /** Another server of the same API. */
  readonly at?:
    | { readonly host: string; readonly port: number; readonly protocol: 'http' | 'https' }
    | undefined
}

const TIMEOUT_MS = 20_000
const TOLERANCE_SECONDS = 300
const MOST_METHODS = 20

export function createStripeProvider({
  secretKey,
  webhookSecrets,
  isDemo,
  at,
}: StripeOptions): PaymentProvider {
  const stripe = new Stripe(secretKey, {
    maxNetworkRetries: 2,
    timeout: TIMEOUT_MS,
    telemetry: false,
    ...(at ?? {}),
  })
  const intentOf = (id: string) =>
    asked(() => stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] }))

  return {
    isDemo,
    createCustomer: async (accountId) => {
      const made = await asked(() =>
        stripe.customers.create(
          { metadata: { account: accountId } },
          { idempotencyKey: `customer-${accountId}` },
        ),
      )
      return made.id
    },

    async openCheckout({ id, customer, amount, currency }, { title, endsAt, success, cancel }) {
      const session = await asked(() =>
        stripe.checkout.sessions.create(
          {
            mode: 'payment',
            customer,
            allowed_payment_method_types: ['card'],
            line_items: [
              {
                quantity: 1,
                price_data: {
                  currency: currency.toLowerCase(),
                  unit_amount: amount,
                  product_data: { name: title },
                },
              },
            ],
            metadata: { payment: id },
            payment_intent_data: { metadata: { payment: id } },
            saved_payment_method_options: { payment_method_save: 'enabled' },
            expires_at: Math.floor(endsAt / 1000),
            success_url: success,
            cancel_url: cancel,
          },
          { idempotencyKey: `checkout-${id}` },
        ),
      )
      if (session.url === null) throw new ProviderUnavailable('no_page')
      return { sessionId: session.id, url: session.url }
    },

    async openSetup(customer, { currency, success, cancel }) {
      const session = await asked(() =>
        stripe.checkout.sessions.create({
          mode: 'setup',
          customer,
          currency: currency.toLowerCase(),
          allowed_payment_method_types: ['card'],
          success_url: success,
          cancel_url: cancel,
        }),
      )
      if (session.url === null) throw new ProviderUnavailable('no_page')
      return { url: session.url }
    },

    async prepare({ id, customer, amount, currency }: Payable, methodId) {
      const intent = await asked(() =>
        stripe.paymentIntents.create(
          {
            amount,
            currency: currency.toLowerCase(),
            customer,
            payment_method: methodId,
            allowed_payment_method_types: ['card'],
            metadata: { payment: id },
          },
          { idempotencyKey: `intent-${id}` },
        ),
      )
      return { intentId: intent.id }
    },

    async take(intentId, returnTo) {
      try {
        await stripe.paymentIntents.confirm(
          intentId,
          { return_url: returnTo },
          { idempotencyKey: `confirm-${intentId}` },
        )
      } catch (error) {
        // Declined: the payment itself says so when it is looked up.
        if (!(error instanceof Stripe.errors.StripeCardError)) throw unavailable(error)
      }
    },

    async look({ sessionId, intentId }: Reference): Promise<SeenPayment> {
      if (sessionId !== null) {
        const session = await asked(() =>
          stripe.checkout.sessions.retrieve(sessionId, { expand: ['payment_intent.latest_charge'] }),
        )
        const intent = typeof session.payment_intent === 'object' ? session.payment_intent : null
        return {
          ...(await seen(stripe, intent)),
          state: stateOfSession(session),
          payment: session.metadata?.payment,
          amount: session.amount_total ?? 0,
          currency: (session.currency ?? '').toUpperCase(),
          url: session.status === 'open' ? (session.url ?? undefined) : undefined,
          wasDeclined: false,
        }
      }
      if (intentId === null)
        throw new Error('A payment that the service does not know yet cannot be looked up.')
      const intent = await intentOf(intentId)
      return {
        ...(await seen(stripe, intent)),
        state: stateOfIntent(intent),
        payment: intent.metadata.payment,
        amount: intent.amount,
        currency: intent.currency.toUpperCase(),
        url: intent.next_action?.redirect_to_url?.url ?? undefined,
        wasDeclined: intent.status === 'requires_payment_method' && intent.last_payment_error !== null,
      }
    },

    async end({ sessionId, intentId }) {
      try {
        if (sessionId !== null) await stripe.checkout.sessions.expire(sessionId)
        else if (intentId !== null) await stripe.paymentIntents.cancel(intentId)
      } catch (error) {
        // It cannot be ended: it was paid, or has ended. Whoever asks looks it up.
        if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw unavailable(error)
      }
    },

    async methods(customer) {
      const { data } = await asked(() =>
        stripe.customers.listPaymentMethods(customer, { type: 'card', limit: MOST_METHODS }),
      )
      return data.map(({ id, card }) => ({
        id,
        label: labelOf(card),
        expires: card ? { month: card.exp_month, year: card.exp_year } : undefined,
      }))
    },

    async removeMethod(customer, methodId) {
      try {
        const { customer: owner } = await stripe.paymentMethods.retrieve(methodId)
        if (owner !== customer) return false
        await stripe.paymentMethods.detach(methodId)
        return true
      } catch (error) {
        if (error instanceof Stripe.errors.StripeInvalidRequestError) return false
        throw unavailable(error)
      }
    },

    async refund({ id, intentId, amount }) {
      await asked(() =>
        stripe.refunds.create(
          { payment_intent: intentId, amount, metadata: { refund: id } },
          { idempotencyKey: `refund-${id}` },
        ),
      )
    },

    readEvent(payload, signature, now) {
      for (const secret of webhookSecrets) {
        try {
          const event = stripe.webhooks.constructEvent(
            Buffer.from(payload),
            signature,
            secret,
            TOLERANCE_SECONDS,
            undefined,
            now,
          )
          return { id: event.id, about: aboutOf(event) }
        } catch (error) {
          if (error instanceof Stripe.errors.StripeSignatureVerificationError || error instanceof SyntaxError)
            continue
          throw error
        }
      }
      return undefined
    },
  }
}

/** Which payment to look up; nothing of what the message says about it is believed. */
function aboutOf(event: Stripe.Event): { payment: string } | { intentId: string } | undefined {
  const { type, data } = event
  if (!/^(checkout\.session|payment_intent|charge|refund)\./.test(type)) return undefined
  const { metadata, payment_intent: intent } = data.object as {
    readonly metadata?: Record<string, string> | null
    readonly payment_intent?: unknown
  }
  if (typeof metadata?.payment === 'string') return { payment: metadata.payment }
  return typeof intent === 'string' ? { intentId: intent } : undefined
}

const stateOfSession = ({ status, payment_status }: Stripe.Checkout.Session): ProviderState => {
  if (payment_status === 'paid') return 'succeeded'
  if (status === 'expired') return 'ended'
  return status === 'complete' ? 'processing' : 'unfinished'
}

const stateOfIntent = ({ status, last_payment_error }: Stripe.PaymentIntent): ProviderState => {
  if (status === 'succeeded') return 'succeeded'
  if (status === 'canceled') return 'ended'
  if (status === 'processing') return 'processing'
  return status === 'requires_payment_method' && last_payment_error !== null ? 'failed' : 'unfinished'
}

async function seen(
  stripe: Stripe,
  intent: Stripe.PaymentIntent | null,
): Promise<Pick<SeenPayment, 'intentId' | 'method' | 'refunds'>> {
  if (intent === null) return { intentId: undefined, method: undefined, refunds: [] }
  const charge = typeof intent.latest_charge === 'object' ? intent.latest_charge : null
  const refunds: ProviderRefund[] = []
  if (intent.status === 'succeeded')
    for (const refund of (await asked(() => stripe.refunds.list({ payment_intent: intent.id, limit: 100 })))
      .data)
      refunds.push({
        id: refund.id,
        amount: refund.amount,
        state: refund.status === 'succeeded' ? 'succeeded' : isOver(refund.status) ? 'failed' : 'pending',
        at: refund.created * 1000,
        ours: refund.metadata?.refund,
      })
  const card = charge?.payment_method_details?.card
  return { intentId: intent.id, method: card ? labelOf(card) : undefined, refunds }
}
const isOver = (status: string | null) => status === 'failed' || status === 'canceled'

const labelOf = (card: { brand?: string | null; last4?: string | null } | undefined | null): string => {
  const brand = card?.brand ?? 'card'
  return `${brand.charAt(0).toUpperCase()}${brand.slice(1)} ···· ${card?.last4 ?? '····'}`
}

async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw unavailable(error)
  }
}

/** What the service refuses outright is our mistake, and is thrown as it is. */
function unavailable(error: unknown): unknown {
  if (
    error instanceof Stripe.errors.StripeConnectionError ||
    error instanceof Stripe.errors.StripeAPIError ||
    error instanceof Stripe.errors.StripeRateLimitError ||
    error instanceof Stripe.errors.StripeAuthenticationError
  )
    return new ProviderUnavailable(error.code ?? error.type)
  return error
}
