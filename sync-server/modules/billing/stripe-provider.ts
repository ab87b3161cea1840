/**
 * Stripe as the payment service, through its own SDK: hosted Checkout, saved methods, refunds, signed webhooks. Every
 * create carries an idempotency key of ours; metadata holds our ids and nothing else.
 */
import Stripe from 'stripe'
import { keptOf, readKept } from './kept-with-payment.ts'
import {
  type Payable,
  type PaymentProvider,
  ProviderUnavailable,
  type Reference,
  type SeenPayment,
  type TakenPayment,
} from './provider.ts'
import {
  aboutOf,
  asked,
  isMissing,
  labelOf,
  seen,
  stateOfIntent,
  stateOfSession,
  unavailable,
} from './stripe-reading.ts'

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
  const lookAtSession = async (id: string): Promise<SeenPayment> => {
    const session = await asked(() =>
      stripe.checkout.sessions.retrieve(id, { expand: ['payment_intent.latest_charge'] }),
    )
    const intent = typeof session.payment_intent === 'object' ? session.payment_intent : null
    return {
      ...(await seen(stripe, intent)),
      state: stateOfSession(session),
      payment: session.metadata?.payment,
      amount: session.amount_total ?? 0,
      currency: (session.currency ?? '').toUpperCase(),
      url: session.status === 'open' ? (session.url ?? undefined) : undefined,
    }
  }
  const lookAtIntent = async (id: string | null): Promise<SeenPayment> => {
    if (id === null) throw new Error('A payment that the service does not know yet cannot be looked up.')
    const intent = await asked(() => stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] }))
    return {
      ...(await seen(stripe, intent)),
      state: stateOfIntent(intent),
      payment: intent.metadata.payment,
      amount: intent.amount,
      currency: intent.currency.toUpperCase(),
      url: intent.next_action?.redirect_to_url?.url ?? undefined,
    }
  }

  return {
    isDemo,
    createCustomer: async (accountId, before) => {
      const made = await asked(() =>
        stripe.customers.create(
          { metadata: { account: accountId } },
          { idempotencyKey: ['customer', accountId, ...(before === undefined ? [] : [before])].join('-') },
        ),
      )
      return made.id
    },

    async removeCustomer(customer) {
      try {
        await stripe.customers.del(customer)
      } catch (error) {
        if (!isMissing(error)) throw unavailable(error)
      }
    },

    async openCheckout(payable, { title, endsAt, language, success, cancel }) {
      const { id, customer, amount, currency } = payable
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
            payment_intent_data: { metadata: keptOf(payable) },
            saved_payment_method_options: { payment_method_save: 'enabled' },
            expires_at: Math.floor(endsAt / 1000),
            locale: language,
            success_url: success,
            cancel_url: cancel,
          },
          { idempotencyKey: `checkout-${id}-${customer}` },
        ),
      )
      if (session.url === null) throw new ProviderUnavailable('no_page')
      return { sessionId: session.id, url: session.url }
    },

    async openSetup(customer, { currency, language, success, cancel }) {
      const session = await asked(() =>
        stripe.checkout.sessions.create({
          mode: 'setup',
          customer,
          currency: currency.toLowerCase(),
          allowed_payment_method_types: ['card'],
          locale: language,
          success_url: success,
          cancel_url: cancel,
        }),
      )
      if (session.url === null) throw new ProviderUnavailable('no_page')
      return { url: session.url }
    },

    async prepare(payable: Payable, methodId) {
      const { id, customer, amount, currency } = payable
      const intent = await asked(() =>
        stripe.paymentIntents.create(
          {
            amount,
            currency: currency.toLowerCase(),
            customer,
            payment_method: methodId,
            allowed_payment_method_types: ['card'],
            metadata: keptOf(payable),
          },
          { idempotencyKey: `intent-${id}-${customer}` },
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

    async look(reference: Reference): Promise<SeenPayment | undefined> {
      try {
        return await (reference.sessionId === null
          ? lookAtIntent(reference.intentId)
          : lookAtSession(reference.sessionId))
      } catch (error) {
        if (isMissing(error)) return undefined
        throw error
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
      try {
        await stripe.refunds.create(
          { payment_intent: intentId, amount, metadata: { refund: id } },
          { idempotencyKey: `refund-${id}` },
        )
        return true
      } catch (error) {
        // Paid back at the service itself, or disputed meanwhile.
        if (error instanceof Stripe.errors.StripeInvalidRequestError) return false
        throw unavailable(error)
      }
    },

    takenSince: (at) =>
      asked(async () => {
        const found: TakenPayment[] = []
        const lately = { created: { gte: Math.floor(at / 1000) }, limit: 100 }
        for await (const intent of stripe.paymentIntents.list(lately)) {
          const kept = intent.status === 'succeeded' ? readKept(intent.metadata) : undefined
          const { id: intentId, amount, currency } = intent
          if (kept !== undefined) found.push({ ...kept, intentId, amount, currency: currency.toUpperCase() })
        }
        return found
      }),

    wentBackSince: (at) =>
      asked(async () => {
        const lately = { created: { gte: Math.floor(at / 1000) }, limit: 100 }
        const found: string[] = []
        for (const list of [stripe.refunds.list(lately), stripe.disputes.list(lately)])
          for await (const { payment_intent: intent } of list)
            if (intent !== null) found.push(typeof intent === 'string' ? intent : intent.id)
        return found
      }),

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
