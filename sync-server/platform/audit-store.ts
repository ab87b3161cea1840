/**
 * The audit trail: who did what with which document, written in the transaction that does it, so that nothing happens
 * unrecorded. The application only ever adds rows.
 */
import { randomUUID } from 'node:crypto'
import type { Transaction } from './database.ts'

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

export async function appendAudit(tx: Transaction, events: readonly AuditEvent[]): Promise<void> {
  if (events.length === 0) return
  await tx.auditEvent.createMany({
    data: events.map((event) => ({
      clientId: event.clientId ?? NO_CLIENT,
      id: randomUUID(),
      at: new Date(event.at),
      accountId: event.accountId ?? null,
      deviceId: event.deviceId ?? null,
      role: event.role ?? null,
      action: event.action,
      outcome: event.outcome,
      collection: event.collection ?? null,
      documentId: event.documentId ?? null,
      count: event.count ?? 1,
      reason: event.reason ?? null,
      ip: event.ip,
      userAgent: event.userAgent.slice(0, 500),
    })),
  })
}
