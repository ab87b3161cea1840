/** Queries over one client's medications and refills, and over the refills that clinicians have before them. */
import type { SqlTransaction } from '../../platform/database.ts'
import { type IdPage, idPageOf, type ListPosition, positionOf } from '../../platform/list-position.ts'

interface Asked {
  readonly cursor?: string | undefined
  readonly limit: number
}

/** What the record system changed last first. */
export async function readMedicationIds(
  tx: SqlTransaction,
  clientId: string,
  { status, cursor, limit }: Asked & { readonly status?: string | undefined },
): Promise<IdPage | null> {
  const before = positionOf(cursor)
  if (before === null) return null
  const at = before ? new Date(before.at) : null
  const rows = await tx.$queryRaw<{ id: string; at: Date }[]>`
    SELECT id, updated_at AS at FROM portal.medication
    WHERE client_id = ${clientId}::uuid AND NOT deleted
      AND (${status ?? null}::text IS NULL OR status = ${status ?? null}::text)
      AND (${at}::timestamptz IS NULL OR (updated_at, id) < (${at}::timestamptz, ${before?.id ?? null}::uuid))
    ORDER BY updated_at DESC, id DESC LIMIT ${limit + 1}`
  return idPageOf(rows, limit)
}

/** What was asked for, the newest first. */
export async function readRefillIds(
  tx: SqlTransaction,
  clientId: string,
  { cursor, limit }: Asked,
): Promise<IdPage | null> {
  const before = positionOf(cursor)
  if (before === null) return null
  const at = before ? new Date(before.at) : null
  const rows = await tx.$queryRaw<{ id: string; at: Date }[]>`
    SELECT id, requested_at AS at FROM portal.refill_request
    WHERE client_id = ${clientId}::uuid AND NOT deleted AND requested_at IS NOT NULL
      AND (${at}::timestamptz IS NULL OR (requested_at, id) < (${at}::timestamptz, ${before?.id ?? null}::uuid))
    ORDER BY requested_at DESC, id DESC LIMIT ${limit + 1}`
  return idPageOf(rows, limit)
}

export interface RefillRow {
  readonly clientId: string
  readonly clientName: string
  readonly id: string
  readonly status: string
  readonly requestedAt: Date
}

/** In one of these states, the oldest first, of the clients whom the account looks after. */
export const readRefillsOfClinician = (
  tx: SqlTransaction,
  accountId: string,
  states: readonly string[],
  limit: number,
  after: ListPosition | undefined,
): Promise<readonly RefillRow[]> => {
  const at = after ? new Date(after.at) : null
  return tx.$queryRaw<RefillRow[]>`
    SELECT r.client_id AS "clientId", c.name AS "clientName", r.id, r.status, r.requested_at AS "requestedAt"
    FROM portal.refill_request r
    JOIN portal.client c ON c.client_id = r.client_id
    JOIN portal.clinician_assignment s ON s.client_id = r.client_id
    WHERE s.account_id = ${accountId}::uuid AND s.ended_at IS NULL
      AND r.status IN ('requested', 'more-information', 'approved', 'sent') AND NOT r.deleted
      AND r.status = ANY(string_to_array(${states.join(' ')}, ' ')) AND r.requested_at IS NOT NULL
      AND (${at}::timestamptz IS NULL OR (r.requested_at, r.id) > (${at}::timestamptz, ${after?.id ?? null}::uuid))
    ORDER BY r.requested_at, r.id LIMIT ${limit}`
}
