/**
 * A small practice over the real server parts (database, keys, replication, services), without HTTP: what the contract
 * suites act on. `describeOverDatabases` runs a suite over PGlite and over a real Postgres.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import type { AccountId, ClientId, DeviceId } from '../../shared/kernel/brand.ts'
import type { Json, JsonObject } from '../../shared/kernel/json.ts'
import type { Result } from '../../shared/kernel/result.ts'
import { COLLECTIONS, type CollectionName } from '../../shared/protocol/collections.ts'
import type { Mutation, PushAnswer } from '../../shared/protocol/messages.ts'
import { collections } from '../../sync-server/collections.ts'
import { createFormsService, type FormsService } from '../../sync-server/modules/forms/service.ts'
import { createStaffService, type StaffService } from '../../sync-server/modules/staff/service.ts'
import type { AuditEvent } from '../../sync-server/platform/audit-chain.ts'
import { type ClientKeys, createClientKeys } from '../../sync-server/platform/client-keys.ts'
import { type Database, openDatabase } from '../../sync-server/platform/database.ts'
import { createKeyProvider, type KeyProvider } from '../../sync-server/platform/key-provider.ts'
import { migrate } from '../../sync-server/platform/migrate.ts'
import type { Actor, Role } from '../../sync-server/replication/actor.ts'
import { createReplication, type Replication } from '../../sync-server/replication/replication.ts'
import type { Announcement } from '../../sync-server/replication/sync-service.ts'
import { postgresDatabase } from './postgres.ts'
import { copyToTemporary, templateOf } from './templates.ts'

export const MIGRATIONS = join(import.meta.dirname, '../../prisma/migrations')

export type OpenDatabase = () => Promise<Database>

/** Both databases must behave alike. `open` gives an empty database that is closed after the suite. */
export function describeOverDatabases(name: string, suite: (open: OpenDatabase) => void): void {
  for (const kind of ['pglite', 'postgres'] as const)
    describe(`${name} (${kind})`, () => {
      const opened: Database[] = []
      const directories: string[] = []
      afterAll(async () => {
        for (const database of opened) await database.close()
        for (const directory of directories) rmSync(directory, { recursive: true, force: true })
      })
      const embedded = async () => {
        const dataDir = copyToTemporary(await templateOf('embedded-empty'))
        directories.push(dataDir, `${dataDir}.lock`)
        return { dataDir }
      }
      suite(async () => {
        const database = await openDatabase(
          kind === 'pglite' ? await embedded() : { url: (await postgresDatabase()).url },
        )
        opened.push(database)
        return database
      })
    })
}

/** A questionnaire with every kind of field that merges differently. */
export const QUESTIONNAIRE = {
  resourceType: 'Questionnaire',
  status: 'active',
  title: 'Small form',
  item: [
    { linkId: 'mood', text: 'How are you?', type: 'string', required: true },
    { linkId: 'sleep', text: 'Hours of sleep', type: 'integer' },
    { linkId: 'story', text: 'What happened?', type: 'text' },
  ],
} as const satisfies JsonObject

export interface TestDevice {
  readonly actor: Actor
  readonly clientId: string
  /** Numbers and sends mutations; every field is written at `at` (default: the practice's clock). */
  push(...writes: readonly TestWrite[]): Promise<PushAnswer>
  mutation(write: TestWrite): Mutation
}
export interface TestWrite {
  readonly collection?: CollectionName
  readonly id: string
  readonly baseRev: number
  readonly fields: { readonly [field: string]: Json }
  readonly at?: number
}

export interface Practice {
  readonly database: Database
  readonly replication: Replication
  readonly clientKeys: ClientKeys
  readonly keyProvider: KeyProvider
  readonly forms: FormsService
  readonly staff: StaffService
  readonly announced: Announcement[]
  /** What the operator was told cannot be opened. */
  readonly reported: AuditEvent[]
  readonly clock: { time: number }
  readonly definitionId: string
  client(name?: string): Promise<{ readonly clientId: string; readonly actor: Actor }>
  device(owner: { readonly clientId: string; readonly actor: Actor }, name?: string): Promise<TestDevice>
  account(role: Role, clientId?: string): Promise<Actor>
  assign(clientId: string): Promise<string>
  document(device: TestDevice, collection: CollectionName, id: string): Promise<JsonObject | undefined>
}

