/** The demo practice: made once, only where nothing exists, never in production, and right in every feed. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { AccountId, ClientId, DeviceId } from '../../shared/kernel/brand.ts'
import { type CollectionName, collectionByNumber } from '../../shared/protocol/collections.ts'
import { collections } from '../../sync-server/collections.ts'
import { createOneTime, findTagsOf } from '../../sync-server/modules/auth/one-time.ts'
import { createClientKeys } from '../../sync-server/platform/client-keys.ts'
import type { Database } from '../../sync-server/platform/database.ts'
import { createKeyProvider } from '../../sync-server/platform/key-provider.ts'
import { migrate } from '../../sync-server/platform/migrate.ts'
import { createReplication, type Replication } from '../../sync-server/replication/replication.ts'
import { seedDemo } from '../../sync-server/seed-demo.ts'
import { createTestFiles, temporaryStore } from '../harness/files.ts'
import { describeOverDatabases, expectOk, MIGRATIONS } from '../harness/practice.ts'

const now = Date.UTC(2026, 0, 5, 12)

function parts(database: Database) {
  const clientKeys = createClientKeys({
    keyProvider: createKeyProvider({ kek: new Uint8Array(randomBytes(32)) }),
  })
  const clock = { now: () => now }
  const store = temporaryStore()
  const replication = createReplication({
    database,
    clientKeys,
    clock,
    announce: () => undefined,
    collections,
  })
  // Files are shared in steps of their own, each of which may be done again.
  const seed = async (production: boolean, through: Replication = replication) =>
    seedDemo({
      database,
      replication: through,
      documents: (await createTestFiles({ database, replication, clock, store: await store })).staff,
      hashPassword: async (password) => `hash of ${password.length}`,
      findTags: findTagsOf(createOneTime(new Uint8Array(randomBytes(32)))),
      catalogueDirectory: join(MIGRATIONS, '../catalogue'),
      production,
      now,
    })
  return { replication, seed }
}

describeOverDatabases('demo practice', (open) => {
  it('is not made in production', async () => {
    const database = await open()
    await migrate(database, MIGRATIONS)
    expect(await parts(database).seed(true)).toEqual({ seeded: false })
    expect(await database.prisma.practice.count()).toBe(0)
  })

  it('that is cut off after every single step is finished in the end, with nothing twice', async () => {
    const database = await open()
    await migrate(database, MIGRATIONS)
    const { replication, seed } = parts(database)
    /** Dies at the commit after so many. */
    const cutOffAfter = (left: number): Replication => ({
      ...replication,
      commit: (request) =>
        left-- === 0 ? Promise.reject(new Error('cut off')) : replication.commit(request),
    })
    await expect(seed(false, cutOffAfter(0))).rejects.toThrow('cut off')
    for (let commits = 1; commits < 7; commits++)
      await expect(seed(false, cutOffAfter(1)), `commit ${commits}`).rejects.toThrow('cut off')
    expect(await seed(false, cutOffAfter(1))).toEqual({ seeded: true })
    expect(await seed(false)).toEqual({ seeded: false })
    const { prisma } = database
    const counted = await Promise.all([
      prisma.practice.count(),
      prisma.portalAccount.count(),
      prisma.formDraft.count(),
      prisma.profile.count(),
      prisma.appointment.count(),
      prisma.message.count(),
      prisma.sharedDocument.count(),
      prisma.storedFile.count(),
    ])
    expect(counted).toEqual([1, 6, 4, 3, 9, 4, 3, 3])
  })

  it('is made once when several servers start at once', async () => {
    const database = await open()
    await migrate(database, MIGRATIONS)
    const { seed } = parts(database)
    const made = await Promise.all([seed(false), seed(false), seed(false)])
    expect(made.filter(({ seeded }) => seeded)).toHaveLength(1)
    expect(await database.prisma.formDraft.count()).toBe(4)
  })

  it('gives each client its own record, and is made once', async () => {
    const database = await open()
    await migrate(database, MIGRATIONS)
    const { replication, seed } = parts(database)
    expect(await seed(false)).toEqual({ seeded: true })
    expect(await seed(false)).toEqual({ seeded: false })
    const accounts = await database.prisma.portalAccount.findMany({ orderBy: { email: 'asc' } })
    expect(accounts.map(({ email, role }) => `${email} ${role}`)).toEqual([
      'admin@demo.test admin',
      'client2@demo.test client',
      'client@demo.test client',
      'clinician@demo.test clinician',
      'desk@demo.test front-desk',
      'guardian@demo.test proxy',
    ])

    const contents = async (email: string) => {
      const account = accounts.find((item) => item.email === email)
      if (!account?.clientId) throw new Error('No such client.')
      const deviceId = crypto.randomUUID()
      await database.prisma.device.create({ data: { id: deviceId, accountId: account.id, name: 'Phone' } })
      const actor = {
        accountId: account.id as AccountId,
        role: 'client',
        practiceId: account.practiceId,
        ownClientId: account.clientId as ClientId,
        deviceId: deviceId as DeviceId,
        name: account.name,
        ip: 'local',
        userAgent: 'test',
      } as const
      const page = expectOk(
        await replication.sync.pull(actor, { client: account.clientId, after: 0, upTo: null }),
      )
      expect(page).toMatchObject({ done: true })
      const counts: Partial<Record<CollectionName, number>> = {}
      for (const [number] of page.rows) {
        const name = collectionByNumber(number)
        if (name) counts[name] = (counts[name] ?? 0) + 1
      }
      return { counts, text: JSON.stringify(page.rows) }
    }
    const first = await contents('client@demo.test')
    const second = await contents('client2@demo.test')
    expect(first.counts).toMatchObject({
      definitions: 3,
      drafts: 3,
      appointments: 8,
      messages: 2,
      medications: 4,
      requests: 4,
    })
    expect(second.counts).toMatchObject({
      drafts: 1,
      appointments: 1,
      medications: 1,
      requests: 1,
      billing: 1,
    })
    for (const title of ['Initial Intake', 'PHQ-9', 'GAD-7']) expect(first.text).toContain(title)
    expect(first.text).not.toContain('Okafor')
    expect(second.text).not.toContain('Rivera')
  })
})
