/**
 * The ledger's table: entries are added, summed and listed, never changed. Whoever adds holds the lock on the client's
 * head, so that nobody adds between a sum and what follows from it.
 */
import { randomUUID } from 'node:crypto'
import { NO_SUMS, type StatementSums } from '../../../shared/domains/billing/ledger.ts'
import type { SqlTransaction } from '../../platform/database.ts'
import type { ListPosition } from '../../platform/list-position.ts'

export interface NewEntry {
  /** What it comes from: the same is posted once, whoever tells of it. */
  readonly source: string
  readonly kind: 'charge' | 'adjustment' | 'payment' | 'refund' | 'dispute'
  readonly origin: 'record' | 'staff' | 'portal'
  readonly statementId: string
  readonly paymentId?: string | undefined
  readonly amount: number
  readonly currency: string
  readonly accountId?: string | undefined
}
export interface Entry extends NewEntry {
  readonly id: string
  readonly at: Date
}
type Where = Pick<SqlTransaction, '$queryRaw'>

/** Those that were not there yet. */
export async function addEntries(
  tx: SqlTransaction,
  clientId: string,
  entries: readonly NewEntry[],
  at: number,
): Promise<readonly NewEntry[]> {
  const added: NewEntry[] = []
  for (const entry of entries) {
    const { source, kind, origin, statementId, paymentId = null, amount, currency, accountId = null } = entry
    if (amount === 0) continue
    const rows = await tx.$queryRaw<{ id: string }[]>`
      INSERT INTO portal.ledger_entry
        (client_id, id, source, kind, origin, statement_id, payment_id, amount_minor, currency, account_id, at)
      VALUES (${clientId}::uuid, ${randomUUID()}::uuid, ${source}, ${kind}, ${origin}, ${statementId}::uuid,
        ${paymentId}::uuid, ${amount}::bigint, ${currency}, ${accountId}::uuid, ${new Date(at)}::timestamptz)
      ON CONFLICT (client_id, source) DO NOTHING RETURNING id`
    if (rows.length > 0) added.push(entry)
  }
  return added
}

interface SumRow {
  readonly statementId: string
  readonly part: keyof StatementSums
  readonly amount: number
}

/** Of these statements; those without an entry are missing. */
export async function readSums(
  tx: Where,
  clientId: string,
  statementIds: readonly string[],
): Promise<ReadonlyMap<string, StatementSums>> {
  const rows = await tx.$queryRaw<SumRow[]>`
    SELECT statement_id AS "statementId", sum(amount_minor)::double precision AS amount,
      CASE WHEN kind = 'charge' THEN 'charges' WHEN kind = 'payment' THEN 'payments' WHEN kind = 'refund' THEN 'refunds'
        WHEN kind = 'dispute' THEN 'disputed' WHEN origin = 'record' THEN 'recorded' ELSE 'adjusted' END AS part
    FROM portal.ledger_entry
    WHERE client_id = ${clientId}::uuid AND statement_id = ANY(string_to_array(${statementIds.join(' ')}, ' ')::uuid[])
    GROUP BY statement_id, part`
  const sums = new Map<string, StatementSums>()
  for (const { statementId, part, amount } of rows)
    sums.set(statementId, { ...NO_SUMS, ...sums.get(statementId), [part]: amount })
  return sums
}

/** The whole account, a number for each currency. */
export async function readBalances(
  tx: Where,
  clientId: string,
): Promise<readonly { readonly currency: string; readonly amount: number }[]> {
  return tx.$queryRaw`
    SELECT currency, sum(amount_minor)::double precision AS amount FROM portal.ledger_entry
    WHERE client_id = ${clientId}::uuid GROUP BY currency ORDER BY currency`
}

/** What went back of a payment, paid back or disputed, by statement. */
export async function readGoneBack(
  tx: Where,
  clientId: string,
  paymentId: string,
): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.$queryRaw<{ statementId: string; amount: number }[]>`
    SELECT statement_id AS "statementId", sum(amount_minor)::double precision AS amount FROM portal.ledger_entry
    WHERE client_id = ${clientId}::uuid AND payment_id = ${paymentId}::uuid AND kind IN ('refund', 'dispute')
    GROUP BY statement_id`
  return new Map(rows.map(({ statementId, amount }) => [statementId, amount]))
}

export async function countEntries(tx: Where, clientId: string, prefix: string): Promise<number> {
  const [row] = await tx.$queryRaw<{ count: number }[]>`
    SELECT count(*)::integer AS count FROM portal.ledger_entry
    WHERE client_id = ${clientId}::uuid AND starts_with(source, ${prefix})`
  return row?.count ?? 0
}

export async function readBySource(tx: Where, clientId: string, source: string): Promise<readonly Entry[]> {
  const rows = await tx.$queryRaw<EntryRow[]>`
    SELECT id, source, kind, origin, statement_id AS "statementId", payment_id AS "paymentId",
      amount_minor::double precision AS amount, currency, account_id AS "accountId", at
    FROM portal.ledger_entry WHERE client_id = ${clientId}::uuid AND source = ${source}`
  return rows.map(entryOf)
}

/** The newest first, after a place in this order. */
export async function readEntries(
  tx: Where,
  clientId: string,
  { limit, after }: { readonly limit: number; readonly after?: ListPosition | undefined },
): Promise<readonly Entry[]> {
  const at = after ? new Date(after.at) : null
  const rows = await tx.$queryRaw<EntryRow[]>`
    SELECT id, source, kind, origin, statement_id AS "statementId", payment_id AS "paymentId",
      amount_minor::double precision AS amount, currency, account_id AS "accountId", at
    FROM portal.ledger_entry WHERE client_id = ${clientId}::uuid
      AND (${at}::timestamptz IS NULL OR (at, id) < (${at}::timestamptz, ${after?.id ?? null}::uuid))
    ORDER BY at DESC, id DESC LIMIT ${limit}`
  return rows.map(entryOf)
}

type EntryRow = Omit<Entry, 'paymentId' | 'accountId'> & {
  readonly paymentId: string | null
  readonly accountId: string | null
}
const entryOf = ({ paymentId, accountId, ...row }: EntryRow): Entry => ({
  ...row,
  ...(paymentId === null ? {} : { paymentId }),
  ...(accountId === null ? {} : { accountId }),
})
