/** Payments, and what the payment service tells of them, over both databases and the real SDK. */
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { createCustomers } from '../../sync-server/modules/billing/customers.ts'
import { createPayments } from '../../sync-server/modules/billing/payments.ts'
import { createStaffBilling } from '../../sync-server/modules/billing/staff-service.ts'
import { ASKS_BANK, DECLINED, VISA } from '../harness/billing.ts'
import { describeOverDatabases, expectOk, usePractice } from '../harness/practice.ts'
import { forOne, sessionOf, useBilling } from '../harness/use-billing.ts'

describeOverDatabases('payments of bills', (open) => {
  const practice = usePractice(open)
  const { billing, expectBalanced, payer } = useBilling(practice)

  it('[B5] [B6] [B7] a payment on the service’s page is booked once, told twice or not at all, and the browser need not come back', async () => {
    const person = await payer()
    const { clientId, actor, phone } = person
    const [first, second] = [
      await billing().statement(clientId, 4_000),
      await billing().statement(clientId, 2_500),
    ]
    const { payments, demo, told } = billing()
    const id = randomUUID()
    const wish = {
      shares: [
        { statementId: first, amount: 4_000 },
        { statementId: second, amount: 500 },
      ],
    }
    for (const amount of [0, 4_001])
      expect(await payments.pay(actor, clientId, randomUUID(), forOne(first, amount))).toMatchObject({
        error: { code: 'invalid_document' },
      })
    const begun = expectOk(await payments.pay(actor, clientId, id, wish))
    expect(begun).toMatchObject({ id, status: 'pending', url: expect.stringContaining('/demo/checkout/') })
    // The same again is the same page; something else under the same key is refused.
    expect(expectOk(await payments.pay(actor, clientId, id, wish)).url).toBe(begun.url)
    expect(await payments.pay(actor, clientId, id, forOne(first, 100))).toMatchObject({
      error: { code: 'already_exists' },
    })
    expect(await practice().document(phone, 'billing', id)).toMatchObject({
      status: 'pending',
      amount: 4_500,
    })
    told.length = 0
    expect(demo.payer.submit(sessionOf(begun.url), { card: DECLINED, save: false })).toEqual({
      trouble: 'declined',
    })
    demo.payer.submit(sessionOf(begun.url), { card: VISA, save: false })
    expect(await expectBalanced(person)).toBe(6_500)
    const payloads = [...told].reverse()
    expect(payloads.length).toBeGreaterThan(2)
    for (const payload of [...payloads, ...payloads]) await billing().deliver(payload)
    expect(await expectBalanced(person)).toBe(2_000)
    expect(await practice().document(phone, 'billing', id)).toMatchObject({
      status: 'succeeded',
      method: 'Visa ···· 4242',
      number: expect.stringMatching(/^R-/),
    })
    expect(await practice().document(phone, 'billing', first)).toMatchObject({
      status: 'paid',
      paid: 4_000,
      balance: 0,
    })
    expect(await payments.pay(actor, clientId, randomUUID(), forOne(first, 100))).toMatchObject({
      error: { code: 'wrong_state' },
    })
    expect(expectOk(await payments.pay(actor, clientId, id, wish))).toEqual({ id, status: 'succeeded' })

    // Nobody tells of the next one, and nobody comes back.
    const alone = randomUUID()
    const page = expectOk(await payments.pay(actor, clientId, alone, forOne(second, 2_000)))
    demo.payer.submit(sessionOf(page.url), { card: VISA, save: false })
    await billing().reconcile()
    expect(await expectBalanced(person)).toBe(2_000)
    practice().clock.time += 3 * 60_000
    await billing().reconcile()
    expect(await expectBalanced(person)).toBe(0)
  })

  it('[B5] a new payment ends the one before, or finds that it was made; a page that nobody uses is given up', async () => {
    const person = await payer()
    const { clientId, actor, phone } = person
    const statementId = await billing().statement(clientId, 4_000)
    const { payments, demo } = billing()
    const [one, two, three] = [randomUUID(), randomUUID(), randomUUID()]
    const left = expectOk(await payments.pay(actor, clientId, one, forOne(statementId, 4_000)))
    const next = expectOk(await payments.pay(actor, clientId, two, forOne(statementId, 3_000)))
    expect(demo.payer.open(sessionOf(left.url))?.status).toBe('expired')
    expect(await practice().document(phone, 'billing', one)).toMatchObject({
      status: 'failed',
      reason: 'expired',
    })
    demo.payer.submit(sessionOf(next.url), { card: VISA, save: false })
    // Paid, and nobody knows it yet: it is found before anything more is taken.
    expect(await payments.pay(actor, clientId, three, forOne(statementId, 4_000))).toMatchObject({
      error: { code: 'invalid_document' },
    })
    expect(await expectBalanced(person)).toBe(1_000)
    const last = expectOk(await payments.pay(actor, clientId, randomUUID(), forOne(statementId, 1_000)))
    practice().clock.time += 61 * 60_000
    await billing().reconcile()
    expect(await practice().document(phone, 'billing', last.id)).toMatchObject({ status: 'failed' })
    expect(await expectBalanced(person)).toBe(1_000)
  })

  it('[B6] believes only what is signed over its own bytes, lately, and takes the unknown as nothing', async () => {
    const { webhook, signature } = billing()
    const event = (more: object) => JSON.stringify({ id: `evt_${randomUUID()}`, object: 'event', ...more })
    const payload = event({
      type: 'payment_intent.succeeded',
      data: { object: { metadata: { payment: randomUUID() } } },
    })
    const now = practice().clock.time
    const take = (header: string, body = payload) => webhook.take(Buffer.from(body), header)
    for (const [header, body] of [
      ['', payload],
      ['t=1,v1=00', payload],
      [signature(payload, now - 301_000), payload],
      [signature(payload, now, 'whsec_wrong'), payload],
      [signature(payload), `${payload} `],
    ] as const)
      expect(await take(header, body)).toMatchObject({ error: { code: 'not_permitted' } })
    expectOk(await take(signature(payload, now - 290_000)))
    for (const odd of [
      event({ type: 'customer.created', data: { object: {} } }),
      event({ type: 'payment_intent.succeeded', data: { object: { metadata: { payment: "'; drop" } } } }),
      event({ type: 'refund.created', data: { object: { payment_intent: 'pi_nobody' } } }),
      event({ type: 'something.new', data: { object: null } }),
    ])
      expectOk(await take(signature(odd), odd))
    expect(
      await practice().database.prisma.paymentEvent.count({ where: { id: JSON.parse(payload).id } }),
    ).toBe(0)
  })

  it('[B5] [B9] pays with a saved card, through the bank where it asks, and shows one’s cards to nobody else', async () => {
    const person = await payer()
    const { clientId, actor } = person
    const { payments, demo, customers } = billing()
    const page = expectOk(await customers.add(actor, 'USD'))
    demo.payer.submit(sessionOf(page.url), { card: VISA, save: true })
    demo.payer.submit(sessionOf(expectOk(await customers.add(actor, 'USD')).url), {
      card: ASKS_BANK,
      save: true,
    })
    const { items, demo: isDemo } = expectOk(await customers.list(actor))
    expect([items.map(({ label }) => label).sort(), isDemo]).toEqual([
      ['Visa ···· 3184', 'Visa ···· 4242'],
      true,
    ])
    const cardOf = (last: string) => items.find(({ label }) => label.endsWith(last))?.id ?? ''
    const statementId = await billing().statement(clientId, 9_000)
    const id = randomUUID()
    const direct = { ...forOne(statementId, 3_000), methodId: cardOf('4242') }
    // Pressed twice at once: one payment.
    const both = await Promise.all([
      payments.pay(actor, clientId, id, direct),
      payments.pay(actor, clientId, id, direct),
    ])
    expect(both.map((each) => (each.ok ? each.value.status : each.error.code))).toContain('succeeded')
    expect(await expectBalanced(person)).toBe(6_000)
    const asked = expectOk(
      await payments.pay(actor, clientId, randomUUID(), {
        ...forOne(statementId, 6_000),
        methodId: cardOf('3184'),
      }),
    )
    expect(asked).toMatchObject({ status: 'pending', url: expect.stringContaining('/demo/bank/') })
    demo.payer.answerBank(sessionOf(asked.url), true)
    await billing().settlement.settle(billing().provider, { payment: asked.id })
    expect(await expectBalanced(person)).toBe(0)
    const other = await payer()
    const theirs = await billing().statement(other.clientId, 1_000)
    expect(
      await payments.pay(other.actor, other.clientId, randomUUID(), {
        ...forOne(theirs, 1_000),
        methodId: cardOf('4242'),
      }),
    ).toMatchObject({ error: { code: 'not_found' } })
    expect(await customers.remove(other.actor, cardOf('4242'))).toMatchObject({
      error: { code: 'not_found' },
    })
    expectOk(await customers.remove(actor, cardOf('4242')))
    expect(expectOk(await customers.list(actor)).items).toHaveLength(1)
    expect(await payments.pay(other.actor, clientId, randomUUID(), forOne(statementId, 1))).toMatchObject({
      error: { code: 'not_found' },
    })
  })

  it('[B8] pays back at most what was paid, once for a key, and takes it from the ledger again where the bank sends it back', async () => {
    const person = await payer()
    const { clientId, actor, phone } = person
    const [first, second] = [
      await billing().statement(clientId, 3_000),
      await billing().statement(clientId, 1_000),
    ]
    const { payments, demo, staff, desk, told } = billing()
    const shares = [
      { statementId: first, amount: 3_000 },
      { statementId: second, amount: 1_000 },
    ]
    const paid = expectOk(await payments.pay(actor, clientId, randomUUID(), { shares }))
    demo.payer.submit(sessionOf(paid.url), { card: VISA, save: false })
    await billing().settlement.settle(billing().provider, { payment: paid.id })
    const id = randomUUID()
    const refund = (key: string, amount: number) =>
      staff.refund(desk, clientId, key, { paymentId: paid.id, amount })
    for (let time = 0; time < 2; time += 1) expectOk(await refund(id, 1_500))
    expect(await refund(randomUUID(), 2_501)).toMatchObject({ error: { code: 'invalid_document' } })
    expect(await refund(id, 1)).toMatchObject({ error: { code: 'already_exists' } })
    expect(await expectBalanced(person)).toBe(1_500)
    expect(await practice().document(phone, 'billing', second)).toMatchObject({
      status: 'open',
      balance: 1_000,
    })
    expect(await practice().document(phone, 'billing', first)).toMatchObject({ status: 'open', balance: 500 })
    expect(await practice().document(phone, 'billing', paid.id)).toMatchObject({
      status: 'succeeded',
      refunds: [{ amount: 1_500 }],
    })
    expect(expectOk(await refund(randomUUID(), 2_500)).payments).toMatchObject([{ status: 'refunded' }])
    const sent = JSON.parse(told.find((each) => each.includes('"refund.created"')) ?? '{}')
    told.length = 0
    demo.payer.failRefund(sent.data.object.id)
    for (const payload of [...told, ...told]) await billing().deliver(payload)
    expect(await expectBalanced(person)).toBe(2_500)
  })

  it('[B10] who may see bills does not pay them, who may act does, and a payment counts when that has ended meanwhile', async () => {
    const person = await payer()
    const { clientId } = person
    const statementId = await billing().statement(clientId, 2_000)
    const { prisma } = practice().database
    const helper = async (...scopes: string[]) => {
      const actor = await practice().account('proxy')
      await prisma.accessGrant.create({ data: { clientId, accountId: actor.accountId, scopes } })
      return actor
    }
    const [reader, writer, other] = [
      await helper('billing:read'),
      await helper('billing:write'),
      await helper('forms:write'),
    ]
    const { payments, service, demo, settlement, provider } = billing()
    expect(await billing().read(reader, clientId, statementId)).toMatchObject({ balance: 2_000 })
    for (const [actor, code] of [
      [reader, 'not_found'],
      [other, 'not_found'],
      [billing().desk, 'not_found'],
    ] as const)
      expect(await payments.pay(actor, clientId, randomUUID(), forOne(statementId, 500))).toMatchObject({
        error: { code },
      })
    expect(await service.balance(other, clientId)).toMatchObject({ error: { code: 'not_found' } })
    const begun = expectOk(await payments.pay(writer, clientId, randomUUID(), forOne(statementId, 500)))
    await prisma.accessGrant.updateMany({
      where: { accountId: writer.accountId },
      data: { revokedAt: new Date(0) },
    })
    demo.payer.submit(sessionOf(begun.url), { card: VISA, save: false })
    await settlement.settle(provider, { payment: begun.id })
    expect(await expectBalanced(person)).toBe(1_500)
    const rows = await prisma.auditEvent.findMany({ where: { clientId, action: { startsWith: 'billing.' } } })
    expect(new Set(rows.map(({ action, outcome }) => `${action} ${outcome}`))).toEqual(
      new Set([
        'billing.statement allowed',
        'billing.statements allowed',
        'billing.pay denied',
        'billing.pay allowed',
        'billing.balance denied',
        'billing.balance allowed',
        'billing.settle allowed',
      ]),
    )
  })

  it('[B11] begins nothing where no payment service is set', async () => {
    const person = await payer()
    const statementId = await billing().statement(person.clientId, 2_000)
    const { database, replication, clock } = practice()
    const { outbox } = billing()
    const off = {
      ...{ database, replication, outbox, provider: undefined, origin: () => '' },
      clock: { now: () => clock.time },
    }
    const { settlement, desk } = billing()
    const customers = createCustomers(off)
    const payments = createPayments({ ...off, settlement, customers })
    const { actor, clientId } = person
    const refused = { error: { code: 'payments_off' } }
    expect(await payments.pay(actor, clientId, randomUUID(), forOne(statementId, 500))).toMatchObject(refused)
    expect(expectOk(await customers.list(actor))).toEqual({ online: false, demo: false, items: [] })
    expect(await customers.add(actor, 'USD')).toMatchObject(refused)
    const refund = { paymentId: randomUUID(), amount: 1 }
    const staff = createStaffBilling({ ...off, settlement, payments })
    expect(await staff.refund(desk, clientId, randomUUID(), refund)).toMatchObject(refused)
    expect(await database.prisma.paymentAttempt.count({ where: { clientId } })).toBe(0)
  })
})
