/** Queries over the form catalogue and over forms of several clients. */
import type { JsonObject } from '../../../shared/kernel/json.ts'
import { COLLECTIONS } from '../../../shared/protocol/collections.ts'
import type { SqlTransaction } from '../../platform/database.ts'
import { type ListPosition, positionText } from '../../platform/list-position.ts'

export interface DefinitionRow {
  readonly id: string
  readonly form_key: string
  readonly version: number
  readonly kind: string
  readonly title: string
  readonly questionnaire: JsonObject
  readonly published_at: Date
  /** Position in the client's feed; null when it was never assigned. */
  readonly seq: number | null
}

/** Published versions of the client's own practice. */
export const readDefinitions = (
  tx: SqlTransaction,
  clientId: string,
  ids: readonly string[],
): Promise<DefinitionRow[]> =>
  tx.$queryRaw<DefinitionRow[]>`
    SELECT v.id, f.key AS form_key, v.version, f.kind, v.title, v.questionnaire, v.published_at, c.seq
    FROM portal.form_version v
    JOIN portal.form f ON f.id = v.form_id
    JOIN portal.client p ON p.client_id = ${clientId}::uuid AND p.practice_id = f.practice_id
    LEFT JOIN portal.change_feed c ON c.client_id = p.client_id AND c.document_id = v.id
      AND c.collection = ${COLLECTIONS.definitions.number}
    WHERE v.id = ANY (string_to_array(${ids.join(',')}, ',')::uuid[])`

/** Newest published version of an active form of the client's practice. */
export async function readNewestVersion(
  tx: SqlTransaction,
  clientId: string,
  formKey: string,
): Promise<string | undefined> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT v.id FROM portal.form_version v
    JOIN portal.form f ON f.id = v.form_id
    JOIN portal.client p ON p.client_id = ${clientId}::uuid AND p.practice_id = f.practice_id
    WHERE f.key = ${formKey} AND f.active ORDER BY v.version DESC LIMIT 1`
  return rows[0]?.id
}

export interface DocumentPage {
  /** Newest first. */
  readonly ids: readonly string[]
  /** Pass as `before` for the next page; null at the end. */
  readonly next: string | null
}

/** A client's submissions, newest first, `limit` at a time; `before` is a position that an earlier page gave. */
export async function readSubmissionIds(
  tx: SqlTransaction,
  clientId: string,
  limit: number,
  before: ListPosition | undefined,
): Promise<DocumentPage> {
  const at = before ? new Date(before.at) : null
  const rows = await tx.$queryRaw<{ id: string; received_at: Date }[]>`
    SELECT id, received_at FROM portal.form_submission
    WHERE client_id = ${clientId}::uuid AND NOT deleted
      AND (${at}::timestamptz IS NULL OR (received_at, id) < (${at}::timestamptz, ${before?.id ?? null}::uuid))
    ORDER BY received_at DESC, id DESC LIMIT ${limit + 1}`
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    ids: page.map((row) => row.id),
    next: rows.length > limit && last ? positionText({ at: last.received_at.getTime(), id: last.id }) : null,
  }
}

/** Keys of the active forms that every new client gets and this one has not. */
export async function readFormsForNewClient(tx: SqlTransaction, clientId: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ key: string }[]>`
    SELECT f.key FROM portal.form f JOIN portal.client c ON c.practice_id = f.practice_id
    WHERE c.client_id = ${clientId}::uuid AND f.active AND f.for_new_clients
      AND NOT EXISTS (SELECT 1 FROM portal.form_draft d WHERE d.client_id = c.client_id AND d.form_key = f.key)
    ORDER BY f.key`
  return rows.map(({ key }) => key)
}

/** What stands at the head of a paper. */
export async function readPracticeOf(
  tx: SqlTransaction,
  clientId: string,
): Promise<
  { readonly clientName: string; readonly practiceName: string; readonly timeZone: string } | undefined
> {
  const [row] = await tx.$queryRaw<{ clientName: string; practiceName: string; timeZone: string }[]>`
    SELECT c.name AS "clientName", p.name AS "practiceName", p.time_zone AS "timeZone"
    FROM portal.client c JOIN portal.practice p ON p.id = c.practice_id WHERE c.client_id = ${clientId}::uuid`
  return row
}

/** A published version of the client's practice by its canonical address, `url|version`; without a version the newest. */
export async function readVersionByUrl(
  tx: SqlTransaction,
  clientId: string,
  canonical: string,
): Promise<string | undefined> {
  const [url = '', version = ''] = canonical.split('|')
  const rows = await tx.$queryRaw<{ id: string; version: number }[]>`
    SELECT v.id, v.version FROM portal.form_version v
    JOIN portal.form f ON f.id = v.form_id
    JOIN portal.client p ON p.client_id = ${clientId}::uuid AND p.practice_id = f.practice_id
    WHERE v.questionnaire ->> 'url' = ${url}
      OR (v.questionnaire -> 'url' IS NULL AND ${url} = 'urn:mentalspace:form:' || f.key)
    ORDER BY v.version DESC LIMIT 200`
  return (version === '' ? rows[0] : rows.find((row) => String(row.version) === version))?.id
}
