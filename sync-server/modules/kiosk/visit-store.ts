/** Rows of visits, and of what arrived from them. */
import type { SqlTransaction } from '../../platform/database.ts'

export type VisitState = 'armed' | 'started' | 'parked' | 'finished' | 'cancelled' | 'expired'
export interface VisitRow {
  readonly clientId: string
  readonly id: string
  readonly tabletId: string
  readonly armedAt: Date
  readonly expiresAt: Date
  readonly language: string
  readonly drafts: readonly string[]
  readonly formKeys: readonly string[]
  readonly tag: string
  readonly package: Uint8Array | null
  readonly state: VisitState
}
type Ask = Pick<SqlTransaction, '$queryRaw'>

export async function addVisit(
  tx: SqlTransaction,
  visit: Omit<VisitRow, 'armedAt' | 'expiresAt' | 'state' | 'package'> & {
    readonly armedBy: string
    readonly armedAt: number
    readonly expiresAt: number
    readonly package: Uint8Array
  },
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO portal.kiosk_visit (client_id, id, tablet_id, armed_by, armed_at, expires_at, language, drafts, form_keys,
      tag, package, state)
    VALUES (${visit.clientId}::uuid, ${visit.id}::uuid, ${visit.tabletId}::uuid, ${visit.armedBy}::uuid,
      ${new Date(visit.armedAt)}::timestamptz, ${new Date(visit.expiresAt)}::timestamptz, ${visit.language},
      ARRAY(SELECT json_array_elements_text(${JSON.stringify(visit.drafts)}::text::json))::uuid[],
      ARRAY(SELECT json_array_elements_text(${JSON.stringify(visit.formKeys)}::text::json)),
      ${visit.tag}, ${Buffer.from(visit.package)}::bytea, 'armed')`
}

/** Not every draft that is open: the newest of each form. */
export async function findOpenDraft(tx: Ask, clientId: string, formKey: string): Promise<string | undefined> {
  const [row] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM portal.form_draft WHERE client_id = ${clientId}::uuid AND form_key = ${formKey}
      AND status <> 'submitted' AND NOT deleted ORDER BY assigned_at DESC, id LIMIT 1`
  return row?.id
}

/** `YYYY-MM-DD`; null where the record has none. */
export async function readBirthday(tx: Ask, clientId: string): Promise<string | null> {
  const [row] = await tx.$queryRaw<{ day: string | null }[]>`
    SELECT to_char(date_of_birth, 'YYYY-MM-DD') AS day FROM portal.client WHERE client_id = ${clientId}::uuid`
  return row?.day ?? null
}

/** Of this tablet and of no other. */
export async function readVisit(tx: Ask, tabletId: string, visitId: string): Promise<VisitRow | undefined> {
  const [row] = await tx.$queryRaw<VisitRow[]>`
    SELECT client_id AS "clientId", id, tablet_id AS "tabletId", armed_at AS "armedAt", expires_at AS "expiresAt",
      language, array_to_json(drafts) AS drafts, array_to_json(form_keys) AS "formKeys", tag, package, state
    FROM portal.kiosk_visit WHERE id = ${visitId}::uuid AND tablet_id = ${tabletId}::uuid`
  return row
}

/** What a tablet has to know: visits that may begin, and for a day those that may not any more. */
export const readPackages = (tx: Ask, tabletId: string, since: number): Promise<readonly VisitRow[]> =>
  tx.$queryRaw<VisitRow[]>`
    SELECT client_id AS "clientId", id, tablet_id AS "tabletId", armed_at AS "armedAt", expires_at AS "expiresAt",
      language, array_to_json(drafts) AS drafts, array_to_json(form_keys) AS "formKeys", tag, package, state
    FROM portal.kiosk_visit WHERE tablet_id = ${tabletId}::uuid AND state IN ('armed', 'expired')
      AND expires_at > ${new Date(since)}::timestamptz ORDER BY armed_at DESC, id LIMIT 200`

/** Whose code was not used in time: what it would have opened goes. */
export const expireVisits = (tx: SqlTransaction, tabletId: string, now: number): Promise<number> =>
  tx.$executeRaw`
    UPDATE portal.kiosk_visit SET state = 'expired', package = NULL, ended_at = ${new Date(now)}::timestamptz
    WHERE tablet_id = ${tabletId}::uuid AND state = 'armed' AND expires_at <= ${new Date(now)}::timestamptz`

/** Never back; true where it went on. What a code would open is gone with the first step. */
export async function moveVisit(
  tx: SqlTransaction,
  { clientId, id }: Pick<VisitRow, 'clientId' | 'id'>,
  to: 'started' | 'parked' | 'finished' | 'cancelled',
  at: number,
): Promise<boolean> {
  const moment = new Date(at)
  const moved = await tx.$executeRaw`
    UPDATE portal.kiosk_visit SET state = ${to}, package = NULL,
      started_at = CASE WHEN ${to} = 'started' THEN ${moment}::timestamptz ELSE started_at END,
      ended_at = CASE WHEN ${to} = 'started' THEN ended_at ELSE ${moment}::timestamptz END
    WHERE client_id = ${clientId}::uuid AND id = ${id}::uuid AND CASE ${to}
      WHEN 'started' THEN state IN ('armed', 'expired')
      WHEN 'parked' THEN state IN ('armed', 'expired', 'started', 'cancelled')
      WHEN 'finished' THEN state IN ('armed', 'expired', 'started', 'parked', 'cancelled')
      ELSE state IN ('armed', 'started') END`
  return moved === 1
}

