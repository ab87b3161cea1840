/** Paying over HTTP, as `npm start` has it: the demo's pages by their forms, and its messages through the portal's own door. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { ask, type SignedInDevice, signIn } from '../harness/sign-in.ts'

const BILLING = '/api/v1/portal/billing'

describe('billing over HTTP', () => {
  let server: RunningPortal
  let client: SignedInDevice
  beforeAll(async () => {
    server = await startPortal({ database: 'pglite' })
    client = await signIn(server.url, 'client@demo.test')
  })
  afterAll(() => server.close())

  const statement = async (number: string) => {
    const { body } = await client.fetch(`${BILLING}/statements`)
    const items = body.items as readonly { id: string; number: string; balance: number }[]
    return items.find((each) => each.number === number)
  }
  const form = (path: string, fields: Record<string, string>) =>
    fetch(`${server.url}${path}`, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' })

  it('[B6] [B7] books what was paid on the demo’s page because the demo tells, and nobody asks', async () => {
    const open = await statement('ST-1042')
    const begun = await client.fetch(`${BILLING}/payment`, {
      method: 'POST',
      body: { shares: [{ statementId: open?.id, amount: 1_500 }] },
    })
    expect([begun.status, begun.body.status]).toEqual([201, 'pending'])
    const { pathname } = new URL(String(begun.body.url))
    const page = await fetch(`${server.url}${pathname}`)
    expect(await page.text()).toContain('This is a demo.')
    expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self'/)
    const card = { number: '4000 0027 6000 3184', expiry: '12/34', cvc: '123' }
    expect((await form(pathname, { ...card, number: '4111 1111 1111 1111' })).status).toBe(422)
    const bank = (await form(pathname, card)).headers.get('location') ?? ''
    expect(bank).toMatch(/^\/demo\/bank\/pi_/)
    const back = await form(bank, { answer: 'yes' })
    expect(back.headers.get('location')).toBe(`/billing/payments/${begun.body.id}`)
    await expect.poll(async () => (await statement('ST-1042'))?.balance, { timeout: 60_000 }).toBe(2_500)
    const receipt = await client.fetch(`${BILLING}/payments/${begun.body.id}/receipt?language=es`)
    expect([receipt.status, receipt.text.slice(0, 5), receipt.headers.get('content-type')]).toEqual([
      200,
      '%PDF-',
      'application/pdf',
    ])
    expect(receipt.headers.get('content-disposition')).toMatch(/^attachment; filename="Recibo R-/)
    expect((await client.fetch(`${BILLING}/balance`)).body.balances).toEqual([
      { currency: 'USD', amount: 5_000 },
    ])
  })

  it('[B6] lets nobody in who is not the payment service', async () => {
    const raw = JSON.stringify({ id: 'evt_forged', object: 'event', type: 'payment_intent.succeeded' })
    for (const signature of ['', 't=1,v1=00'])
      expect(
        await ask(`${server.url}/api/v1/payments/webhook`, {
          method: 'POST',
          raw,
          headers: signature === '' ? {} : { 'stripe-signature': signature },
        }),
      ).toMatchObject({ status: 403, body: { code: 'not_permitted' } })
    expect(await server.portal.database.prisma.paymentEvent.count({ where: { id: 'evt_forged' } })).toBe(0)
  })

  it('[B11] has no demo where Stripe’s keys are set', async () => {
    await using real = await startPortal({
      database: 'pglite',
      environment: { STRIPE_SECRET_KEY: 'sk_test_none', STRIPE_WEBHOOK_SECRET: 'whsec_one,whsec_two' },
    })
    expect((await fetch(`${real.url}/demo/checkout/cs_test_1`)).status).toBe(404)
    const other = await signIn(real.url, 'client@demo.test')
    expect((await other.fetch(`${BILLING}/methods`)).body).toEqual({ online: true, demo: false, items: [] })
  })
})
