/**
 * A practice with any number of clients in a real, durable Postgres, and a server over it in a process of its own. Rows
 * of people are written directly (passwords cost a tenth of a second each); documents come through the write path.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { AccountId } from '../../shared/kernel/brand.ts'
import { collections } from '../../sync-server/collections.ts'
import { createFormsService } from '../../sync-server/modules/forms/service.ts'
import { createClientKeys } from '../../sync-server/platform/client-keys.ts'
import { openDatabase } from '../../sync-server/platform/database.ts'
import { createKeyProvider } from '../../sync-server/platform/key-provider.ts'
import { createSocketTickets } from '../../sync-server/platform/socket-ticket.ts'
import type { Actor } from '../../sync-server/replication/actor.ts'
import { createReplication } from '../../sync-server/replication/replication.ts'
import { createDeviceKey } from '../harness/device-key.ts'
import { postgresDatabase } from '../harness/postgres.ts'
import { expectOk, QUESTIONNAIRE } from '../harness/practice.ts'
import { type SpawnedServer, spawnServer } from '../harness/server.ts'
import { insertPeople } from './people.ts'
import { parentOf } from './processes.ts'

export interface BusyDevice {
  readonly clientId: string
  readonly deviceId: string
  readonly accountId: string
  /** The device's private key, as text, for other processes. */
  readonly key: string
  /** For sockets; lives an hour, for these devices never ask for another. */
  readonly ticket: string
  /** Assigned, no answers yet. */
  readonly draftId: string
}

const TICKET_MS = 3_600_000

export interface BusyPractice extends AsyncDisposable {
  readonly server: SpawnedServer
  readonly databaseUrl: string
  /** Process id of the Postgres server. */
  readonly postgresPid: number
  readonly sql: pg.Client
  readonly practiceId: string
  readonly definitionId: string
  /** New clients, each with one device. With a draft each: through the server, a few milliseconds a client. */
  addClients(count: number, options?: { drafts?: boolean; devices?: number }): Promise<readonly BusyDevice[]>
}

/** `nodeOptions`: of the server's process, e.g. for a profile. */
export async function openBusyPractice({ nodeOptions = '' } = {}): Promise<BusyPractice> {
  const postgres = await postgresDatabase({ durable: true })
  const kek = new Uint8Array(randomBytes(32))
  const pepper = new Uint8Array(randomBytes(32))
  // One key for all of them: making keys is not what is measured.
  const key = createDeviceKey()
  const pem = key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const dataDir = mkdtempSync(join(tmpdir(), 'portal-bench-'))
  const server = await spawnServer({
    dataDir,
    databaseUrl: postgres.url,
    environment: {
      NODE_OPTIONS: nodeOptions,
      PORTAL_LOG_LEVEL: 'error',
      PORTAL_KEK: Buffer.from(kek).toString('base64'),
      PORTAL_PEPPER: Buffer.from(pepper).toString('base64'),
    },
  })
  const tickets = createSocketTickets(pepper, { now: () => Date.now() })
  const sql = new pg.Client(postgres.url)
  await sql.connect()
  const { pid } = (await sql.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0] ?? { pid: 0 }
  const practiceId = randomUUID()
  const [definitionId, formId, adminId, adminSession, adminDevice] = Array.from({ length: 5 }, () =>
    randomUUID(),
  ) as [string, string, string, string, string]
  await sql.query(
    `INSERT INTO portal.practice (id, name, time_zone, phone) VALUES ($1, 'Busy', 'UTC', '1')`,
    [practiceId],
  )
  await sql.query(
    `INSERT INTO portal.form (id, practice_id, key, kind, title) VALUES ($1, $2, 'busy', 'custom', 'Busy form')`,
    [formId, practiceId],
  )
  await sql.query(
    `INSERT INTO portal.form_version (id, form_id, version, title, questionnaire) VALUES ($1, $2, 1, 'Busy form', $3)`,
    [definitionId, formId, JSON.stringify(QUESTIONNAIRE)],
  )
  await insertPeople(sql, { practiceId, deviceKey: key.point }, [
    {
      accountId: adminId,
      clientId: null,
      deviceId: adminDevice,
      sessionId: adminSession,
      role: 'admin',
      own: true,
    },
  ])
  // The write path itself, with the server's keys: assigning forms has no route.
  const database = await openDatabase({ url: postgres.url, poolSize: 2 })
  const clock = { now: () => Date.now() }
  const clientKeys = createClientKeys({ keyProvider: createKeyProvider({ kek }) })
  const forms = createFormsService({
    replication: createReplication({ database, clientKeys, clock, collections, announce: () => undefined }),
  })
  const admin: Actor = {
    accountId: adminId as AccountId,
    role: 'admin',
    practiceId,
    deviceId: null,
    name: 'Admin',
    ip: '127.0.0.1',
    userAgent: 'bench',
  }
  const assign = async (clientId: string): Promise<string> =>
    expectOk(await forms.assignForm(admin, { clientId, formKey: 'busy' })).draftId
  return {
    server,
    databaseUrl: postgres.url,
    postgresPid: parentOf(pid),
    sql,
    practiceId,
    definitionId,
    async addClients(count, { drafts = false, devices = 1 } = {}) {
      const owners = Array.from({ length: count }, () => ({
        accountId: randomUUID(),
        clientId: randomUUID(),
      }))
      const people = owners.flatMap((owner) =>
        Array.from({ length: devices }, (_, index) => ({
          ...owner,
          deviceId: randomUUID(),
          sessionId: randomUUID(),
          role: 'client',
          own: index === 0,
        })),
      )
      await insertPeople(sql, { practiceId, deviceKey: key.point }, people)
      const draftOf = new Map<string, string>()
      if (drafts) for (const { clientId } of owners) draftOf.set(clientId, await assign(clientId))
      return people.map(({ sessionId, ...person }) => ({
        ...person,
        key: pem,
        ticket: tickets.issue(sessionId, Date.now() + TICKET_MS),
        draftId: draftOf.get(person.clientId) ?? '',
      }))
    },
    async [Symbol.asyncDispose]() {
      await sql.end()
      await server[Symbol.asyncDispose]()
      await database.close()
      await postgres.drop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
