/** What the demo's payment service answers to the SDK. */
import { LANGUAGES } from '../../shared/domains/profile/preferences.ts'
import { fateOf } from './cards.ts'
import type { DemoCore } from './core.ts'
import { customerShape, disputeShape, methodShape, refundShape } from './shapes.ts'

export type Said = { readonly status: number; readonly body: unknown }
export type Params = ReadonlyMap<string, string>

export const refused = (status: number, code: string, message: string, more: object = {}): Said => ({
  status,
  body: { error: { type: status === 402 ? 'card_error' : 'invalid_request_error', code, message, ...more } },
})
const said = (body: unknown): Said => ({ status: 200, body })
const missing = refused(404, 'resource_missing', 'No such object.')
const noCustomer = refused(404, 'resource_missing', 'No such customer.', { param: 'customer' })

export function createDemoApi(core: DemoCore) {
  const { state, seconds, newId, shownIntent, shownSession, chargeOf, send, changed, attempt, lapse } = core

  const metadataOf = (params: Params, name = 'metadata') =>
    Object.fromEntries(
      [...params].flatMap(([key, value]) => {
        const inner = key.startsWith(`${name}[`) ? key.slice(name.length + 1, -1) : ''
        return inner === '' || inner.includes('[') ? [] : [[inner, value]]
      }),
    )

  /** Why there is no such page. */
  const sessionTrouble = (params: Params): Said | undefined => {
    const amount = Number(params.get(AMOUNT) ?? Number.NaN)
    const expires = Number(params.get('expires_at') ?? seconds() + 86_400)
    const customer = params.get('customer')
    if (customer !== undefined && state.customers[customer] === undefined) return noCustomer
    if (params.get('mode') !== 'setup' && !(Number.isInteger(amount) && amount > 0))
      return refused(400, 'parameter_missing', `${AMOUNT} is needed.`)
    if (expires < seconds() + 1_800 || expires > seconds() + 86_400)
      return refused(400, 'parameter_invalid', 'expires_at must be 30 minutes to 24 hours from now.')
    return undefined
  }

  return {
    createCustomer(params: Params): Said {
      const id = newId('cus')
      const customer = { created: seconds(), metadata: metadataOf(params) }
      state.customers[id] = customer
      changed()
      return said(customerShape(id, customer))
    },

    deleteCustomer(id: string): Said {
      if (state.customers[id] === undefined) return noCustomer
      delete state.customers[id]
      for (const [method, { customer }] of Object.entries(state.methods))
        if (customer === id) delete state.methods[method]
      changed()
      return said({ id, object: 'customer', deleted: true })
    },

    createSession(params: Params): Said {
      const mode = params.get('mode') === 'setup' ? 'setup' : 'payment'
      const trouble = sessionTrouble(params)
      if (trouble !== undefined) return trouble
      const id = newId('cs_test')
      state.sessions[id] = {
        created: seconds(),
        mode,
        customer: params.get('customer') ?? null,
        status: 'open',
        intent: null,
        setup: null,
        amount: mode === 'payment' ? Number(params.get(AMOUNT)) : null,
        currency: params.get('line_items[0][price_data][currency]') ?? params.get('currency') ?? null,
        title: params.get('line_items[0][price_data][product_data][name]') ?? '',
        locale: LANGUAGES.find((language) => language === params.get('locale')) ?? null,
        successUrl: (params.get('success_url') ?? '').replaceAll('{CHECKOUT_SESSION_ID}', id),
        cancelUrl: params.get('cancel_url') ?? '',
        expires: Number(params.get('expires_at') ?? seconds() + 86_400),
        save: params.get('saved_payment_method_options[payment_method_save]') === 'enabled',
        metadata: metadataOf(params),
        intentMetadata: metadataOf(params, 'payment_intent_data[metadata]'),
      }
      changed()
      return said(shownSession(id))
    },
    session(id: string): Said {
      const session = state.sessions[id]
      if (session === undefined) return missing
      lapse(id, session)
      return said(shownSession(id, true))
    },
    expireSession(id: string): Said {
      const session = state.sessions[id]
      if (session === undefined) return missing
      if (session.status !== 'open')
        return refused(400, 'session_not_open', 'Only open sessions can be expired.')
      session.expires = 0
      lapse(id, session)
      const intent = session.intent === null ? undefined : state.intents[session.intent]
      if (intent !== undefined) intent.status = 'canceled'
      changed()
      return said(shownSession(id))
    },

    createIntent(params: Params): Said {
      const amount = Number(params.get('amount'))
      const method = params.get('payment_method') ?? null
      const customer = params.get('customer') ?? null
      if (!Number.isInteger(amount) || amount <= 0)
        return refused(400, 'parameter_invalid_integer', 'Invalid amount.')
      if (customer !== null && state.customers[customer] === undefined) return noCustomer
      if (method !== null && state.methods[method]?.customer !== customer) return missing
      const id = newId('pi')
      state.intents[id] = {
        created: seconds(),
        amount,
        currency: params.get('currency') ?? 'usd',
        customer,
        method,
        status: method === null ? 'requires_payment_method' : 'requires_confirmation',
        failure: null,
        charge: null,
        returnUrl: null,
        metadata: metadataOf(params),
      }
      send('payment_intent.created', shownIntent(id))
      changed()
      return said(shownIntent(id))
    },
    intent: (id: string): Said => (state.intents[id] === undefined ? missing : said(shownIntent(id, true))),
    intents(params: Params): Said {
      const data = Object.entries(state.intents)
        .filter(([, { created }]) => created >= Number(params.get('created[gte]') ?? 0))
        .map(([id]) => shownIntent(id))
      return said({ object: 'list', data, has_more: false, url: '/v1/payment_intents' })
    },
    confirmIntent(id: string, params: Params): Said {
      const intent = state.intents[id]
      if (intent === undefined) return missing
      const card = intent.method === null ? undefined : state.methods[intent.method]?.card
      if (intent.status !== 'requires_confirmation' || card === undefined)
        return refused(400, 'payment_intent_unexpected_state', 'This PaymentIntent cannot be confirmed.')
      intent.returnUrl = params.get('return_url') ?? null
      attempt(id, fateOf(card))
      if (intent.failure === null) return said(shownIntent(id))
      return refused(402, 'card_declined', 'Your card was declined.', { payment_intent: shownIntent(id) })
    },
    cancelIntent(id: string): Said {
      const intent = state.intents[id]
      if (intent === undefined) return missing
      if (intent.status === 'succeeded' || intent.status === 'canceled')
        return refused(400, 'payment_intent_unexpected_state', 'This PaymentIntent cannot be canceled.')
      intent.status = 'canceled'
      send('payment_intent.canceled', shownIntent(id))
      changed()
      return said(shownIntent(id))
    },

    methods(customer: string): Said {
      if (state.customers[customer] === undefined) return noCustomer
      const data = Object.entries(state.methods)
        .filter(([, method]) => method.customer === customer)
        .map(([id, method]) => methodShape(id, method))
      return said({ object: 'list', data, has_more: false, url: `/v1/customers/${customer}/payment_methods` })
    },
    method(id: string): Said {
      const method = state.methods[id]
      return method === undefined ? missing : said(methodShape(id, method))
    },
    detach(id: string): Said {
      const method = state.methods[id]
      if (method === undefined || method.customer === null) return missing
      method.customer = null
      send('payment_method.detached', methodShape(id, method))
      changed()
      return said(methodShape(id, method))
    },

    createRefund(params: Params): Said {
      const intentId = params.get('payment_intent') ?? ''
      const intent = state.intents[intentId]
      if (intent === undefined) return missing
      const before = Object.values(state.refunds)
        .filter((each) => each.intent === intentId && each.status !== 'failed')
        .reduce((sum, { amount }) => sum + amount, 0)
      const amount = Number(params.get('amount') ?? intent.amount - before)
      if (
        Object.values(state.disputes).some(
          (each) => each.intent === intentId && (each.status === 'needs_response' || each.status === 'lost'),
        )
      )
        return refused(400, 'charge_disputed', 'This charge is disputed.')
      if (intent.charge === null || !(amount > 0) || before + amount > intent.amount)
        return refused(400, 'charge_already_refunded', 'That is more than is left of this charge.')
      const id = newId('re')
      const refund = {
        created: seconds(),
        amount,
        currency: intent.currency,
        intent: intentId,
        charge: intent.charge,
        status: 'succeeded' as const,
        metadata: metadataOf(params),
      }
      state.refunds[id] = refund
      send('refund.created', refundShape(id, refund))
      send('charge.refunded', chargeOf(intentId, intent))
      changed()
      return said(refundShape(id, refund))
    },
    disputes(params: Params): Said {
      const data = Object.entries(state.disputes)
        .filter(([, dispute]) => isAskedFor(params, dispute))
        .map(([id, dispute]) => disputeShape(id, dispute))
      return said({ object: 'list', data, has_more: false, url: '/v1/disputes' })
    },
    refunds(params: Params): Said {
      const data = Object.entries(state.refunds)
        .filter(([, refund]) => isAskedFor(params, refund))
        .map(([id, refund]) => refundShape(id, refund))
      return said({ object: 'list', data, has_more: false, url: '/v1/refunds' })
    },
  }
}
export type DemoApiAnswers = ReturnType<typeof createDemoApi>
const AMOUNT = 'line_items[0][price_data][unit_amount]'

const isAskedFor = (
  params: Params,
  { intent, created }: { readonly intent: string; readonly created: number },
): boolean =>
  intent === (params.get('payment_intent') ?? intent) && created >= Number(params.get('created[gte]') ?? 0)
