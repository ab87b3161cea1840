/** What banks take back, what the service refuses or forgets, and what the office takes at its desk. */
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import type { Payment } from '../../shared/domains/billing/schema.ts'
import type { Json } from '../../shared/kernel/json.ts'
import { createRecordsService } from '../../sync-server/modules/records/service.ts'
import { VISA } from '../harness/billing.ts'
import { describeOverDatabases, expectOk, usePractice } from '../harness/practice.ts'
import { type Payer, sessionOf, useBilling } from '../harness/use-billing.ts'

describeOverDatabases('money that goes back, and money of the desk', (open) => {
  const practice = usePractice(open)
  const { billing, payer } = useBilling(practice)
  const owed = async ({ actor, clientId }: Payer) =>
    expectOk(await billing().service.balance(actor, clientId)).balances.reduce(
      (sum, { amount }) => sum + amount,
      0,
    )

  /** Two statements of 3,000 and 1,000, paid at once on the service's page. */
  async function paid() {
    const person = await payer()
    const { clientId, actor } = person
    const { payments, demo, settlement, provider } = billing()
    const [first, second] = [
      await billing().statement(clientId, 3_000),
      await billing().statement(clientId, 1_000),
    ]
    const shares = [
      { statementId: first, amount: 3_000 },
      { statementId: second, amount: 1_000 },
    ]
    const { id, url } = expectOk(await payments.pay(actor, clientId, randomUUID(), { shares }))
    demo.payer.submit(sessionOf(url), { card: VISA, save: true })
    const settled = await settlement.settle(provider, { payment: id })
    const intentId = settled?.attempt.intentId ?? ''
    billing().told.length = 0
    return { person, first, second, id, intentId }
  }
  const answerByOf = ({ disputes }: Readonly<Record<string, Json>>) =>
    (disputes as unknown as Payment['disputes'])?.[0]?.answerBy
  /** All that was told, twice and the last first. */
  async function deliverAll() {
    const { told } = billing()
    for (const payload of [...told, ...told].reverse()) await billing().deliver(payload)
    told.length = 0
  }

  it('[B12] what a bank takes back opens the statements again, once, and closes them when the practice wins', async () => {
    const { person, first, second, id, intentId } = await paid()
    const { demo, disputed, desk, staff } = billing()
    const { clientId, phone } = person
    const document = (of: string) => practice().document(phone, 'billing', of)
    const dispute = demo.payer.dispute(intentId, 'needs_response')
    await deliverAll()
    expect(await owed(person)).toBe(4_000)
    expect(await document(second)).toMatchObject({ status: 'open', balance: 1_000 })
    expect(await document(first)).toMatchObject({ status: 'open', balance: 3_000 })
    const at = practice().clock.time
    expect(await document(id)).toMatchObject({
      status: 'disputed',
      disputes: [{ id: dispute, amount: 4_000, state: 'open' }],
    })
    expect(answerByOf((await document(id)) ?? {})).toBeGreaterThan(at + 8 * 24 * 3_600_000)
    // The office sees it among all of the practice, and in the ledger of the account.
    const listed = async () => expectOk(await disputed(desk, {})).items.filter((each) => each.id === id)
    expect(await listed()).toMatchObject([{ clientId, amount: 4_000, currency: 'USD' }])
    const { entries } = expectOk(await staff.account(desk, clientId))
    expect(
      entries
        .filter(({ kind }) => kind === 'dispute')
        .map(({ amount }) => amount)
        .sort(),
    ).toEqual([1_000, 3_000])
    // What the bank has taken is not paid back besides.
    expect(await staff.refund(desk, clientId, randomUUID(), { paymentId: id, amount: 1 })).toMatchObject({
      error: { code: 'invalid_document' },
    })
    demo.payer.moveDispute(dispute, 'won')
    await deliverAll()
    expect(await owed(person)).toBe(0)
    expect(await document(id)).toMatchObject({ status: 'succeeded', disputes: [{ state: 'won' }] })
    expect(await document(first)).toMatchObject({ status: 'paid', balance: 0, paid: 3_000 })
    expect(await listed()).toEqual([])
  })

  it('[B12] a question of the bank takes nothing; one that is lost stays taken; the office alone sees the list', async () => {
    const asked = await paid()
    const { demo, disputed, desk } = billing()
    const question = demo.payer.dispute(asked.intentId, 'warning_needs_response')
    await deliverAll()
    expect(await owed(asked.person)).toBe(0)
    const ids = async () => expectOk(await disputed(desk, {})).items.map(({ id }) => id)
    expect(await ids()).toContain(asked.id)
    demo.payer.moveDispute(question, 'warning_closed')
    const lost = await paid()
    demo.payer.moveDispute(demo.payer.dispute(lost.intentId, 'needs_response'), 'lost')
    await deliverAll()
    expect(await owed(lost.person)).toBe(4_000)
    expect(await practice().document(lost.person.phone, 'billing', lost.id)).toMatchObject({
      status: 'disputed',
    })
    expect(await ids()).not.toContain(lost.id)
    for (const actor of [lost.person.actor, await practice().account('clinician')])
      expect(await disputed(actor, {})).toMatchObject({ error: { code: 'not_permitted' } })
  })

  it('[B12] what nobody told of is found: a dispute, how it ended, and a refund that was made at the service', async () => {
    const { person, id, intentId } = await paid()
    const { demo, provider } = billing()
    const dispute = demo.payer.dispute(intentId, 'needs_response')
    await billing().lookBack()
    expect(await owed(person)).toBe(4_000)
    // Decided after so long that it is not of late any more.
    practice().clock.time += 60 * 24 * 3_600_000
    demo.payer.moveDispute(dispute, 'won')
    await billing().lookBack()
    expect(await owed(person)).toBe(0)
    expect(await provider.refund({ id: randomUUID(), intentId, amount: 500 })).toBe(true)
    await billing().lookBack()
    expect(await owed(person)).toBe(500)
    expect(await practice().document(person.phone, 'billing', id)).toMatchObject({
      refunds: [{ amount: 500 }],
    })
  })

  it('[B12] no more goes back than was paid, whether a refund or the bank comes first', async () => {
    const { person, id, intentId } = await paid()
    const { demo, staff, desk } = billing()
    expectOk(await staff.refund(desk, person.clientId, randomUUID(), { paymentId: id, amount: 2_500 }))
    const dispute = demo.payer.dispute(intentId, 'needs_response')
    await deliverAll()
    expect(await owed(person)).toBe(4_000)
    demo.payer.moveDispute(dispute, 'won')
    await deliverAll()
    expect(await owed(person)).toBe(2_500)
  })

  it('[B6] a look that began before what was booked meanwhile is made again', async () => {
    const { person, id, intentId } = await paid()
    const { demo, settlement, provider } = billing()
    const dispute = demo.payer.dispute(intentId, 'needs_response')
    let moved = false
    const slow = {
      ...provider,
      async look(reference: Parameters<typeof provider.look>[0]) {
        const seen = await provider.look(reference)
        // Meanwhile the practice wins, and another server hears of it first.
        if (!moved) {
          moved = true
          demo.payer.moveDispute(dispute, 'won')
          await settlement.settle(provider, { payment: id })
        }
        return seen
      },
    }
    await settlement.settle(slow, { payment: id })
    expect(await owed(person)).toBe(0)
  })

  it('[B8] a refund that the service refuses is not done, says so, and stands in nobody’s way', async () => {
    const { person, id, intentId } = await paid()
    const { demo, staff, desk, settlement, provider } = billing()
    // Disputed a moment ago, and nobody has heard of it.
    const dispute = demo.payer.dispute(intentId, 'needs_response')
    const refund = () => staff.refund(desk, person.clientId, randomUUID(), { paymentId: id, amount: 4_000 })
    expect(await refund()).toMatchObject({ error: { code: 'wrong_state' } })
    const { prisma } = practice().database
    expect(await prisma.refundAttempt.findMany({ where: { paymentId: id } })).toMatchObject([
      { state: 'failed' },
    ])
    demo.payer.moveDispute(dispute, 'won')
    await settlement.settle(provider, { payment: id })
    expectOk(await refund())
    expect(await owed(person)).toBe(4_000)
  })

  it('[B5] a payment and a customer that the service does not know, of a demo or another account, are in nobody’s way', async () => {
    const person = await payer()
    const { actor, clientId, phone } = person
    const { payments, customers } = billing()
    const statementId = await billing().statement(clientId, 2_000)
    const wish = { shares: [{ statementId, amount: 2_000 }] }
    const begun = expectOk(await payments.pay(actor, clientId, randomUUID(), wish))
    const { prisma } = practice().database
    await prisma.paymentAttempt.updateMany({
      where: { id: begun.id },
      data: { sessionId: `cs_test_${begun.id.slice(0, 8)}` },
    })
    await prisma.paymentCustomer.update({
      where: { accountId: actor.accountId },
      data: { customerId: `cus_${begun.id.slice(0, 8)}` },
    })
    expect(expectOk(await customers.list(actor)).items).toEqual([])
    const next = expectOk(await payments.pay(actor, clientId, randomUUID(), wish))
    expect(next).toMatchObject({ status: 'pending', url: expect.stringContaining('/demo/checkout/') })
    expect(await practice().document(phone, 'billing', begun.id)).toMatchObject({ status: 'failed' })
    expect(expectOk(await customers.add(actor, 'USD')).url).toContain('/demo/checkout/')
  })

  it('[B15] payments that a database which was put back does not know are booked from what the service has, once, and of no erased record', async () => {
    const { person, first, id } = await paid()
    const { clientId } = person
    const erased = await paid()
    const lost = await paid()
    const at = (await practice().document(person.phone, 'billing', id))?.paidAt
    const { database } = practice()
    // As after a restore: nothing of the payment, and the statements as they were.
    for (const each of [person, erased.person])
      await database.withScripts(({ exec }) =>
        exec(`SET session_replication_role = replica;
          DELETE FROM portal.ledger_entry WHERE client_id = '${each.clientId}' AND kind = 'payment';
          DELETE FROM portal.payment_share WHERE client_id = '${each.clientId}';
          DELETE FROM portal.payment_attempt WHERE client_id = '${each.clientId}';
          DELETE FROM portal.change_feed WHERE client_id = '${each.clientId}'
            AND document_id IN (SELECT id FROM portal.payment WHERE client_id = '${each.clientId}');
          DELETE FROM portal.payment WHERE client_id = '${each.clientId}';
          SET session_replication_role = origin`),
      )
    await database.prisma.client.update({
      where: { clientId: erased.person.clientId },
      data: { shreddedAt: new Date() },
    })
    expect(await owed(person)).toBe(4_000)
    practice().clock.time += 3_600_000
    for (let time = 0; time < 2; time += 1) await billing().lookBack()
    expect(await owed(person)).toBe(0)
    expect(await owed(lost.person)).toBe(0)
    expect(await practice().document(person.phone, 'billing', id)).toMatchObject({
      ...{ status: 'succeeded', amount: 4_000, method: 'Visa ···· 4242', paidAt: at },
      shares: [{ statementId: first, amount: 3_000 }, { amount: 1_000 }],
    })
    expect(await database.prisma.paymentAttempt.count({ where: { clientId } })).toBe(1)
    expect(await database.prisma.paymentAttempt.count({ where: { clientId: erased.person.clientId } })).toBe(
      0,
    )
  })

  it('[B13] the service forgets the client and their cards when the record is erased', async () => {
    const { person } = await paid()
    const { actor, clientId } = person
    const { customers, provider, outbox } = billing()
    const { prisma } = practice().database
    const { customerId } = await prisma.paymentCustomer.findUniqueOrThrow({
      where: { accountId: actor.accountId },
    })
    expect(await provider.methods(customerId)).toHaveLength(1)
    const records = createRecordsService({
      database: practice().database,
      clock: { now: () => practice().clock.time },
      onErasing: customers.forget,
      onClosed: () => undefined,
      onShredded: (client) => practice().replication.forget([client]),
    })
    const { name } = await prisma.client.findUniqueOrThrow({ where: { clientId } })
    const asked = { actor: await practice().account('admin'), clientId, reason: 'asked for it', name }
    expectOk(await records.close(asked, null))
    await outbox.drain()
    expect(await provider.methods(customerId)).toHaveLength(1)
    expectOk(await records.shred(asked))
    await outbox.drain()
    await expect(provider.methods(customerId)).rejects.toThrow()
    // One that is gone already is no trouble.
    await provider.removeCustomer(customerId)
  })

  it('[B14] the office writes down what it took itself, once for a key, with a receipt, and takes it back at once', async () => {
    const person = await payer()
    const { clientId, actor, phone } = person
    const { staff, desk, payments, demo } = billing()
    const statementId = await billing().statement(clientId, 5_000)
    const open = expectOk(
      await payments.pay(actor, clientId, randomUUID(), { shares: [{ statementId, amount: 5_000 }] }),
    )
    const id = randomUUID()
    const given = { statementId, amount: 2_000, how: 'check', reference: '1042' } as const
    for (let time = 0; time < 2; time += 1) expectOk(await staff.record(desk, clientId, id, given))
    expect(await staff.record(desk, clientId, id, { ...given, amount: 1 })).toMatchObject({
      error: { code: 'already_exists' },
    })
    // The page that was open at the payment service asks for too much now: it is ended.
    expect(demo.payer.open(sessionOf(open.url))?.status).toBe('expired')
    expect(await owed(person)).toBe(3_000)
    expect(await practice().document(phone, 'billing', id)).toMatchObject({
      status: 'succeeded',
      desk: { how: 'check', reference: '1042' },
      number: expect.stringMatching(/^R-/),
    })
    const account = expectOk(await staff.account(desk, clientId))
    expect(account.refundable).toContain(id)
    expect(account.entries).toContainEqual(
      expect.objectContaining({ kind: 'payment', origin: 'staff', amount: -2_000 }),
    )
    expect(await staff.record(desk, clientId, randomUUID(), { ...given, amount: 3_001 })).toMatchObject({
      error: { code: 'invalid_document' },
    })
    for (const other of [actor, await practice().account('clinician')])
      expect(await staff.record(other, clientId, randomUUID(), given)).toMatchObject({
        error: { code: 'not_found' },
      })
    const stranger = await payer()
    expect(await staff.record(desk, stranger.clientId, randomUUID(), given)).toMatchObject({
      error: { code: 'not_found' },
    })
    const back = randomUUID()
    const giveBack = (key: string, amount: number) =>
      staff.refund(desk, clientId, key, { paymentId: id, amount })
    for (let time = 0; time < 2; time += 1) expectOk(await giveBack(back, 500))
    expect(await giveBack(randomUUID(), 1_501)).toMatchObject({ error: { code: 'invalid_document' } })
    expect(await owed(person)).toBe(3_500)
    expectOk(await giveBack(randomUUID(), 1_500))
    expect(await practice().document(phone, 'billing', id)).toMatchObject({ status: 'refunded' })
    expect(await owed(person)).toBe(5_000)
  })
})
