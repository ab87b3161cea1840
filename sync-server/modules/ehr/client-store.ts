/** The rows of clients themselves, as the record system makes and changes them. */
import type { SqlTransaction } from '../../platform/database.ts'

export interface ClientFields {
  readonly name: string
  readonly dateOfBirth: string
  readonly contactEmail: string | null
  readonly ssn4Tag: string | null
  readonly mrnTag: string | null
}
export interface PracticeFacts {
  readonly name: string
  readonly phone: string
  readonly timeZone: string
}

export async function readPractice(
  tx: Pick<SqlTransaction, '$queryRaw'>,
  practiceId: string,
): Promise<PracticeFacts> {
  const [row] = await tx.$queryRaw<PracticeFacts[]>`
    SELECT name, phone, time_zone AS "timeZone" FROM portal.practice WHERE id = ${practiceId}::uuid`
  if (row === undefined) throw new Error('The practice of an account is gone.')
  return row
}

/** Two who bring the same name at the same moment take turns, until the end of the transaction. */
export async function lockName(tx: SqlTransaction, practiceId: string, externalId: string): Promise<void> {
  await tx.$queryRaw`
    SELECT pg_advisory_xact_lock(hashtextextended(${`ehr ${practiceId} ${externalId}`}, 0))::text AS locked`
}

/** Known under that record number, and not to the record system yet. */
export async function findByMrn(
  tx: SqlTransaction,
  practiceId: string,
  mrnTag: string,
): Promise<string | undefined> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT c.client_id AS id FROM portal.client c
    WHERE c.practice_id = ${practiceId}::uuid AND c.mrn_tag = ${mrnTag} AND c.shredded_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM portal.ehr_link l WHERE l.client_id = c.client_id AND l.resource = 'clients')
    LIMIT 2`
  return rows.length === 1 ? rows[0]?.id : undefined
}

export const addClient = (
  tx: SqlTransaction,
  clientId: string,
  practiceId: string,
  { name, dateOfBirth, contactEmail, ssn4Tag, mrnTag }: ClientFields,
): Promise<number> => tx.$executeRaw`
  INSERT INTO portal.client (client_id, practice_id, name, date_of_birth, contact_email, ssn4_tag, mrn_tag)
  VALUES (${clientId}::uuid, ${practiceId}::uuid, ${name}, ${dateOfBirth}::text::date, ${contactEmail}, ${ssn4Tag}, ${mrnTag})`

/** True where anything was otherwise. A tag that is not given stays. */
export async function changeClient(
  tx: SqlTransaction,
  clientId: string,
  { name, dateOfBirth, contactEmail, ssn4Tag, mrnTag }: ClientFields,
): Promise<boolean> {
  const changed = await tx.$executeRaw`
    UPDATE portal.client SET name = ${name}, date_of_birth = ${dateOfBirth}::text::date, contact_email = ${contactEmail},
      ssn4_tag = coalesce(${ssn4Tag}::text, ssn4_tag), mrn_tag = coalesce(${mrnTag}::text, mrn_tag)
    WHERE client_id = ${clientId}::uuid AND shredded_at IS NULL
      AND (name, date_of_birth, contact_email, ssn4_tag, mrn_tag) IS DISTINCT FROM (${name}::text, ${dateOfBirth}::text::date,
        ${contactEmail}::text, coalesce(${ssn4Tag}::text, ssn4_tag), coalesce(${mrnTag}::text, mrn_tag))`
  return changed > 0
}

/** Accounts of clinicians of the practice by their addresses. */
export async function readClinicians(
  tx: SqlTransaction,
  practiceId: string,
  emails: readonly string[],
): Promise<readonly string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM portal.portal_account
    WHERE practice_id = ${practiceId}::uuid AND role = 'clinician' AND closed_at IS NULL
      AND email IN (SELECT json_array_elements_text(${JSON.stringify(emails)}::text::json))`
  return rows.map(({ id }) => id)
}

/** Those and nobody else look after the client. True where that was otherwise. */
export async function setClinicians(
  tx: SqlTransaction,
  clientId: string,
  accountIds: readonly string[],
  now: number,
): Promise<boolean> {
  const [at, ids] = [new Date(now), JSON.stringify(accountIds)]
  const ended = await tx.$executeRaw`
    UPDATE portal.clinician_assignment SET ended_at = ${at}::timestamptz
    WHERE client_id = ${clientId}::uuid AND ended_at IS NULL
      AND account_id::text NOT IN (SELECT json_array_elements_text(${ids}::text::json))`
  const begun = await tx.$executeRaw`
    INSERT INTO portal.clinician_assignment AS a (client_id, account_id, assigned_at)
    SELECT ${clientId}::uuid, id::uuid, ${at}::timestamptz
    FROM json_array_elements_text(${ids}::text::json) AS t(id)
    ON CONFLICT (client_id, account_id) DO UPDATE SET ended_at = NULL, assigned_at = EXCLUDED.assigned_at
      WHERE a.ended_at IS NOT NULL`
  return ended + begun > 0
}

export async function readProfileId(tx: SqlTransaction, clientId: string): Promise<string | undefined> {
  const [row] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM portal.profile WHERE client_id = ${clientId}::uuid AND NOT deleted LIMIT 1`
  return row?.id
}
