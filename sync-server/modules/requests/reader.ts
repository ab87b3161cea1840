/** Queries over requests of one client. */
import type { SqlTransaction } from '../../platform/database.ts'

/** Requests for appointments that wait for a decision, oldest first. */
export async function readOpenRequestIds(tx: SqlTransaction, clientId: string): Promise<readonly string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM portal.appointment_request
    WHERE client_id = ${clientId}::uuid AND NOT deleted AND status IN ('requested', 'proposed', 'needs-review')
    ORDER BY updated_at, id`
  return rows.map(({ id }) => id)
}

/** Refills that are not over, the oldest first. */
export async function readRefillsUnderWay(tx: SqlTransaction, clientId: string): Promise<readonly string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM portal.refill_request
    WHERE client_id = ${clientId}::uuid AND NOT deleted
      AND status IN ('requested', 'more-information', 'approved', 'sent')
    ORDER BY requested_at, id`
  return rows.map(({ id }) => id)
}
