/** Statements that the commit leaves with stand or fall together with everything before them, and are the last ones. */
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import type { DirectTransaction } from '../../sync-server/platform/database.ts'
import { describeOverDatabases, openPractice } from '../harness/practice.ts'

const practice = (tx: DirectTransaction, id: string) =>
  tx.$executeRaw`INSERT INTO portal.practice (id, name, time_zone, phone) VALUES (${id}::uuid, 'Test', 'UTC', '1')`

describeOverDatabases('a commit that leaves with the last statements', (open) => {
  it('keeps all of them, or none and says which failed', async () => {
    const { database } = await openPractice(await open())
    const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()]
    const kept = async () => (await database.prisma.practice.findMany()).map(({ id }) => id).toSorted()
    await database.direct(async (tx) => {
      await practice(tx, first)
      await tx.commitWith(() => Promise.all([practice(tx, second), practice(tx, third)]))
    })
    const all = await kept()
    expect(all).toEqual(expect.arrayContaining([first, second, third]))
    const again = database.direct(async (tx) => {
      await practice(tx, randomUUID())
      await tx.commitWith(() => Promise.all([practice(tx, randomUUID()), practice(tx, second)]))
    })
    await expect(again).rejects.toThrow(/duplicate key/)
    expect(await kept()).toEqual(all)
  })

  it('lets nothing come after', async () => {
    const { database } = await openPractice(await open())
    const late = randomUUID()
    const run = database.direct(async (tx) => {
      await tx.commitWith(() => practice(tx, randomUUID()))
      await practice(tx, late)
    })
    await expect(run).rejects.toThrow(/after the commit/)
    expect(await database.prisma.practice.findUnique({ where: { id: late } })).toBeNull()
  })
})
