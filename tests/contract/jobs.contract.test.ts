/** Jobs over two servers of one database: asked for once, done by one of them, tried again, given up, taken up again. */
import { randomBytes, randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { createJobsService } from '../../sync-server/modules/jobs/service.ts'
import type { Database } from '../../sync-server/platform/database.ts'
import { createLogger } from '../../sync-server/platform/logger.ts'
import { createOutbox, type Outbox } from '../../sync-server/platform/outbox.ts'
import { PermanentFailure } from '../../sync-server/platform/outbox-handler.ts'
import { describeOverDatabases, expectOk, openPractice } from '../harness/practice.ts'

const Payload = z.object({ n: z.number() })
const HOUR = 3_600_000

describeOverDatabases('jobs', (open) => {
  const twoServers = (database: Database, clock: { now: () => number }) => {
    const secret = new Uint8Array(randomBytes(32))
    const server = () =>
      createOutbox({ database, clock, logger: createLogger('silent'), secret, keep: false })
    return [server(), server()] as const
  }
  const drained = (servers: readonly Outbox[]) => Promise.all(servers.map((server) => server.drain()))

  it('[J1] [J2] are asked for once a key, and done once by one of several servers', async () => {
    const { database, clock } = await openPractice(await open())
    const servers = twoServers(database, { now: () => clock.time })
    const done: number[] = []
    for (const server of servers)
      server.handle('count', {
        schema: Payload,
        inside: async (_tx, { n }: z.infer<typeof Payload>) => void done.push(n),
      })
    for (let round = 0; round < 3; round++)
      for (let n = 0; n < 20; n++)
        await database.transaction((tx) =>
          servers[round % 2 === 0 ? 0 : 1].add(tx, 'count', { n }, HOUR, { key: `n-${n}` }),
        )
    await drained(servers)
    expect(done.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n))
    // Also after it was done.
    await database.transaction((tx) => servers[0].add(tx, 'count', { n: 0 }, HOUR, { key: 'n-0' }))
    await drained(servers)
    expect(done).toHaveLength(20)
    await Promise.all(servers.map((server) => server.close()))
  })

  it('[J1] [J3] come with their transaction, not before their time, and not when it is over', async () => {
    const { database, clock } = await openPractice(await open())
    const servers = twoServers(database, { now: () => clock.time })
    const [server] = servers
    const done: number[] = []
    server.handle('count', {
      schema: Payload,
      outside: async ({ n }: z.infer<typeof Payload>) => void done.push(n),
    })
    const dueAt = clock.time + 2 * HOUR
    await expect(
      database.transaction(async (tx) => {
        await server.add(tx, 'count', { n: 1 }, HOUR)
        throw new Error('rolled back')
      }),
    ).rejects.toThrow('rolled back')
    await database.transaction((tx) => server.add(tx, 'count', { n: 2 }, HOUR, { dueAt }))
    await database.transaction((tx) => server.add(tx, 'count', { n: 3 }, HOUR))
    await server.drain()
    expect(done).toEqual([3])
    clock.time = dueAt
    await server.drain()
    expect(done).toEqual([3, 2])
    await database.transaction((tx) => server.add(tx, 'count', { n: 4 }, HOUR))
    clock.time += HOUR
    await server.drain()
    expect(done).toEqual([3, 2])
    await Promise.all(servers.map((each) => each.close()))
  })

  it('[J2] outside a transaction are done again where a server dies before it could mark them', async () => {
    const { database, clock } = await openPractice(await open())
    const [dying, living] = twoServers(database, { now: () => clock.time })
    const done: string[] = []
    let dies: () => void = () => undefined
    dying.handle('send', {
      schema: Payload,
      outside: () => {
        done.push('dying')
        return new Promise<void>((resolve) => {
          dies = resolve
        })
      },
    })
    living.handle('send', { schema: Payload, outside: async () => void done.push('living') })
    await database.transaction((tx) => dying.add(tx, 'send', { n: 1 }, HOUR))
    const under = dying.drain()
    await expect.poll(() => done).toEqual(['dying'])
    await living.drain()
    // It is the other's for two minutes.
    expect(done).toEqual(['dying'])
    clock.time += 121_000
    await living.drain()
    expect(done).toEqual(['dying', 'living'])
    const before = await database.prisma.outbox.findMany({ select: { outcome: true, doneAt: true } })
    dies()
    await under
    expect(await database.prisma.outbox.findMany({ select: { outcome: true, doneAt: true } })).toEqual(before)
    await Promise.all([dying.close(), living.close()])
  })

  it('[J4] [J6] that nothing can mend are shown to the practice’s admins alone, and tried again when they say so', async () => {
    const practice = await openPractice(await open())
    const { database, clock } = practice
    const servers = twoServers(database, { now: () => clock.time })
    const [server] = servers
    let broken = true
    const done: number[] = []
    server.handle('send', {
      schema: Payload,
      outside: async ({ n }: z.infer<typeof Payload>) => {
        if (broken) throw new PermanentFailure('no-such-reader')
        done.push(n)
      },
    })
    const admin = await practice.account('admin')
    const jobs = createJobsService({ database, clock: { now: () => clock.time }, nudge: server.nudge })
    const add = (practiceId: string, n: number) =>
      database.transaction((tx) => server.add(tx, 'send', { n }, HOUR, { practiceId }))
    await add(admin.practiceId, 1)
    await add(admin.practiceId, 2)
    await add(randomUUID(), 3)
    await server.drain()
    const { items } = expectOk(await jobs.failed(admin, {}))
    expect(items).toHaveLength(2)
    expect(items[0]).toMatchObject({
      outcome: 'failed',
      reason: 'no-such-reader',
      retriable: true,
      attempts: 1,
    })
    const first = expectOk(await jobs.failed(admin, { limit: 1 }))
    const second = expectOk(await jobs.failed(admin, { limit: 1, cursor: first.next ?? '' }))
    expect([...first.items, ...second.items].map(({ id }) => id).sort()).toEqual(
      items.map(({ id }) => id).sort(),
    )
    for (const { sealed } of await database.prisma.outbox.findMany())
      expect(Buffer.from(sealed ?? '').toString('latin1')).not.toContain('"n"')
    const [one, other] = items
    const foreign = await database.prisma.outbox.findFirstOrThrow({
      where: { practiceId: { not: admin.practiceId } },
    })
    for (const id of [foreign.id, randomUUID()]) {
      expect(await jobs.retry(admin, id)).toMatchObject({ ok: false, error: { code: 'not_found' } })
      expect(await jobs.dismiss(admin, id)).toMatchObject({ ok: false, error: { code: 'not_found' } })
    }
    const clinician = await practice.account('clinician')
    expect(await jobs.failed(clinician, {})).toMatchObject({ ok: false, error: { code: 'not_permitted' } })
    expect(await jobs.retry(clinician, one?.id ?? '')).toMatchObject({ ok: false })

    broken = false
    expectOk(await jobs.retry(admin, one?.id ?? ''))
    expectOk(await jobs.dismiss(admin, other?.id ?? ''))
    await server.drain()
    expect(done).toHaveLength(1)
    const revived = await database.prisma.outbox.findUniqueOrThrow({ where: { id: one?.id ?? '' } })
    expect(revived).toMatchObject({ outcome: 'done', sealed: null })
    expect(expectOk(await jobs.failed(admin, {})).items).toEqual([])
    const actions = await database.prisma.auditEvent.findMany({ where: { accountId: admin.accountId } })
    expect(new Set(actions.map(({ action }) => action))).toEqual(
      new Set(['jobs.failed', 'jobs.retry', 'jobs.dismiss']),
    )
    await Promise.all(servers.map((each) => each.close()))
  })

  it('[J5] under way when the server stops come to their end, and nothing new begins', async () => {
    const { database, clock } = await openPractice(await open())
    const servers = twoServers(database, { now: () => clock.time })
    const [server] = servers
    const begun: number[] = []
    const ends: (() => void)[] = []
    server.handle('slow', {
      schema: Payload,
      outside: ({ n }: z.infer<typeof Payload>) => {
        begun.push(n)
        return new Promise<void>((resolve) => ends.push(resolve))
      },
    })
    for (let n = 0; n < 6; n++) await database.transaction((tx) => server.add(tx, 'slow', { n }, HOUR))
    server.start()
    const workers = database.kind === 'pglite' ? 2 : 4
    await expect.poll(() => begun.length).toBe(workers)
    const closed = server.close()
    for (const end of ends) end()
    await closed
    expect(begun).toHaveLength(workers)
    expect(await database.prisma.outbox.count({ where: { outcome: 'done' } })).toBe(workers)
    expect(await database.prisma.outbox.count({ where: { doneAt: null } })).toBe(6 - workers)
    await servers[1].close()
  })
})
