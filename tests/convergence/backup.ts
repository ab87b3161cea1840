/** Copies of one client's rows, taken and put back as an operator does with the whole database. */
import type { Database } from '../../sync-server/platform/database.ts'

/** Everything that a client's history consists of; accounts, devices and keys stay as they are. */
const TABLES = [
  'client_head',
  'client_head_log',
  'change_feed',
  'field_history',
  'mutation_result',
  'quarantine',
  'form_draft',
  'form_submission',
  'appointment',
] as const

export type Backup = ReadonlyMap<string, string>

export function takeBackup(database: Database, clientId: string): Promise<Backup> {
  return database.withScripts(async ({ query }) => {
    const backup = new Map<string, string>()
    for (const table of TABLES) {
      const [row] = await query<{ rows: string }>(
        `SELECT coalesce(jsonb_agg(to_jsonb(t)), '[]')::text AS rows FROM portal.${table} t WHERE client_id = $1::uuid`,
        [clientId],
      )
      backup.set(table, row?.rows ?? '[]')
    }
    return backup
  })
}

export function putBack(database: Database, clientId: string, backup: Backup): Promise<void> {
  return database.withScripts(async ({ query }) => {
    for (const [table, rows] of backup) {
      await query(`DELETE FROM portal.${table} WHERE client_id = $1::uuid`, [clientId])
      await query(
        `INSERT INTO portal.${table} SELECT * FROM jsonb_populate_recordset(NULL::portal.${table}, $1::text::jsonb)`,
        [rows],
      )
    }
  })
}
