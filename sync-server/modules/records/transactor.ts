/** Closes and erases records, inside the caller's transaction, which holds the lock on the client's head. */
import type { SqlTransaction } from '../../platform/database.ts'
import { EMPTIED_BY_ACCOUNT, EMPTIED_BY_CLIENT } from './tables-of-a-person.ts'

export interface ClosingState {
  readonly name: string
  readonly closedAt: Date | null
  /** `YYYY-MM-DD` */
  readonly retainUntil: string | null
  /** Today where the practice is, `YYYY-MM-DD`. */
  readonly today: string
  /** Devices of the client's own account that have not said that they are empty. */
  readonly devices: number
}
interface EndedGrant {
  readonly account: string
  readonly generation: number
}
export interface EndedAccess {
  /** Of the client's own account; their sessions have ended with them. */
  readonly devices: readonly string[]
  /** Accounts that were let into the record. */
  readonly proxies: readonly EndedGrant[]
}

export async function readClosing(tx: SqlTransaction, clientId: string, now: number): Promise<ClosingState> {
  const [row] = await tx.$queryRaw<ClosingState[]>`
    SELECT c.name, c.closed_at AS "closedAt", c.retain_until::text AS "retainUntil",
      (${new Date(now)}::timestamptz AT TIME ZONE p.time_zone)::date::text AS today,
      (SELECT count(*) FROM portal.device d JOIN portal.portal_account a ON a.id = d.account_id
        WHERE a.client_id = c.client_id AND a.role = 'client' AND d.wiped_at IS NULL)::integer AS devices
    FROM portal.client c JOIN portal.practice p ON p.id = c.practice_id WHERE c.client_id = ${clientId}::uuid`
  if (row === undefined) throw new Error('A record that was locked is gone.')
  return row
}

export const setRetention = (tx: SqlTransaction, clientId: string, until: string | null) => tx.$executeRaw`
  UPDATE portal.client SET retain_until = ${until}::text::date WHERE client_id = ${clientId}::uuid`

/** From now on only the practice reads the record; devices hand in what they have not sent, and wipe themselves. */
export async function closeRecord(tx: SqlTransaction, clientId: string, now: number): Promise<EndedAccess> {
  const at = new Date(now)
  await tx.$executeRaw`
    UPDATE portal.client SET closed_at = ${at}::timestamptz WHERE client_id = ${clientId}::uuid`
  await tx.$executeRaw`
    UPDATE portal.portal_account SET closed_at = ${at}::timestamptz
    WHERE client_id = ${clientId}::uuid AND role = 'client' AND closed_at IS NULL`
  await tx.$executeRaw`
    UPDATE portal.session s SET revoked_at = ${at}::timestamptz, revoked_reason = 'account_closed'
    FROM portal.portal_account a WHERE a.id = s.account_id AND a.client_id = ${clientId}::uuid AND a.role = 'client'
      AND s.revoked_at IS NULL`
  const devices = await tx.$queryRaw<{ id: string }[]>`
    UPDATE portal.device d SET revoked_at = ${at}::timestamptz
    FROM portal.portal_account a WHERE a.id = d.account_id AND a.client_id = ${clientId}::uuid AND a.role = 'client'
      AND d.revoked_at IS NULL RETURNING d.id`
  await tx.$executeRaw`
    UPDATE portal.one_time_code SET used_at = ${at}::timestamptz
    WHERE used_at IS NULL AND (client_id = ${clientId}::uuid OR account_id IN (
      SELECT id FROM portal.portal_account WHERE client_id = ${clientId}::uuid AND role = 'client'))`
  // As one that ends by itself: what other servers look for, and devices compare.
  const proxies = await tx.$queryRaw<EndedGrant[]>`
    UPDATE portal.access_grant SET revoked_at = ${at}::timestamptz, changed_at = ${at}::timestamptz,
      generation = generation + 1
    WHERE client_id = ${clientId}::uuid AND revoked_at IS NULL RETURNING account_id AS account, generation`
  await tx.$executeRaw`
    UPDATE portal.access_invitation SET ended_at = ${at}::timestamptz
    WHERE client_id = ${clientId}::uuid AND ended_at IS NULL`
  return { devices: devices.map(({ id }) => id), proxies }
}

/** The account signs in again, on devices that start anew; whom the client had let in is let in by them again. */
export async function reopenRecord(tx: SqlTransaction, clientId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE portal.portal_account a SET closed_at = NULL FROM portal.client c
    WHERE c.client_id = ${clientId}::uuid AND a.client_id = c.client_id AND a.role = 'client'
      AND a.closed_at = c.closed_at`
  await tx.$executeRaw`UPDATE portal.client SET closed_at = NULL WHERE client_id = ${clientId}::uuid`
}

/** For good. How many sealed values and other rows went. */
export async function shredRecord(tx: SqlTransaction, clientId: string, now: number): Promise<number> {
  let rows = 0
  // Names of tables are constants of the code, never input.
  for (const table of EMPTIED_BY_ACCOUNT)
    rows += await tx.$executeRawUnsafe(
      `DELETE FROM portal.${table} t USING portal.portal_account a
       WHERE t.account_id = a.id AND a.client_id = $1::uuid AND a.role = 'client'`,
      clientId,
    )
  for (const table of EMPTIED_BY_CLIENT)
    rows += await tx.$executeRawUnsafe(`DELETE FROM portal.${table} WHERE client_id = $1::uuid`, clientId)
  await tx.$executeRaw`
    UPDATE portal.session s SET refresh_hash = '', device_key = NULL FROM portal.portal_account a
    WHERE a.id = s.account_id AND a.client_id = ${clientId}::uuid AND a.role = 'client'`
  await tx.$executeRaw`
    UPDATE portal.device d SET name = '', user_agent = '', last_ip = NULL FROM portal.portal_account a
    WHERE a.id = d.account_id AND a.client_id = ${clientId}::uuid AND a.role = 'client'`
  await tx.$executeRaw`
    UPDATE portal.portal_account SET name = '', email = 'erased-' || id || '@erased.invalid', password_hash = 'none'
    WHERE client_id = ${clientId}::uuid AND role = 'client'`
  await tx.$executeRaw`
    UPDATE portal.client SET name = '', date_of_birth = NULL, contact_email = NULL, ssn4_tag = NULL, mrn_tag = NULL,
      shredded_at = ${new Date(now)}::timestamptz WHERE client_id = ${clientId}::uuid`
  await tx.$executeRaw`
    UPDATE portal.client_head SET key_changes = key_changes + 1 WHERE client_id = ${clientId}::uuid`
  return rows
}

/** Erased at or after `since`, ms. */
export async function shreddedSince(
  source: Pick<SqlTransaction, '$queryRaw'>,
  since: number,
): Promise<readonly string[]> {
  const rows = await source.$queryRaw<{ id: string }[]>`
    SELECT client_id::text AS id FROM portal.client WHERE shredded_at >= ${new Date(since)}::timestamptz`
  return rows.map(({ id }) => id)
}
