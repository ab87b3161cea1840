/** Who of the practice asks, as the database has it now, and whom of its clients they reach. */
import type { SqlTransaction } from '../platform/database.ts'

export interface StaffMember {
  readonly role: string
  readonly practiceId: string
  readonly name: string
  readonly timeZone: string
}

/** Undefined when the account was closed meanwhile. */
export async function readStaffMember(
  tx: SqlTransaction,
  accountId: string,
): Promise<StaffMember | undefined> {
  const [row] = await tx.$queryRaw<StaffMember[]>`
    SELECT a.role, a.practice_id AS "practiceId", a.name, p.time_zone AS "timeZone"
    FROM portal.portal_account a JOIN portal.practice p ON p.id = a.practice_id
    WHERE a.id = ${accountId}::uuid AND a.closed_at IS NULL`
  return row
}

export async function readClientName(tx: SqlTransaction, clientId: string): Promise<string> {
  const [row] = await tx.$queryRaw<{ name: string }[]>`
    SELECT name FROM portal.client WHERE client_id = ${clientId}::uuid`
  return row?.name ?? ''
}
