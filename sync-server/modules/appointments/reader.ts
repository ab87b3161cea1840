/** Queries over one client's appointments, and over the requests about them. Pages are positions, never offsets. */
import type { SqlTransaction } from '../../platform/database.ts'
import { type IdPage, idPageOf, positionOf } from '../../platform/list-position.ts'

interface AppointmentFilter {
  readonly from?: number | undefined
  readonly to?: number | undefined
  readonly status?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/** By the time they begin, the earliest first: those that begin at or after `from` and before `to`. */
export async function readAppointmentIds(
  tx: SqlTransaction,
  clientId: string,
  { from, to, status, cursor, limit }: AppointmentFilter,
): Promise<IdPage | null> {
  const after = positionOf(cursor)
  if (after === null) return null
  const [at, since, until] = [after?.at, from, to].map((ms) => (ms === undefined ? null : new Date(ms)))
  const rows = await tx.$queryRaw<{ id: string; at: Date }[]>`
    SELECT id, starts_at AS at FROM portal.appointment
    WHERE client_id = ${clientId}::uuid AND NOT deleted
      AND (${since}::timestamptz IS NULL OR starts_at >= ${since}::timestamptz)
      AND (${until}::timestamptz IS NULL OR starts_at < ${until}::timestamptz)
      AND (${status ?? null}::text IS NULL OR status = ${status ?? null}::text)
      AND (${at}::timestamptz IS NULL OR (starts_at, id) > (${at}::timestamptz, ${after?.id ?? null}::uuid))
    ORDER BY starts_at, id LIMIT ${limit + 1}`
  return idPageOf(rows, limit)
}

/** What was asked about appointments, the newest first. */
export async function readRequestIds(
  tx: SqlTransaction,
  clientId: string,
  limit: number,
  cursor: string | undefined,
): Promise<IdPage | null> {
  const before = positionOf(cursor)
  if (before === null) return null
  const at = before ? new Date(before.at) : null
  const rows = await tx.$queryRaw<{ id: string; at: Date }[]>`
    SELECT id, requested_at AS at FROM portal.appointment_request
    WHERE client_id = ${clientId}::uuid AND NOT deleted AND requested_at IS NOT NULL
      AND (${at}::timestamptz IS NULL OR (requested_at, id) < (${at}::timestamptz, ${before?.id ?? null}::uuid))
    ORDER BY requested_at DESC, id DESC LIMIT ${limit + 1}`
  return idPageOf(rows, limit)
}

export interface OpenRequest {
  readonly id: string
  readonly kind: string
}

/** Requests for this appointment that wait for a decision. */
export const readOpenAbout = (
  tx: SqlTransaction,
  clientId: string,
  appointmentId: string,
): Promise<readonly OpenRequest[]> =>
  tx.$queryRaw<OpenRequest[]>`
    SELECT id, kind FROM portal.appointment_request
    WHERE client_id = ${clientId}::uuid AND subject_id = ${appointmentId}::uuid AND NOT deleted
      AND status IN ('requested', 'proposed', 'needs-review')`
