/**
 * The audit trail: who did what with which document, written in the transaction that does it, so that nothing happens
 * unrecorded. The application only ever adds rows.
 */
import { randomUUID } from 'node:crypto'
import type { SqlTransaction } from './database.ts'

/** Stands where no record is concerned (a failed sign-in of an unknown address). */
export const NO_CLIENT = '00000000-0000-0000-0000-000000000000'

export interface AuditEvent {
  /** Absent or null: no record is concerned. */
  readonly clientId?: string | null
  readonly accountId?: string | null
  readonly deviceId?: string | null
  readonly role?: string | null
  /** `sync.pull`, `forms.review`, … */
  readonly action: string
  readonly outcome: 'allowed' | 'denied'
  /** Wire number of the collection. */
  readonly collection?: number | null
  readonly documentId?: string | null
  /** Documents concerned, where one row stands for several. */
  readonly count?: number
  /** For people; never health data. */
  readonly reason?: string | null
  readonly ip: string
  readonly userAgent: string
  /** ms */
  readonly at: number
}

export async function appendAudit(tx: SqlTransaction, events: readonly AuditEvent[]): Promise<void> {
  if (events.length === 0) return
  const rows = events.map((event) => ({
    client_id: event.clientId ?? NO_CLIENT,
    id: randomUUID(),
    at: new Date(event.at).toISOString(),
    account_id: event.accountId,
    device_id: event.deviceId,
    role: event.role,
    action: event.action,
    outcome: event.outcome,
    collection: event.collection,
    document_id: event.documentId,
    count: event.count ?? 1,
    reason: event.reason,
    ip: event.ip,
    user_agent: event.userAgent.slice(0, 500),
  }))
  await tx.$executeRaw`
    INSERT INTO portal.audit_event (client_id, id, at, account_id, device_id, role, action, outcome, collection,
      document_id, count, reason, ip, user_agent)
    SELECT client_id, id, at, account_id, device_id, role, action, outcome, collection, document_id, count, reason, ip,
      user_agent
    FROM json_to_recordset(${JSON.stringify(rows)}::text::json) AS r(client_id uuid, id uuid, at timestamptz,
      account_id uuid, device_id uuid, role text, action text, outcome text, collection integer, document_id uuid,
      count integer, reason text, ip text, user_agent text)`
}