export async function readLastSeq(
  tx: Ask,
  clientId: string,
  visitId: string,
  draftId: string,
): Promise<{ readonly seq: number; readonly reference: string | null } | undefined> {
  const [row] = await tx.$queryRaw<{ seq: number; reference: string | null }[]>`
    SELECT seq, reference FROM portal.kiosk_answer WHERE client_id = ${clientId}::uuid AND visit_id = ${visitId}::uuid
      AND draft_id = ${draftId}::uuid`
  return row
}

export interface Arrived {
  readonly clientId: string
  readonly visitId: string
  readonly draftId: string
  readonly seq: number
  readonly at: number
  readonly reference?: string | undefined
  /** Why it could not be written, and the box itself. */
  readonly kept?: { readonly reason: string; readonly box: Uint8Array }
}
export const noteArrived = (tx: SqlTransaction, arrived: Arrived): Promise<number> =>
  tx.$executeRaw`
    INSERT INTO portal.kiosk_answer (client_id, visit_id, draft_id, seq, received_at, reference, reason, kept)
    VALUES (${arrived.clientId}::uuid, ${arrived.visitId}::uuid, ${arrived.draftId}::uuid, ${arrived.seq}::integer,
      ${new Date(arrived.at)}::timestamptz, ${arrived.reference ?? null}, ${arrived.kept?.reason ?? null},
      ${arrived.kept === undefined ? null : Buffer.from(arrived.kept.box)}::bytea)
    ON CONFLICT (client_id, visit_id, draft_id) DO UPDATE SET seq = EXCLUDED.seq, received_at = EXCLUDED.received_at,
      reference = COALESCE(EXCLUDED.reference, kiosk_answer.reference), reason = EXCLUDED.reason, kept = EXCLUDED.kept,
      settled_at = NULL
    WHERE kiosk_answer.seq < EXCLUDED.seq`

/** Newest versions of active forms, and those that an armed visit's forms are pinned to: which visit, nobody can tell. */
export async function readDefinitionIds(
  tx: Ask,
  practiceId: string,
  tabletId: string,
): Promise<readonly string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT id FROM (
      SELECT DISTINCT ON (f.id) v.id FROM portal.form f JOIN portal.form_version v ON v.form_id = f.id
      WHERE f.practice_id = ${practiceId}::uuid AND f.active ORDER BY f.id, v.version DESC) AS newest
    UNION
    SELECT d.form_version_id FROM portal.kiosk_visit k JOIN portal.form_draft d
      ON d.client_id = k.client_id AND d.id = ANY (k.drafts)
    WHERE k.tablet_id = ${tabletId}::uuid AND k.state IN ('armed', 'started') ORDER BY id LIMIT 500`
  return rows.map(({ id }) => id)
}

export interface DefinitionRow {
  readonly id: string
  readonly formKey: string
  readonly version: number
  readonly kind: string
  readonly title: string
  readonly questionnaire: unknown
  readonly publishedAt: Date
}
export async function readDefinition(
  tx: Ask,
  practiceId: string,
  id: string,
): Promise<DefinitionRow | undefined> {
  const [row] = await tx.$queryRaw<DefinitionRow[]>`
    SELECT v.id, f.key AS "formKey", v.version, f.kind, v.title, v.questionnaire, v.published_at AS "publishedAt"
    FROM portal.form_version v JOIN portal.form f ON f.id = v.form_id
    WHERE v.id = ${id}::uuid AND f.practice_id = ${practiceId}::uuid`
  return row
}

export interface VisitListRow {
  readonly clientId: string
  readonly clientName: string
  readonly id: string
  readonly tabletId: string
  readonly armedAt: Date
  readonly expiresAt: Date
  readonly language: string
  readonly formKeys: readonly string[]
  readonly state: VisitState
  readonly handedIn: number
  readonly kept: number
}
/** Of the last day, or still open; the newest first. */
export const readVisits = (tx: Ask, practiceId: string, now: number): Promise<readonly VisitListRow[]> =>
  tx.$queryRaw<VisitListRow[]>`
    SELECT v.client_id AS "clientId", c.name AS "clientName", v.id, v.tablet_id AS "tabletId", v.armed_at AS "armedAt",
      v.expires_at AS "expiresAt", v.language, array_to_json(v.form_keys) AS "formKeys",
      CASE WHEN v.state = 'armed' AND v.expires_at <= ${new Date(now)}::timestamptz THEN 'expired' ELSE v.state END AS state,
      (SELECT count(*)::integer FROM portal.kiosk_answer k WHERE k.client_id = v.client_id AND k.visit_id = v.id
        AND k.reference IS NOT NULL) AS "handedIn",
      (SELECT count(*)::integer FROM portal.kiosk_answer k WHERE k.client_id = v.client_id AND k.visit_id = v.id
        AND k.kept IS NOT NULL AND k.settled_at IS NULL) AS kept
    FROM portal.kiosk_visit v JOIN portal.client c ON c.client_id = v.client_id
    WHERE c.practice_id = ${practiceId}::uuid AND c.shredded_at IS NULL
      AND (v.armed_at > ${new Date(now - 86_400_000)}::timestamptz OR v.state IN ('armed', 'started', 'parked'))
    ORDER BY v.armed_at DESC, v.id LIMIT 200`

export const readForms = (
  tx: Ask,
  practiceId: string,
): Promise<readonly { readonly key: string; readonly title: string }[]> =>
  tx.$queryRaw`
    SELECT f.key, f.title FROM portal.form f WHERE f.practice_id = ${practiceId}::uuid AND f.active
      AND EXISTS (SELECT 1 FROM portal.form_version v WHERE v.form_id = f.id) ORDER BY f.title, f.key LIMIT 200`

export async function readVisitOfPractice(
  tx: Ask,
  clientId: string,
  visitId: string,
): Promise<{ readonly id: string } | undefined> {
  const [row] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM portal.kiosk_visit WHERE client_id = ${clientId}::uuid AND id = ${visitId}::uuid`
  return row
}
