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
  /** Is the document in the feed already, at an older position? */
  readonly moves: boolean
}

/** Rows of any clients. */
export async function putFeedRows(tx: SqlTransaction, rows: readonly NewFeedRow[]): Promise<void> {
  const moved = listsOf(rows.filter(({ moves }) => moves))
  const fresh = listsOf(rows.filter(({ moves }) => !moves))
  await Promise.all([
    moved.size > 0 &&
      tx.$executeRaw`
        UPDATE portal.change_feed f SET seq = r.seq, rev = r.rev, deleted = r.deleted
        FROM unnest(${moved.clients}::uuid[], ${moved.seqs}::integer[], ${moved.collections}::integer[],
          ${moved.documents}::uuid[], ${moved.revs}::integer[], ${moved.deleted}::boolean[])
          AS r(client_id, seq, collection, document_id, rev, deleted)
        WHERE f.client_id = r.client_id AND f.collection = r.collection AND f.document_id = r.document_id`,
    fresh.size > 0 &&
      tx.$executeRaw`
        INSERT INTO portal.change_feed (client_id, seq, collection, document_id, rev, deleted)
        SELECT * FROM unnest(${fresh.clients}::uuid[], ${fresh.seqs}::integer[], ${fresh.collections}::integer[],
          ${fresh.documents}::uuid[], ${fresh.revs}::integer[], ${fresh.deleted}::boolean[])`,
  ])
}

const listsOf = (rows: readonly NewFeedRow[]) => ({
  size: rows.length,
  clients: rows.map(({ clientId }) => clientId),
  seqs: rows.map(({ seq }) => seq),
  collections: rows.map(({ collection }) => collection),
  documents: rows.map(({ documentId }) => documentId),
  revs: rows.map(({ rev }) => rev),
  deleted: rows.map(({ deleted }) => deleted),
})

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
