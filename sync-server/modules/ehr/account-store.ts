/** Accounts of machines. The account itself is a row of everybody's table, so that rights and audit work alike. */
import type { SqlTransaction } from '../../platform/database.ts'

export interface PublicJwk {
  readonly kid: string
  readonly alg: 'ES256' | 'EdDSA'
  readonly kty: string
  readonly crv: string
  readonly x: string
  readonly y?: string | undefined
}
export interface MachineAccount {
  readonly id: string
  readonly practiceId: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly keys: readonly PublicJwk[]
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
}
interface NewAccount extends Omit<MachineAccount, 'createdAt' | 'lastUsedAt'> {
  readonly now: number
}
type Ask = Pick<SqlTransaction, '$queryRaw'>

/** Closed ones are nobody's any more. */
export async function readMachine(tx: Ask, accountId: string): Promise<MachineAccount | undefined> {
  const [row] = await tx.$queryRaw<MachineAccount[]>`
    SELECT a.id, a.practice_id AS "practiceId", a.name, array_to_json(e.scopes) AS scopes, e.keys,
      e.created_at AS "createdAt", e.last_used_at AS "lastUsedAt"
    FROM portal.ehr_account e JOIN portal.portal_account a ON a.id = e.account_id
    WHERE e.account_id = ${accountId}::uuid AND a.closed_at IS NULL AND a.role = 'ehr'`
  return row
}

export const readMachines = (tx: Ask, practiceId: string): Promise<readonly MachineAccount[]> =>
  tx.$queryRaw<MachineAccount[]>`
    SELECT a.id, a.practice_id AS "practiceId", a.name, array_to_json(e.scopes) AS scopes, e.keys,
      e.created_at AS "createdAt", e.last_used_at AS "lastUsedAt"
    FROM portal.ehr_account e JOIN portal.portal_account a ON a.id = e.account_id
    WHERE e.practice_id = ${practiceId}::uuid AND a.closed_at IS NULL ORDER BY e.created_at, a.id LIMIT 200`

/** No password ever fits: there is no hash. */
export async function addMachine(
  tx: SqlTransaction,
  { id, practiceId, name, scopes, keys, now }: NewAccount,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO portal.portal_account (id, practice_id, role, name, email, password_hash)
    VALUES (${id}::uuid, ${practiceId}::uuid, 'ehr', ${name}, ${`ehr-${id}@machine.invalid`}, 'none')`
  await tx.$executeRaw`
    INSERT INTO portal.ehr_account (account_id, practice_id, scopes, keys, created_at)
    SELECT ${id}::uuid, ${practiceId}::uuid, ARRAY(SELECT json_array_elements_text(${JSON.stringify(scopes)}::text::json)),
      ${JSON.stringify(keys)}::text::jsonb, ${new Date(now)}::timestamptz`
}

/** False where the practice has no such account. */
export async function closeMachine(
  tx: SqlTransaction,
  practiceId: string,
  accountId: string,
  now: number,
): Promise<boolean> {
  const closed = await tx.$executeRaw`
    UPDATE portal.portal_account SET closed_at = ${new Date(now)}::timestamptz
    WHERE id = ${accountId}::uuid AND practice_id = ${practiceId}::uuid AND role = 'ehr' AND closed_at IS NULL`
  return closed === 1
}

export const noteUse = (tx: SqlTransaction, accountId: string, now: number): Promise<number> =>
  tx.$executeRaw`
    UPDATE portal.ehr_account SET last_used_at = ${new Date(now)}::timestamptz
    WHERE account_id = ${accountId}::uuid`

/** False when it was used before. Those that are too old to be used are forgotten on the way. */
export async function spendAssertion(
  tx: SqlTransaction,
  id: string,
  expiresAt: number,
  now: number,
): Promise<boolean> {
  await tx.$executeRaw`DELETE FROM portal.spent_challenge WHERE expires_at < ${new Date(now)}::timestamptz`
  const spent = await tx.$executeRaw`
    INSERT INTO portal.spent_challenge (id, expires_at) VALUES (${id}, ${new Date(expiresAt)}::timestamptz)
    ON CONFLICT DO NOTHING`
  return spent === 1
}

export async function readRole(
  tx: SqlTransaction,
  accountId: string,
): Promise<{ readonly role: string; readonly practiceId: string } | undefined> {
  const [row] = await tx.$queryRaw<{ role: string; practiceId: string }[]>`
    SELECT role, practice_id AS "practiceId" FROM portal.portal_account
    WHERE id = ${accountId}::uuid AND closed_at IS NULL`
  return row
}
