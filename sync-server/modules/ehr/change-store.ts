/**
 * The order in which the record system reads changes of all records of its practice. Writers of different records commit
 * in any order, so numbers are given out after the commit, by one at a time, to what is committed by then: who has read
 * up to a number has missed nothing below it. SPEC: H10 and H11.
 */
import type { SqlTransaction } from '../../platform/database.ts'

export const CHANGE_TYPES = ['appointments', 'requests', 'refills', 'messages', 'submissions'] as const
export type ChangeType = (typeof CHANGE_TYPES)[number]

export interface FeedEnd {
  readonly epoch: number
  readonly position: number
}
export interface ChangeRow {
  readonly clientId: string
  readonly documentId: string
  readonly type: ChangeType
  readonly rev: number
  readonly position: number
}
/** At a time. */
const MOST = 2_000

/** Waits until nobody else numbers for this practice; until the end of the transaction nobody does. */
export async function lockFeed(tx: SqlTransaction, practiceId: string): Promise<FeedEnd> {
  await tx.$executeRaw`INSERT INTO portal.ehr_feed (practice_id) VALUES (${practiceId}::uuid) ON CONFLICT DO NOTHING`
  const [row] = await tx.$queryRaw<{ epoch: number; position: string | number }[]>`
    SELECT epoch, position::text AS position FROM portal.ehr_feed WHERE practice_id = ${practiceId}::uuid FOR UPDATE`
  if (row === undefined) throw new Error('A feed that was just made is gone.')
  return { epoch: row.epoch, position: Number(row.position) }
}

/**
 * What is committed and has no number gets one; a row that somebody is writing at this moment is passed over, and has
 * none afterwards either. What the record system wrote itself, and nobody since, is not told to it.
 */
export async function numberChanges(
  tx: SqlTransaction,
  practiceId: string,
  end: FeedEnd,
): Promise<{ readonly end: FeedEnd; readonly fresh: readonly ChangeRow[]; readonly more: boolean }> {
  const own = await tx.$executeRaw`
    DELETE FROM portal.ehr_change d USING (
      SELECT c.client_id, c.collection, c.document_id FROM portal.ehr_change c
      JOIN portal.ehr_link l ON l.client_id = c.client_id AND l.document_id = c.document_id AND l.rev = c.rev
      WHERE c.practice_id = ${practiceId}::uuid AND c.position IS NULL
      LIMIT ${MOST} FOR UPDATE OF c SKIP LOCKED
    ) o WHERE d.client_id = o.client_id AND d.collection = o.collection AND d.document_id = o.document_id`
  const rows = await tx.$queryRaw<RawChange[]>`
    WITH fresh AS (
      SELECT c.client_id, c.collection, c.document_id, c.seq FROM portal.ehr_change c
      WHERE c.practice_id = ${practiceId}::uuid AND c.position IS NULL AND NOT EXISTS (
        SELECT 1 FROM portal.ehr_link l
        WHERE l.client_id = c.client_id AND l.document_id = c.document_id AND l.rev = c.rev)
      ORDER BY c.client_id, c.seq LIMIT ${MOST} FOR UPDATE OF c SKIP LOCKED
    ), placed AS (
      SELECT client_id, collection, document_id,
        ${end.position}::bigint + row_number() OVER (ORDER BY client_id, seq) AS position FROM fresh
    ), numbered AS (
      UPDATE portal.ehr_change c SET position = p.position FROM placed p
      WHERE c.client_id = p.client_id AND c.collection = p.collection AND c.document_id = p.document_id
      RETURNING c.client_id, c.collection, c.document_id, c.rev, c.position
    )
    SELECT n.client_id AS "clientId", n.document_id AS "documentId", n.collection, n.rev, n.position::text AS position,
      EXISTS (SELECT 1 FROM portal.refill_request r WHERE r.client_id = n.client_id AND r.id = n.document_id) AS refill
    FROM numbered n ORDER BY n.position`
  const fresh = rows.map(changeOf)
  const position = fresh.at(-1)?.position ?? end.position
  if (fresh.length > 0)
    await tx.$executeRaw`
      UPDATE portal.ehr_feed SET position = ${position}::bigint WHERE practice_id = ${practiceId}::uuid`
  return { end: { ...end, position }, fresh, more: own === MOST || fresh.length === MOST }
}

interface RawChange {
  readonly clientId: string
  readonly documentId: string
  readonly collection: number
  readonly rev: number
  readonly position: string
  readonly refill: boolean
}
const BY_COLLECTION: Readonly<Record<number, ChangeType>> = {
  1: 'appointments',
  2: 'requests',
  3: 'messages',
  7: 'submissions',
}
const changeOf = ({ clientId, documentId, collection, rev, position, refill }: RawChange): ChangeRow => ({
  clientId,
  documentId,
  rev,
  position: Number(position),
  type: refill ? 'refills' : (BY_COLLECTION[collection] ?? 'requests'),
})

/** In their order, after a number. */
export async function readChanges(
  tx: SqlTransaction,
  practiceId: string,
  page: { readonly after: number; readonly types: readonly ChangeType[]; readonly limit: number },
): Promise<readonly ChangeRow[]> {
  const has = (type: ChangeType) => page.types.includes(type)
  const collections = [
    ...(has('appointments') ? [1] : []),
    ...(has('requests') || has('refills') ? [2] : []),
    ...(has('messages') ? [3] : []),
    ...(has('submissions') ? [7] : []),
  ]
  const rows = await tx.$queryRaw<RawChange[]>`
    SELECT c.client_id AS "clientId", c.document_id AS "documentId", c.collection, c.rev, c.position::text AS position,
      r.id IS NOT NULL AS refill
    FROM portal.ehr_change c
    LEFT JOIN portal.refill_request r ON c.collection = 2 AND r.client_id = c.client_id AND r.id = c.document_id
    WHERE c.practice_id = ${practiceId}::uuid AND c.position > ${page.after}::bigint
      AND c.collection IN (SELECT x::integer FROM json_array_elements_text(${JSON.stringify(collections)}::text::json) AS t(x))
      AND (c.collection <> 2 OR (r.id IS NULL AND ${has('requests')}::boolean) OR (r.id IS NOT NULL AND ${has('refills')}::boolean))
    ORDER BY c.position LIMIT ${page.limit}`
  return rows.map(changeOf)
}

/** Whose it is, of this practice. */
export async function findClientOf(
  tx: Pick<SqlTransaction, '$queryRaw'>,
  practiceId: string,
  collection: number,
  documentId: string,
): Promise<string | undefined> {
  const [row] = await tx.$queryRaw<{ clientId: string }[]>`
    SELECT client_id AS "clientId" FROM portal.ehr_change
    WHERE practice_id = ${practiceId}::uuid AND document_id = ${documentId}::uuid AND collection = ${collection}`
  return row?.clientId
}

/** After a backup was put back: what was told meanwhile is not known any more, so everybody begins anew. */
export const beginNewFeedEpochs = (tx: SqlTransaction): Promise<number> =>
  tx.$executeRaw`UPDATE portal.ehr_feed SET epoch = epoch + 1 + extract(epoch FROM now())::integer % 1000000`
