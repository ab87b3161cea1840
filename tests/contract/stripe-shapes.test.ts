/** The demo's payment service gives what Stripe's published fixtures have: every property, of the same kind. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DemoStripe, startDemoStripe } from '../../sync-server/demo-stripe/start.ts'
import fixtures from '../vectors/stripe/fixtures.json' with { type: 'json' }

type Fields = Readonly<Record<string, unknown>>
/** Newer than the fixtures: the version of the API that the SDK speaks has it. */
const NEWER = new Set(['allowed_payment_method_types'])
/** Any of these stands for an object that is not there. */
const kindOf = (value: unknown) => (Array.isArray(value) ? 'list' : value === null ? 'nothing' : typeof value)

function expectShape(name: keyof typeof fixtures, given: unknown): void {
  const [fixture, found] = [fixtures[name] as Fields, given as Fields]
  expect(found.object, name).toBe(fixture.object)
  const names = Object.keys(found).filter((key) => !NEWER.has(key))
  expect(names.sort(), name).toEqual(expect.arrayContaining(Object.keys(fixture).sort()))
  expect(names.filter((key) => !Object.hasOwn(fixture, key) && key !== 'application_fee_amount')).toEqual([])
  for (const [key, value] of Object.entries(found)) {
    const expected = kindOf(fixture[key])
    const kinds = [kindOf(value), expected]
    if (kinds.includes('nothing') || kinds.includes('undefined')) continue
    // An id where the fixture has the object itself, or the other way round: both are of the API (expansion).
    if (kinds.includes('string') && kinds.includes('object')) continue
    expect([key, kindOf(value)], name).toEqual([key, expected])
  }
}

describe('the demo’s payment service', () => {
  let demo: DemoStripe
  const events: unknown[] = []
  beforeAll(async () => {
    demo = await startDemoStripe({
      file: undefined,
      secret: randomBytes(32),
      now: Date.now,
      origin: () => 'http://localhost:1',
      portal: () => 'http://localhost:1',
      logger: { warn: () => undefined },
      tell: ({ object }) => void events.push(object),
    })
  })
  afterAll(() => demo.close())

  const ask = async (
    path: string,
    body?: Record<string, string> | 'DELETE',
    headers: Record<string, string> = {},
  ) => {
    const { host, port } = demo.at
    const response = await fetch(`http://${host}:${port}/v1/${path}`, {
      method: body === undefined ? 'GET' : body === 'DELETE' ? body : 'POST',
      headers: { authorization: `Bearer ${demo.secretKey}`, ...headers },
      ...(typeof body !== 'object' ? {} : { body: new URLSearchParams(body) }),
    })
    return { status: response.status, body: (await response.json()) as Fields & { id: string } }
  }
  const card = { number: '4242424242424242', brand: 'visa', last4: '4242', month: 12, year: 2034 }

  it('has the shapes of the published fixtures, from the customer to the refund', async () => {
    const customer = await ask('customers', { 'metadata[account]': 'a' })
    expectShape('customer', customer.body)
    const setup = await ask('checkout/sessions', {
      mode: 'setup',
      customer: customer.body.id,
      currency: 'usd',
      success_url: 'http://localhost:1/x',
    })
    demo.payer.submit(setup.body.id, { card, save: true })
    const [method] = (await ask(`customers/${customer.body.id}/payment_methods`)).body.data as {
      id: string
    }[]
    expectShape('payment_method', method)
    const session = await ask('checkout/sessions', {
      mode: 'payment',
      customer: customer.body.id,
      'line_items[0][price_data][unit_amount]': '4000',
      'line_items[0][price_data][currency]': 'usd',
      success_url: 'http://localhost:1/x',
      cancel_url: 'http://localhost:1/y',
    })
    expectShape('checkout.session', session.body)
    demo.payer.submit(session.body.id, { card, save: false })
    const paid = await ask(`checkout/sessions/${session.body.id}`)
    expectShape('checkout.session', paid.body)
    const intent = paid.body.payment_intent as Fields & { id: string }
    expectShape('payment_intent', intent)
    expectShape('charge', intent.latest_charge)
    const refund = await ask('refunds', { payment_intent: intent.id, amount: '100' })
    expectShape('refund', refund.body)
    demo.payer.dispute(intent.id, 'warning_needs_response')
    const disputes = await ask(`disputes?payment_intent=${intent.id}`)
    expectShape('dispute', (disputes.body.data as unknown[])[0])
    const gone = await ask(`customers/${customer.body.id}`, 'DELETE')
    expectShape('deleted_customer', gone.body)
    expect(await ask(`customers/${customer.body.id}/payment_methods`)).toMatchObject({
      status: 404,
      body: { error: { code: 'resource_missing', param: 'customer' } },
    })
    expect(events.length).toBeGreaterThan(4)
    for (const event of events) expectShape('event', event)
  })

  it('has one effect for one key, and errors as the SDK knows them', async () => {
    const key = { 'idempotency-key': 'the-same' }
    const first = await ask('customers', { 'metadata[account]': 'b' }, key)
    expect((await ask('customers', { 'metadata[account]': 'b' }, key)).body.id).toBe(first.body.id)
    expect(await ask('customers', { 'metadata[account]': 'c' }, key)).toMatchObject({
      status: 400,
      body: { error: { type: 'idempotency_error' } },
    })
    expect(await ask('payment_intents/pi_nobody')).toMatchObject({
      status: 404,
      body: { error: { type: 'invalid_request_error', code: 'resource_missing' } },
    })
    expect(await ask('customers', {}, { authorization: 'Bearer sk_test_other' })).toMatchObject({
      status: 401,
    })
  })
})
