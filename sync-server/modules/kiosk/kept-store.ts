/** Rows of boxes that arrived and could not be written, until staff have done something about them. */
import type { SqlTransaction } from '../../platform/database.ts'

type Ask = Pick<SqlTransaction, '$queryRaw'>

export interface KeptRow {
  readonly clientId: string
  readonly clientName: string
  readonly visitId: string
  readonly draftId: string
  readonly tabletId: string
  readonly formKey: string
  readonly language: string
  readonly reason: string
  readonly receivedAt: Date
}

/** Of the practice, the newest first. */
export const readKept = (tx: Ask, practiceId: string): Promise<readonly KeptRow[]> =>
  tx.$queryRaw<KeptRow[]>`
    SELECT k.client_id AS "clientId", c.name AS "clientName", k.visit_id AS "visitId", k.draft_id AS "draftId",
      v.tablet_id AS "tabletId", v.form_keys[array_position(v.drafts, k.draft_id)] AS "formKey", v.language, k.reason,
      k.received_at AS "receivedAt"
    FROM portal.kiosk_answer k JOIN portal.kiosk_visit v ON v.client_id = k.client_id AND v.id = k.visit_id
    JOIN portal.client c ON c.client_id = k.client_id
    WHERE c.practice_id = ${practiceId}::uuid AND c.shredded_at IS NULL AND k.kept IS NOT NULL AND k.settled_at IS NULL
    ORDER BY k.received_at DESC, k.draft_id LIMIT 100`

export interface KeptBox {
  readonly tabletId: string
  readonly practiceId: string
  readonly formKey: string
  readonly seq: number
  readonly box: Uint8Array
}

/** One of them, locked until the transaction ends; undefined where there is none that waits. */
export async function lockKept(
  tx: SqlTransaction,
  clientId: string,
  visitId: string,
  draftId: string,
): Promise<KeptBox | undefined> {
  const [row] = await tx.$queryRaw<KeptBox[]>`
    SELECT v.tablet_id AS "tabletId", c.practice_id AS "practiceId", k.seq, k.kept AS box,
      v.form_keys[array_position(v.drafts, k.draft_id)] AS "formKey"
    FROM portal.kiosk_answer k JOIN portal.kiosk_visit v ON v.client_id = k.client_id AND v.id = k.visit_id
    JOIN portal.client c ON c.client_id = k.client_id
    WHERE k.client_id = ${clientId}::uuid AND k.visit_id = ${visitId}::uuid AND k.draft_id = ${draftId}::uuid
      AND k.kept IS NOT NULL AND k.settled_at IS NULL FOR UPDATE OF k`
  return row
}

/** `written`: what was in the box is in the record now, so that the box goes. Else it stays, and is not asked about again. */
export const settleKept = (
  tx: SqlTransaction,
  { clientId, visitId, draftId }: Pick<KeptRow, 'clientId' | 'visitId' | 'draftId'>,
  { written, at }: { readonly written: boolean; readonly at: number },
): Promise<number> =>
  tx.$executeRaw`
    UPDATE portal.kiosk_answer SET settled_at = ${new Date(at)}::timestamptz,
      kept = CASE WHEN ${written} THEN NULL ELSE kept END, reason = CASE WHEN ${written} THEN NULL ELSE reason END
    WHERE client_id = ${clientId}::uuid AND visit_id = ${visitId}::uuid AND draft_id = ${draftId}::uuid`
