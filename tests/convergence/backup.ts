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
  'appointment_request',
  'refill_request',
  'message',
  'message_thread',
  'message_receipt',
  'medication',
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
    // The audit trail is not taken back with the record: its chain goes on from where it is.
    const [end] = await query<{ seq: string; hash: Uint8Array }>(
      'SELECT audit_seq AS seq, audit_hash AS hash FROM portal.client_head WHERE client_id = $1::uuid',
      [clientId],
    )
    for (const [table, rows] of backup) {
      await query(`DELETE FROM portal.${table} WHERE client_id = $1::uuid`, [clientId])
      await query(
        `INSERT INTO portal.${table} SELECT * FROM jsonb_populate_recordset(NULL::portal.${table}, $1::text::jsonb)`,
        [rows],
      )
    }
    if (end !== undefined)
      await query(
        `INSERT INTO portal.client_head (client_id, epoch, seq, chk, audit_seq, audit_hash)
         VALUES ($1::uuid, 1, 0, '0000000000000000', $2, $3)
         ON CONFLICT (client_id) DO UPDATE SET audit_seq = excluded.audit_seq, audit_hash = excluded.audit_hash`,
        [clientId, end.seq, end.hash],
      )
  })
}
