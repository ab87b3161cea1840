/** Queries over one client's statements and payments. */
import type { SqlTransaction } from '../../platform/database.ts'
import { type IdPage, idPageOf, positionOf } from '../../platform/list-position.ts'

interface Asked {
  readonly cursor?: string | undefined
  readonly limit: number
}

/** The newest first. */
export async function readStatementIds(
  tx: SqlTransaction,
  clientId: string,
  { cursor, limit }: Asked,
): Promise<IdPage | null> {
  const before = positionOf(cursor)
  if (before === null) return null
  const at = before ? new Date(before.at) : null
  const rows = await tx.$queryRaw<{ id: string; at: Date }[]>`
    SELECT id, issued_at AS at FROM portal.statement
    WHERE client_id = ${clientId}::uuid AND NOT deleted
      AND (${at}::timestamptz IS NULL OR (issued_at, id) < (${at}::timestamptz, ${before?.id ?? null}::uuid))
    ORDER BY issued_at DESC, id DESC LIMIT ${limit + 1}`
  return idPageOf(rows, limit)
}

export async function readPaymentIds(
  tx: SqlTransaction,
  clientId: string,
  { cursor, limit }: Asked,
): Promise<IdPage | null> {
  const before = positionOf(cursor)
  if (before === null) return null
  const at = before ? new Date(before.at) : null
  const rows = await tx.$queryRaw<{ id: string; at: Date }[]>`
    SELECT id, paid_at AS at FROM portal.payment
    WHERE client_id = ${clientId}::uuid AND NOT deleted
      AND (${at}::timestamptz IS NULL OR (paid_at, id) < (${at}::timestamptz, ${before?.id ?? null}::uuid))
    ORDER BY paid_at DESC, id DESC LIMIT ${limit + 1}`
  return idPageOf(rows, limit)
}

/** Of statements from before there was a ledger: those without an entry. */
export const readUnopened = (
  tx: Pick<SqlTransaction, '$queryRaw'>,
  limit: number,
): Promise<readonly { readonly clientId: string; readonly practiceId: string; readonly ids: string }[]> =>
  tx.$queryRaw<{ clientId: string; practiceId: string; ids: string }[]>`
    SELECT s.client_id AS "clientId", c.practice_id AS "practiceId", string_agg(s.id::text, ' ') AS ids
    FROM portal.statement s JOIN portal.client c ON c.client_id = s.client_id AND c.shredded_at IS NULL
    WHERE NOT s.deleted AND s.balance_cents <> 0 AND NOT EXISTS (
      SELECT 1 FROM portal.ledger_entry l WHERE l.client_id = s.client_id AND l.statement_id = s.id
    ) GROUP BY s.client_id, c.practice_id LIMIT ${limit}`

export interface PracticeRow {
  readonly name: string
  readonly phone: string
  readonly timeZone: string
}
export async function readPracticeOf(tx: SqlTransaction, clientId: string): Promise<PracticeRow> {
  const [row] = await tx.$queryRaw<PracticeRow[]>`
    SELECT p.name, p.phone, p.time_zone AS "timeZone" FROM portal.client c
    JOIN portal.practice p ON p.id = c.practice_id WHERE c.client_id = ${clientId}::uuid`
  return row ?? { name: '', phone: '', timeZone: 'UTC' }
}
