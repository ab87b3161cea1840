/**
 * The role that the application acts as, whoever it signs in as: it may read and write every table, and the audit trail
 * it may only read and add to. The one that DATABASE_URL names owns the tables and migrates; every connection of the
 * running server starts as `portal_app` instead. SPEC: sync-server/platform/SPEC.md, A5.
 */
import type { ScriptConnection } from './database.ts'

export const APP_ROLE = 'portal_app'

/** What an administrator has to run once where the owner may not make roles. */
export const ROLE_BY_HAND = `CREATE ROLE ${APP_ROLE} NOLOGIN; GRANT ${APP_ROLE} TO <the role in DATABASE_URL>;`

/** Makes the role where it is missing and may be made. `member`: who is to act as it. Several may try at once. */
export async function makeAppRole(owner: ScriptConnection, member: string): Promise<void> {
  const [found] = await owner.query<{ there: boolean }>(
    'SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = $1) AS there',
    [APP_ROLE],
  )
  try {
    if (found?.there !== true) await owner.exec(`CREATE ROLE ${APP_ROLE} NOLOGIN`)
  } catch (error) {
    if (!isCode(error, MADE_MEANWHILE) && !isCode(error, NOT_ALLOWED)) throw error
  }
  try {
    const [is] = await owner.query<{ member: boolean }>(
      `SELECT pg_has_role($1, oid, 'MEMBER') AS member FROM pg_roles WHERE rolname = '${APP_ROLE}'`,
      [member],
    )
    if (is?.member === false) await owner.exec(`GRANT ${APP_ROLE} TO "${member.replaceAll('"', '""')}"`)
  } catch (error) {
    if (!isCode(error, MADE_MEANWHILE) && !isCode(error, NOT_ALLOWED)) throw error
  }
}

/** Can this connection act as it? */
export async function canActAsApp(connection: ScriptConnection): Promise<boolean> {
  try {
    await connection.exec(`SET ROLE ${APP_ROLE}`)
    await connection.exec('RESET ROLE')
    return true
  } catch (error) {
    if (isCode(error, ['42704', '22023', ...NOT_ALLOWED])) return false
    throw error
  }
}

/**
 * What the role may do, for every table there is now: one script, one transaction; run by the owner at every start. Where there is no such
 * role the owner takes the same privileges from itself: it could give them back, but does nothing by mistake.
 */
export const appPrivileges = (role: string): string => `
GRANT USAGE ON SCHEMA portal TO ${role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA portal TO ${role};
REVOKE UPDATE, DELETE, TRUNCATE ON portal.audit_event FROM ${role};
REVOKE DELETE, TRUNCATE ON portal.client_head, portal.audit_lane FROM ${role};
${role === APP_ROLE ? `REVOKE INSERT, UPDATE, DELETE ON portal._prisma_migrations FROM ${role};` : ''}`

const MADE_MEANWHILE = ['42710', '23505', 'XX000']
const NOT_ALLOWED = ['42501']
const isCode = (error: unknown, codes: readonly string[]) =>
  codes.includes(String(error instanceof Error ? Reflect.get(error, 'code') : ''))
