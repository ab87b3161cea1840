/** The latest position of every document of a client: a pull costs living documents and not history. */
import type { SqlTransaction } from '../platform/database.ts'

export interface FeedRow {
  readonly seq: number
  readonly collection: number
  readonly documentId: string
  readonly rev: number
  readonly deleted: boolean
}

export interface NewFeedRow extends FeedRow {
  readonly clientId: string
}

/** Rows of any clients. */
export async function putFeedRows(tx: SqlTransaction, rows: readonly NewFeedRow[]): Promise<void> {
  if (rows.length === 0) return
  await tx.$executeRaw`
    INSERT INTO portal.change_feed (client_id, seq, collection, document_id, rev, deleted)
    SELECT r."clientId", r.seq, r.collection, r."documentId", r.rev, r.deleted
    FROM json_to_recordset(${JSON.stringify(rows)}::text::json)
      AS r("clientId" uuid, seq integer, collection integer, "documentId" uuid, rev integer, deleted boolean)
    ON CONFLICT (client_id, collection, document_id)
    DO UPDATE SET seq = excluded.seq, rev = excluded.rev, deleted = excluded.deleted`
}

/** By rising position: more than `after`, at most `upTo`. */
export async function readFeedPage(
  tx: SqlTransaction,
  clientId: string,
  page: { readonly after: number; readonly upTo: number; readonly limit: number },
): Promise<readonly FeedRow[]> {
  const rows = await tx.$queryRaw<
    { seq: number; collection: number; document_id: string; rev: number; deleted: boolean }[]
  >`
    SELECT seq, collection, document_id, rev, deleted FROM portal.change_feed
    WHERE client_id = ${clientId}::uuid AND seq > ${page.after} AND seq <= ${page.upTo}
    ORDER BY seq LIMIT ${page.limit}`
  return rows.map(({ document_id, ...row }) => ({ ...row, documentId: document_id }))
}

/** Documents of one collection, newest position first. */
export async function readFeedIds(
  tx: SqlTransaction,
  clientId: string,
  collection: number,
): Promise<readonly string[]> {
  const rows = await tx.$queryRaw<{ document_id: string }[]>`
    SELECT document_id FROM portal.change_feed
    WHERE client_id = ${clientId}::uuid AND collection = ${collection} AND NOT deleted ORDER BY seq DESC`
  return rows.map((row) => row.document_id)
}
