/** The ledger behind statements, and what the office changes in it, over both databases. */
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import type { Json } from '../../shared/kernel/json.ts'
import { addEntries } from '../../sync-server/modules/billing/ledger-store.ts'
import { openAccounts } from '../../sync-server/modules/billing/reconcile.ts'
import { describeOverDatabases, expectOk, usePractice } from '../harness/practice.ts'
import { forOne, useBilling } from '../harness/use-billing.ts'

describeOverDatabases('bills and their ledger', (open) => {
  const practice = usePractice(open)
  const { billing, expectBalanced, payer, sums } = useBilling(practice)

  it('[B1] [B2] [B3] derives what is left from entries, whatever the record system says again, and lets nobody change one', async () => {
    const person = await payer()
    const { clientId, actor } = person
    const id = await billing().statement(clientId, 14_910, { balance: 2_910 })
    expect(await billing().read(actor, clientId, id)).toMatchObject({
      balance: 2_910,
      status: 'open',
      total: 14_910,
    })
    expect(
      (await sums(clientId)).rows.map(({ kind, amountMinor }) => [kind, Number(amountMinor)]).sort(),
    ).toEqual([
      ['adjustment', -12_000],
      ['charge', 14_910],
    ])
    const feed = (fields: Record<string, Json>) => billing().put(clientId, id, fields, 1)
    await feed({ total: 14_910, balance: 2_910, status: 'open' })
    expect((await sums(clientId)).rows).toHaveLength(2)
    await feed({ total: 15_000, balance: 3_000 })
    expect(await expectBalanced(person)).toBe(3_000)
    await feed({ status: 'void' })
    expect(await expectBalanced(person)).toBe(0)
    expect(await billing().read(actor, clientId, id)).toMatchObject({ status: 'void' })
    await feed({ status: 'open' })
    expect(await expectBalanced(person)).toBe(3_000)
    const { prisma } = practice().database
    await expect(
      prisma.ledgerEntry.updateMany({ where: { clientId }, data: { amountMinor: 1n } }),
    ).rejects.toThrow('only ever added')
    await expect(prisma.ledgerEntry.deleteMany({ where: { clientId } })).rejects.toThrow('only ever added')
  })

  it('[B2] statements from before there was a ledger get the entries that make what stands in them, once', async () => {
    const person = await payer()
    const { clientId, actor } = person
    const [id, other] = [
      await billing().statement(clientId, 14_910, { balance: 2_910 }),
      await billing().statement(clientId, 500),
    ]
    const { database, replication } = practice()
    await database.withScripts(({ exec }) =>
      exec(`SET session_replication_role = replica; DELETE FROM portal.ledger_entry WHERE client_id = '${clientId}';
        SET session_replication_role = origin`),
    )
    expect((await sums(clientId)).rows).toEqual([])
    // Whoever touches one first opens its account.
    expectOk(await billing().payments.pay(actor, clientId, randomUUID(), forOne(other, 500)))
    expect(await openAccounts({ database, replication })).toBe(1)
    expect(await openAccounts({ database, replication })).toBe(0)
    expect(await expectBalanced(person)).toBe(3_410)
    expect(await billing().read(actor, clientId, id)).toMatchObject({ balance: 2_910, total: 14_910 })
    expect((await sums(clientId)).rows).toHaveLength(3)
  })

  it('[B2] what fails half-way leaves nothing in the ledger', async () => {
    const person = await payer()
    const { clientId } = person
    const statementId = await billing().statement(clientId, 5_000)
    const failing = practice().replication.commit({
      actor: billing().desk,
      clientId,
      action: 'staff.adjust',
      permit: ['front-desk'],
      onDevice: false,
      async run({ work: { scope, receivedAt } }) {
        const entry = { statementId, amount: -500, currency: 'USD', source: 'adjustment:half-way' }
        await addEntries(scope.tx, clientId, [{ ...entry, kind: 'adjustment', origin: 'staff' }], receivedAt)
        throw new Error('The rest of it failed.')
      },
    })
    await expect(failing).rejects.toThrow('The rest of it failed.')
    expect(await expectBalanced(person)).toBe(5_000)
  })

  it('[B4] the office adjusts with a reason that the client reads, never below nothing, once for a key', async () => {
    const person = await payer()
    const { clientId, phone, actor } = person
    const statementId = await billing().statement(clientId, 5_000)
    const { staff, desk } = billing()
    const adjustment = { statementId, amount: -1_000, reason: 'Courtesy' }
    const id = randomUUID()
    for (let time = 0; time < 2; time += 1) expectOk(await staff.adjust(desk, clientId, id, adjustment))
    expect(await staff.adjust(desk, clientId, id, { ...adjustment, amount: -2 })).toMatchObject({
      error: { code: 'already_exists' },
    })
    expect(await staff.adjust(desk, clientId, randomUUID(), { ...adjustment, amount: -4_001 })).toMatchObject(
      {
        error: { code: 'invalid_document' },
      },
    )
    expect(await practice().document(phone, 'billing', statementId)).toMatchObject({
      balance: 4_000,
      adjustments: [{ id, amount: -1_000, reason: 'Courtesy' }],
    })
    expect(await expectBalanced(person)).toBe(4_000)
    // More than a statement can say: refused, and nothing of it is in the ledger.
    for (const amount of [999_999_999, 999_996_000])
      expect(await staff.adjust(desk, clientId, randomUUID(), { ...adjustment, amount })).toMatchObject({
        error: { code: 'invalid_document' },
      })
    expect(await expectBalanced(person)).toBe(4_000)
    const clinician = await practice().account('clinician')
    expect(await staff.account(clinician, clientId)).toMatchObject({ error: { code: 'not_found' } })
    expect(await staff.adjust(actor, clientId, randomUUID(), adjustment)).toMatchObject({
      error: { code: 'not_found' },
    })
  })

  it('[B10] the office reads the ledger back to its first entry, each entry once', async () => {
    const { clientId, actor } = await payer()
    const { staff, desk } = billing()
    const statementId = await billing().statement(clientId, 5_000)
    // All of one moment: the order among them is by their ids.
    const at = new Date(practice().clock.time)
    const made = Array.from({ length: 230 }, (_, index) => ({
      ...{ clientId, id: randomUUID(), source: `test:${index}`, kind: 'adjustment', origin: 'staff' },
      ...{ statementId, amountMinor: 1n, currency: 'USD', at },
    }))
    await practice().database.prisma.ledgerEntry.createMany({ data: made })
    const account = expectOk(await staff.account(desk, clientId))
    const ids = account.entries.map(({ id }) => id)
    let { next } = account
    for (let page = 0; page < 2; page += 1) {
      const older = expectOk(await staff.entries(desk, clientId, String(next)))
      ids.push(...older.entries.map(({ id }) => id))
      next = older.next
    }
    expect(next).toBeNull()
    expect(ids.length).toBe(231)
    expect(new Set(ids).size).toBe(231)
    expect(ids).toEqual(expect.arrayContaining(made.map(({ id }) => id)))
    const cursor = String(account.next)
    expect(await staff.entries(desk, clientId, 'page two')).toMatchObject({
      error: { code: 'invalid_message' },
    })
    expect(await staff.entries(actor, clientId, cursor)).toMatchObject({ error: { code: 'not_found' } })
    expect(await staff.entries(await practice().account('clinician'), clientId, cursor)).toMatchObject({
      error: { code: 'not_found' },
    })
  })
})
