/** Queries over one client's statements and payments. */
import type { SqlTransaction } from '../../platform/database.ts'
import { type IdPage, idPageOf, type ListPosition, positionOf } from '../../platform/list-position.ts'

/** In the column of a payment's state: its payer and the bank have not done with it. */
export const IN_DISPUTE = 'in_dispute'

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

export interface DisputedRow {
  readonly id: string
  readonly clientId: string
  readonly clientName: string
  readonly amount: number
  readonly currency: string
  readonly paidAt: Date
}
/** Of a practice; the payments that were made last first. */
export const readDisputed = (
  tx: Pick<SqlTransaction, '$queryRaw'>,
  practiceId: string,
  { limit, after }: { readonly limit: number; readonly after: ListPosition | undefined },
): Promise<readonly DisputedRow[]> => {
  const at = after ? new Date(after.at) : null
  return tx.$queryRaw<DisputedRow[]>`
    SELECT p.id, p.client_id AS "clientId", c.name AS "clientName", a.amount_minor AS amount, a.currency,
      p.paid_at AS "paidAt"
    FROM portal.payment p
    JOIN portal.client c ON c.client_id = p.client_id
    JOIN portal.payment_attempt a ON a.client_id = p.client_id AND a.id = p.id
    WHERE c.practice_id = ${practiceId}::uuid AND p.status = ${IN_DISPUTE} AND NOT p.deleted
      AND (${at}::timestamptz IS NULL OR (p.paid_at, p.id) < (${at}::timestamptz, ${after?.id ?? null}::uuid))
    ORDER BY p.paid_at DESC, p.id DESC LIMIT ${limit}`
}

/** Of every practice. */
export const readInDispute = (
  tx: Pick<SqlTransaction, '$queryRaw'>,
  limit: number,
): Promise<readonly { readonly id: string }[]> => tx.$queryRaw<{ id: string }[]>`
  SELECT id FROM portal.payment WHERE status = ${IN_DISPUTE} AND NOT deleted ORDER BY updated_at, id LIMIT ${limit}`
