/** What the front desk and clinicians see across clients: of their practice, and of the clients they look after. */
import type { SqlTransaction } from '../../platform/database.ts'
import type { ListPosition } from '../../platform/list-position.ts'

export interface RequestRow {
  readonly clientId: string
  readonly clientName: string
  readonly id: string
  readonly kind: string
  readonly status: string
  readonly requestedAt: Date
}

/** Who sees which clients: all of the practice, or those assigned to the account. */
interface Reach {
  readonly practiceId: string
  readonly accountId: string
  readonly all: boolean
}

/** Requests that staff have to decide, the oldest first. One that waits for the client's choice is not among them. */
export const readRequestsToDecide = (
  tx: SqlTransaction,
  { practiceId, accountId, all }: Reach,
  limit: number,
  after: ListPosition | undefined,
): Promise<readonly RequestRow[]> => {
  const at = after ? new Date(after.at) : null
  return tx.$queryRaw<RequestRow[]>`
    SELECT r.client_id AS "clientId", c.name AS "clientName", r.id, r.kind, r.status, r.requested_at AS "requestedAt"
    FROM portal.appointment_request r JOIN portal.client c ON c.client_id = r.client_id
    WHERE r.status IN ('requested', 'needs-review') AND NOT r.deleted AND c.practice_id = ${practiceId}::uuid
      AND (${all}::boolean OR EXISTS (SELECT 1 FROM portal.clinician_assignment s
        WHERE s.client_id = c.client_id AND s.account_id = ${accountId}::uuid AND s.ended_at IS NULL))
      AND (${at}::timestamptz IS NULL OR (r.requested_at, r.id) > (${at}::timestamptz, ${after?.id ?? null}::uuid))
    ORDER BY r.requested_at, r.id LIMIT ${limit}`
}

export interface DayRow {
  readonly clientId: string
  readonly clientName: string
  readonly id: string
  readonly status: string
  readonly startsAt: Date
}

/** Appointments that begin in the given time, the earliest first. What they are about is sealed in each record. */
export const readDay = (
  tx: SqlTransaction,
  { practiceId, accountId, all }: Reach,
  { from, to, limit, after }: { from: number; to: number; limit: number; after: ListPosition | undefined },
): Promise<readonly DayRow[]> => {
  const at = after ? new Date(after.at) : null
  return tx.$queryRaw<DayRow[]>`
    SELECT v.client_id AS "clientId", c.name AS "clientName", v.id, v.status, v.starts_at AS "startsAt"
    FROM portal.appointment v JOIN portal.client c ON c.client_id = v.client_id
    WHERE v.starts_at >= ${new Date(from)}::timestamptz AND v.starts_at < ${new Date(to)}::timestamptz
      AND NOT v.deleted AND c.practice_id = ${practiceId}::uuid
      AND (${all}::boolean OR EXISTS (SELECT 1 FROM portal.clinician_assignment s
        WHERE s.client_id = c.client_id AND s.account_id = ${accountId}::uuid AND s.ended_at IS NULL))
      AND (${at}::timestamptz IS NULL OR (v.starts_at, v.id) > (${at}::timestamptz, ${after?.id ?? null}::uuid))
    ORDER BY v.starts_at, v.id LIMIT ${limit}`
}

export interface Clinician {
  readonly id: string
  readonly name: string
}
export const readClinicians = (tx: SqlTransaction, practiceId: string): Promise<readonly Clinician[]> =>
  tx.$queryRaw<Clinician[]>`
    SELECT id, name FROM portal.portal_account
    WHERE practice_id = ${practiceId}::uuid AND role = 'clinician' AND closed_at IS NULL ORDER BY name, id`
