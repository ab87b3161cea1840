/** The audit trail as a practice's admin may see it: its own events, newest first, with the names of whom they concern. */
import type { SqlTransaction } from '../../platform/database.ts'

export interface AuditFilter {
  readonly client?: string | undefined
  readonly account?: string | undefined
  readonly action?: string | undefined
  readonly outcome?: 'allowed' | 'denied' | undefined
  /** ms, inclusive. */
  readonly from?: number | undefined
  /** ms, exclusive. */
  readonly until?: number | undefined
}

/** Of the last row of a page. */
export interface AuditPosition {
  /** ms */
  readonly at: number
  readonly chain: string
  readonly seq: number
}

export interface AuditRow extends AuditPosition {
  readonly clientId: string | null
  readonly clientName: string | null
  readonly accountId: string | null
  readonly accountName: string | null
  readonly role: string | null
  readonly deviceId: string | null
  readonly deviceName: string | null
  readonly action: string
  readonly outcome: 'allowed' | 'denied'
  readonly collection: number | null
  readonly documentId: string | null
  readonly count: number
  readonly reason: string | null
  readonly ip: string
  readonly userAgent: string
  readonly hash: string
}
type StoredRow = Omit<AuditRow, 'at' | 'seq'> & { readonly at: Date; readonly seq: string }

/** One of two halves: both have an order by an index that ends at the limit. */
const half = (of: string) => `(SELECT * FROM portal.audit_event e WHERE ${of}
    AND ($3::uuid IS NULL OR e.client_id = $3::uuid) AND ($4::uuid IS NULL OR e.account_id = $4::uuid)
    AND ($5::text IS NULL OR e.action = $5::text) AND ($6::text IS NULL OR e.outcome = $6::text)
    AND ($7::timestamptz IS NULL OR e.at >= $7::timestamptz) AND ($8::timestamptz IS NULL OR e.at < $8::timestamptz)
    AND ($9::timestamptz IS NULL OR (e.at <= $9::timestamptz
      AND (e.at, e.chain, e.seq) < ($9::timestamptz, $10::uuid, $11::bigint)))
  ORDER BY e.at DESC, e.chain DESC, e.seq DESC LIMIT $2)`

/**
 * What belongs to no practice (a sign-in with an address that nobody has) is shown where there is only one. Names of
 * another practice's clients and accounts stay out.
 */
const SEARCH = `
  SELECT e.at, e.chain::text, e.seq::text, nullif(e.client_id::text, '00000000-0000-0000-0000-000000000000') AS "clientId",
    c.name AS "clientName", e.account_id::text AS "accountId", a.name AS "accountName", e.role,
    e.device_id::text AS "deviceId", d.name AS "deviceName", e.action, e.outcome, e.collection,
    e.document_id::text AS "documentId", e.count, e.reason, e.ip, e.user_agent AS "userAgent",
    encode(e.hash, 'hex') AS hash
  FROM (${half('e.practice_id = $1::uuid')} UNION ALL
    ${half('e.practice_id IS NULL AND (SELECT count(*) FROM portal.practice) = 1')}) AS e
  LEFT JOIN portal.client c ON c.client_id = e.client_id AND c.practice_id = $1::uuid
  LEFT JOIN portal.portal_account a ON a.id = e.account_id AND a.practice_id = $1::uuid
  LEFT JOIN portal.device d ON d.id = e.device_id AND d.account_id = a.id
  ORDER BY e.at DESC, e.chain DESC, e.seq DESC LIMIT $2`

export async function searchAudit(
  tx: SqlTransaction,
  practiceId: string,
  filter: AuditFilter,
  limit: number,
  after: AuditPosition | undefined,
): Promise<readonly AuditRow[]> {
  const time = (ms: number | undefined) => (ms === undefined ? null : new Date(ms))
  const rows = await tx.$queryRawUnsafe<StoredRow[]>(
    SEARCH,
    practiceId,
    limit,
    filter.client ?? null,
    filter.account ?? null,
    filter.action ?? null,
    filter.outcome ?? null,
    time(filter.from),
    time(filter.until),
    time(after?.at),
    after?.chain ?? null,
    after?.seq ?? null,
  )
  return rows.map((row) => ({ ...row, at: row.at.getTime(), seq: Number(row.seq) }))
}

/** Undefined where the account is closed or is no admin any more; else its practice. */
export async function readAdminPractice(tx: SqlTransaction, accountId: string): Promise<string | undefined> {
  const [account] = await tx.$queryRaw<{ practice: string }[]>`
    SELECT practice_id::text AS practice FROM portal.portal_account
    WHERE id = ${accountId}::uuid AND role = 'admin' AND closed_at IS NULL`
  return account?.practice
}
