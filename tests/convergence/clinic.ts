/** A practice for one seed, its people and forms, in a database that many seeds use one after the other. */
import { GRANT_SCOPES } from '../../shared/domains/grants/scopes.ts'
import type { AccountId, ClientId } from '../../shared/kernel/brand.ts'
import type { JsonObject } from '../../shared/kernel/json.ts'
import type { Database } from '../../sync-server/platform/database.ts'
import type { Actor, Role } from '../../sync-server/replication/actor.ts'
import type { Random } from './random.ts'

export interface Clinic {
  readonly database: Database
  readonly practiceId: string
  /** A person with a login; its device ids are made by the caller. */
  account(random: Random, role: Role, clientId?: string): Promise<Actor>
  client(random: Random): Promise<string>
  /** A new version of the form for this practice; returns nothing, the newest is assigned. */
  publish(random: Random, key: string, version: number, questionnaire: JsonObject): Promise<void>
  form(random: Random, key: string): Promise<void>
  device(id: string, accountId: string, clientId: string): Promise<void>
}

/** Seeds between two times that everything is thrown away: emptying some thirty tables costs as much as half a seed. */
const SEEDS_KEPT = 25
/**
 * Every table but those that migrations fill, for not all refer to the practice; past the triggers that keep the audit
 * trail from being emptied.
 */
const EMPTY_ALL = `
  SET session_replication_role = replica;
  DO $$ BEGIN EXECUTE (
    SELECT 'TRUNCATE ' || string_agg(format('portal.%I', tablename), ', ')
    FROM pg_tables WHERE schemaname = 'portal' AND tablename NOT IN ('_prisma_migrations', 'audit_lane')
  ); END $$;
  SET session_replication_role = origin`
const kept = new WeakMap<Database, Set<string>>()

/** What an earlier seed left stays for a while, as other practices' data would. */
async function makeRoom(database: Database, practiceId: string): Promise<void> {
  const practices = kept.get(database) ?? new Set()
  kept.set(database, practices)
  if (practices.has(practiceId) || practices.size >= SEEDS_KEPT) {
    await database.withScripts(({ exec }) => exec(EMPTY_ALL))
    practices.clear()
  }
  practices.add(practiceId)
}

export async function openClinic(database: Database, random: Random): Promise<Clinic> {
  const practiceId = random.uuid()
  const forms = new Map<string, string>()
  await makeRoom(database, practiceId)
  const insert = (table: string, row: object) =>
    database.direct((tx) =>
      tx.$executeRawUnsafe(
        `INSERT INTO portal.${table} (${Object.keys(row).join()}) VALUES (${Object.keys(row).map((_, index) => `$${index + 1}`)})`,
        ...Object.values(row),
      ),
    )
  await insert('practice', { id: practiceId, name: 'Test', time_zone: 'UTC', phone: '1' })
  return {
    database,
    practiceId,
    async account(from, role, clientId) {
      const id = from.uuid()
      await insert('portal_account', {
        id,
        practice_id: practiceId,
        role,
        name: role,
        email: `${id}@test`,
        password_hash: 'x',
        client_id: role === 'client' ? (clientId ?? null) : null,
      })
      if (role === 'proxy' && clientId !== undefined)
        await insert('access_grant', {
          client_id: clientId,
          account_id: id,
          scopes: GRANT_SCOPES.map((scope) => `${scope}:write`),
        })
      if (role === 'clinician' && clientId !== undefined)
        await insert('clinician_assignment', { client_id: clientId, account_id: id })
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
      await insert('client', { client_id: clientId, practice_id: practiceId, name: 'Client' })
      return clientId
    },
    async form(from, key) {
      const id = from.uuid()
      forms.set(key, id)
      await insert('form', { id, practice_id: practiceId, key, kind: 'custom', title: key })
    },
    async publish(from, key, version, questionnaire) {
      await insert('form_version', {
        id: from.uuid(),
        form_id: forms.get(key) ?? '',
        version,
        title: `${key} ${version}`,
        questionnaire: JSON.stringify(questionnaire),
      })
    },
    device: async (id, accountId, clientId) => {
      await insert('device', { id, account_id: accountId, client_id: clientId, name: 'Device' })
    },
  }
}
