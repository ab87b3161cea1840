/** The server's real parts over one embedded database, for many simulated records one after the other. */
import { join } from 'node:path'
import type { AccountId, ClientId } from '../../shared/kernel/brand.ts'
import type { JsonObject } from '../../shared/kernel/json.ts'
import { type Database, openDatabase } from '../../sync-server/platform/database.ts'
import { migrate } from '../../sync-server/platform/migrate.ts'
import type { Actor, Role } from '../../sync-server/replication/actor.ts'
import type { Random } from './random.ts'

const MIGRATIONS = join(import.meta.dirname, '../../prisma/migrations')

export interface Clinic {
  readonly database: Database
  readonly practiceId: string
  /** A person with a login; its device ids are made by the caller. */
  account(random: Random, role: Role, clientId?: string): Promise<Actor>
  client(random: Random): Promise<string>
  /** A new version of the form for this practice; returns nothing, the newest is assigned. */
  publish(random: Random, key: string, version: number, questionnaire: JsonObject): Promise<void>
  form(random: Random, key: string): Promise<void>
}

/** Opens a database in memory with all tables; takes a second or two. */
export async function openDatabaseForSeeds(url?: string): Promise<Database> {
  const database = await openDatabase(url === undefined ? {} : { url })
  await migrate(database, MIGRATIONS)
  return database
}

/** A practice for one seed; what an earlier one left is gone. */
export async function openClinic(database: Database, random: Random): Promise<Clinic> {
  const { prisma } = database
  const practiceId = random.uuid()
  const forms = new Map<string, string>()
  await database.withScripts(({ exec }) => exec('TRUNCATE portal.practice, portal.audit_event CASCADE'))
  await prisma.practice.create({ data: { id: practiceId, name: 'Test', timeZone: 'UTC', phone: '1' } })
  return {
    database,
    practiceId,
    async account(from, role, clientId) {
      const id = from.uuid()
      await prisma.portalAccount.create({
        data: {
          id,
          practiceId,
          role,
          name: role,
          email: `${id}@test`,
          passwordHash: 'x',
          clientId: role === 'client' ? (clientId ?? null) : null,
        },
      })
      if (role === 'proxy' && clientId !== undefined)
        await prisma.accessGrant.create({ data: { clientId, accountId: id, scope: 'full' } })
      if (role === 'clinician' && clientId !== undefined)
        await prisma.clinicianAssignment.create({ data: { clientId, accountId: id } })
      return {
        accountId: id as AccountId,
        role,
        practiceId,
        ...(role === 'client' && { ownClientId: clientId as ClientId }),
        deviceId: null,
        name: role,
        ip: '192.0.2.1',
        userAgent: 'simulated',
      }
    },
    async client(from) {
      const clientId = from.uuid()
      await prisma.client.create({ data: { clientId, practiceId, name: 'Client' } })
      return clientId
    },
    async form(from, key) {
      forms.set(key, from.uuid())
      await prisma.form.create({
        data: { id: forms.get(key) ?? '', practiceId, key, kind: 'custom', title: key },
      })
    },
    async publish(from, key, version, questionnaire) {
      await prisma.formVersion.create({
        data: {
          id: from.uuid(),
          formId: forms.get(key) ?? '',
          version,
          title: `${key} ${version}`,
          questionnaire,
        },
      })
    },
  }
}
