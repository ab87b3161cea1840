/** What the record system calls what it feeds. One name of a practice stands for one thing of one client. */
import type { SqlTransaction } from '../../platform/database.ts'

export interface LinkKey {
  readonly resource: string
  readonly externalId: string
}
export interface Link extends LinkKey {
  readonly clientId: string
  readonly documentId: string
  /** That the record system wrote last. */
  readonly rev: number
}

export async function readLinks(
  tx: Pick<SqlTransaction, '$queryRaw'>,
  practiceId: string,
  keys: readonly LinkKey[],
): Promise<readonly Link[]> {
  if (keys.length === 0) return []
  return tx.$queryRaw<Link[]>`
    SELECT l.resource, l.external_id AS "externalId", l.client_id AS "clientId", l.document_id AS "documentId", l.rev
    FROM json_to_recordset(${JSON.stringify(keys)}::text::json) AS k(resource text, "externalId" text)
    JOIN portal.ehr_link l ON l.practice_id = ${practiceId}::uuid AND l.resource = k.resource
      AND l.external_id = k."externalId"`
}

/** How the record system calls these clients; those that it does not know are left out. */
export async function readClientNames(
  tx: Pick<SqlTransaction, '$queryRaw'>,
  practiceId: string,
  clientIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.$queryRaw<{ clientId: string; externalId: string }[]>`
    SELECT l.client_id AS "clientId", l.external_id AS "externalId"
    FROM portal.ehr_link l
    WHERE l.client_id = ANY (ARRAY(SELECT json_array_elements_text(${JSON.stringify(clientIds)}::text::json))::uuid[])
      AND l.practice_id = ${practiceId}::uuid AND l.resource = 'clients'`
  return new Map(rows.map(({ clientId, externalId }) => [clientId, externalId]))
}

/** How many stand afterwards as they are given: fewer than given where a name is another client's. */
export async function putLinks(
  tx: SqlTransaction,
  practiceId: string,
  links: readonly Link[],
): Promise<number> {
  if (links.length === 0) return 0
  const rows = await tx.$queryRaw<{ there: number }[]>`
    WITH put AS (
      INSERT INTO portal.ehr_link AS l (client_id, resource, external_id, practice_id, document_id, rev)
      SELECT k."clientId", k.resource, k."externalId", ${practiceId}::uuid, k."documentId", k.rev
      FROM json_to_recordset(${JSON.stringify(links)}::text::json)
        AS k("clientId" uuid, resource text, "externalId" text, "documentId" uuid, rev integer)
      ON CONFLICT (practice_id, resource, external_id) DO UPDATE SET rev = EXCLUDED.rev
        WHERE l.client_id = EXCLUDED.client_id AND l.document_id = EXCLUDED.document_id
      RETURNING 1
    ) SELECT count(*)::integer AS there FROM put`
  return rows[0]?.there ?? 0
}

/** How the record system calls these documents of one client. */
export async function readNamesOf(
  tx: Pick<SqlTransaction, '$queryRaw'>,
  clientId: string,
  documentIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.$queryRaw<{ documentId: string; externalId: string }[]>`
    SELECT document_id AS "documentId", external_id AS "externalId" FROM portal.ehr_link
    WHERE client_id = ${clientId}::uuid
      AND document_id IN (SELECT x::uuid FROM json_array_elements_text(${JSON.stringify(documentIds)}::text::json) AS t(x))`
  return new Map(rows.map(({ documentId, externalId }) => [documentId, externalId]))
}
