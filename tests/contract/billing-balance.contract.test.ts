/** Whatever happens to bills in whatever order and at once, what is left to pay is the sum of the ledger's entries. */
import { randomUUID } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { DECLINED, VISA } from '../harness/billing.ts'
import { describeOverDatabases, usePractice } from '../harness/practice.ts'
import { forOne, sessionOf, useBilling } from '../harness/use-billing.ts'

const STEP = fc.oneof(
  fc.record({
    do: fc.constant('pay' as const),
    statement: fc.nat(1),
    amount: fc.integer({ min: 50, max: 3_000 }),
    card: fc.constantFrom(VISA, DECLINED),
  }),
  fc.record({
    do: fc.constant('refund' as const),
    payment: fc.nat(3),
    amount: fc.integer({ min: 1, max: 2_000 }),
  }),
  fc.record({ do: fc.constant('bounce' as const), which: fc.nat(3) }),
  fc.record({ do: fc.constant('dispute' as const), payment: fc.nat(3), won: fc.boolean() }),
  fc.record({
    do: fc.constant('desk' as const),
    statement: fc.nat(1),
    amount: fc.integer({ min: 1, max: 3_000 }),
    back: fc.integer({ min: 1, max: 3_000 }),
  }),
  fc.record({
    do: fc.constant('feed' as const),
    statement: fc.nat(1),
    balance: fc.integer({ min: 0, max: 6_000 }),
  }),
  fc.record({
    do: fc.constant('adjust' as const),
    statement: fc.nat(1),
    amount: fc.integer({ min: -800, max: 800 }),
  }),
)
type Step = typeof STEP extends fc.Arbitrary<infer T> ? T : never

describeOverDatabases('the balance of bills', (open) => {
  const practice = usePractice(open)
  const { billing, expectBalanced, payer, sums } = useBilling(practice)

  it('[B2] no order and no crowd of payments, refunds, messages and looks makes the balance another than the sum', async () => {
    const { payments, demo, staff, desk, told, webhook, outbox, signature } = billing()
    await fc.assert(
      fc.asyncProperty(
        fc.array(STEP, { minLength: 2, maxLength: 7 }),
        fc.infiniteStream(fc.nat(1_000)),
        async (steps, random) => {
          const person = await payer()
          const { clientId, actor } = person
          const statements = [
            await billing().statement(clientId, 5_000),
            await billing().statement(clientId, 3_000),
          ]
          const made: string[] = []
          const taken: string[] = []
          const atDesk: string[] = []
          told.length = 0
          const doers: { [K in Step['do']]: (each: Extract<Step, { do: K }>) => Promise<unknown> } = {
            async pay({ statement, amount, card }) {
              const wish = forOne(statements[statement] ?? '', amount)
              const begun = await payments.pay(actor, clientId, randomUUID(), wish)
              if (!begun.ok || begun.value.url === undefined) return
              made.push(begun.value.id)
              const session = sessionOf(begun.value.url)
              if (demo.payer.open(session)?.status !== 'open') return
              if ('url' in demo.payer.submit(session, { card, save: false })) taken.push(begun.value.id)
            },
            async refund({ payment, amount }) {
              const paymentId = made[payment]
              if (paymentId !== undefined)
                await staff.refund(desk, clientId, randomUUID(), { paymentId, amount })
            },
            async bounce({ which }) {
              const sent = told.filter((one) => one.includes('"refund.created"'))[which]
              if (sent !== undefined) demo.payer.failRefund(JSON.parse(sent).data.object.id)
            },
            async dispute({ payment, won }) {
              const paymentId = made[payment]
              if (paymentId === undefined || !taken.includes(paymentId)) return
              const attempt = await billing().settlement.find({ payment: paymentId })
              const intentId = attempt?.intentId
              if (typeof intentId !== 'string') return
              const dispute = demo.payer.dispute(intentId, 'needs_response')
              await messages()
              if (won) demo.payer.moveDispute(dispute, 'won')
            },
            async desk({ statement, amount, back }) {
              const statementId = statements[statement] ?? ''
              const id = randomUUID()
              const done = await staff.record(desk, clientId, id, { statementId, amount, how: 'cash' })
              if (!done.ok) return
              atDesk.push(id)
              await staff.refund(desk, clientId, randomUUID(), { paymentId: id, amount: back })
            },
            feed: ({ statement, balance }) =>
              billing().put(clientId, statements[statement] ?? '', { balance }, 1),
            adjust: async ({ statement, amount }) =>
              amount === 0 ||
              staff.adjust(desk, clientId, randomUUID(), {
                statementId: statements[statement] ?? '',
                amount,
                reason: 'Test',
              }),
          }
          const run = (each: Step) => (doers[each.do] as (one: Step) => Promise<unknown>)(each)
          // Everything at once, and in between messages in any order, some twice.
          const messages = async () => {
            for (let round = 0; round < 4; round += 1) {
              const payload = told[(random.next().value ?? 0) % Math.max(1, told.length)]
              if (payload === undefined) continue
              await webhook.take(Buffer.from(payload), signature(payload))
              await outbox.drain()
            }
          }
          await Promise.all([...steps.map(run), messages()])
          await expectBalanced(person)
          for (const payload of [...told].sort(() => ((random.next().value ?? 0) % 2) - 0.5))
            await billing().deliver(payload)
          practice().clock.time += 3 * 60_000
          await billing().reconcile()
          await expectBalanced(person)
          // What the service took is what is booked as paid.
          const { rows } = await sums(clientId)
          const booked = new Set(
            rows.flatMap(({ kind, paymentId }) => (kind === 'payment' ? [paymentId] : [])),
          )
          expect([...booked].sort()).toEqual([...new Set([...taken, ...atDesk])].sort())
          const gone = new Map<string, number>()
          for (const { kind, paymentId, amountMinor } of rows)
            if (paymentId !== null && kind !== 'charge' && kind !== 'adjustment')
              gone.set(paymentId, (gone.get(paymentId) ?? 0) + Number(amountMinor))
          // No more went back than was paid.
          expect([...gone.values()].filter((left) => left > 0)).toEqual([])
        },
      ),
      { numRuns: 12 },
    )
  })
})