export function expectOk<T>(result: Result<T, { readonly code: string; readonly detail: string }>): T {
  if (!result.ok) throw new Error(`Refused: ${result.error.code} (${result.error.detail})`)
  return result.value
}

export async function openPractice(database: Database): Promise<Practice> {
  await migrate(database, MIGRATIONS)
  const announced: Announcement[] = []
  const reported: AuditEvent[] = []
  const clock = { time: Date.UTC(2026, 0, 5, 12) }
  const keyProvider = createKeyProvider({ kek: new Uint8Array(randomBytes(32)) })
  const clientKeys = createClientKeys({ keyProvider })
  const replication = createReplication({
    database,
    clientKeys,
    clock: { now: () => clock.time },
    announce: (announcement) => void announced.push(announcement),
    onUnreadable: (event) => void reported.push(event),
    collections,
  })
  const forms = createFormsService({ replication })
  const staff = createStaffService({ replication, database, clock: { now: () => clock.time } })
  const practiceId = randomUUID()
  const definitionId = randomUUID()
  const { prisma } = database
  await prisma.practice.create({ data: { id: practiceId, name: 'Test', timeZone: 'UTC', phone: '1' } })
  const formId = randomUUID()
  await prisma.form.create({
    data: { id: formId, practiceId, key: 'small', kind: 'custom', title: 'Small form' },
  })
  await prisma.formVersion.create({
    data: { id: definitionId, formId, version: 1, title: 'Small form', questionnaire: QUESTIONNAIRE },
  })

  const account = async (role: Role, clientId?: string): Promise<Actor> => {
    const accountId = randomUUID()
    const name = `${role} ${accountId.slice(0, 4)}`
    await prisma.portalAccount.create({
      data: {
        id: accountId,
        practiceId,
        role,
        name,
        email: `${accountId}@test`,
        passwordHash: 'x',
        clientId: clientId ?? null,
      },
    })
    return {
      accountId: accountId as AccountId,
      role,
      practiceId,
      ...(clientId === undefined ? {} : { ownClientId: clientId as ClientId }),
      deviceId: null,
      name,
      ip: '192.0.2.1',
      userAgent: 'test',
    }
  }
  const admin = await account('admin')

  return {
    database,
    replication,
    clientKeys,
    keyProvider,
    forms,
    staff,
    announced,
    reported,
    clock,
    definitionId,
    account,
    async client(name = 'Client') {
      const clientId = randomUUID()
      await prisma.client.create({ data: { clientId, practiceId, name } })
      return { clientId, actor: await account('client', clientId) }
    },
    async device({ clientId, actor }, name = 'Phone') {
      const id = randomUUID()
      await prisma.device.create({ data: { id, accountId: actor.accountId, clientId, name } })
      const deviceActor: Actor = { ...actor, deviceId: id as DeviceId }
      let number = 0
      const mutation = ({
        collection = 'drafts',
        id: documentId,
        baseRev,
        fields,
        at,
      }: TestWrite): Mutation => {
        number += 1
        return [
          number,
          COLLECTIONS[collection].number,
          documentId,
          baseRev,
          at ?? clock.time,
          Object.entries(fields),
        ]
      }
      return {
        actor: deviceActor,
        clientId,
        mutation,
        push: async (...writes) =>
          expectOk(
            await replication.sync.push(deviceActor, { client: clientId, mutations: writes.map(mutation) }),
          ),
      }
    },
    assign: async (clientId) =>
      expectOk(await forms.assignForm(admin, { clientId, formKey: 'small' })).draftId,
    async document(device, collection, id) {
      let after = 0
      for (;;) {
        const page = expectOk(
          await replication.sync.pull(device.actor, { client: device.clientId, after, upTo: null }),
        )
        const row = page.rows.find((item) => item[0] === COLLECTIONS[collection].number && item[1] === id)
        if (row?.[3] === 0) return row[4]
        if (page.done) return undefined
        after = page.next
      }
    },
  }
}

/** One practice for a whole suite: tests make their own clients in it. */
export function usePractice(open: OpenDatabase): () => Practice {
  let practice: Practice | undefined
  beforeAll(async () => {
    practice = await openPractice(await open())
  })
  return () => {
    if (practice === undefined) throw new Error('The practice is not open yet.')
    return practice
  }
}
