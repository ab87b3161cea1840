/** What nobody needs of sessions, codes and failed sign-ins any more, some rows at a time, so that nobody waits for it. */
import type { SqlTransaction } from '../../platform/database.ts'

export interface Retention {
  /** Sessions that ended before. */
  readonly sessions: number
  /** Counts of failed sign-ins that began before, and lock nobody. */
  readonly failures: number
  /** Codes and links that were good until then. */
  readonly codes: number
}

/** How many rows of each went; fewer than `limit`: that was all. */
export async function forgetEnded(
  tx: SqlTransaction,
  before: Retention,
  limit: number,
): Promise<readonly number[]> {
  const ended = new Date(before.sessions)
  const began = new Date(before.failures)
  const good = new Date(before.codes)
  const sessions = await tx.$executeRaw`
    DELETE FROM portal.session WHERE id IN (
      SELECT id FROM portal.session
      WHERE revoked_at < ${ended}::timestamptz OR expires_at < ${ended}::timestamptz
      LIMIT ${limit} FOR UPDATE SKIP LOCKED)`
  const failures = await tx.$executeRaw`
    DELETE FROM portal.login_throttle WHERE key IN (
      SELECT key FROM portal.login_throttle
      WHERE first_at < ${began}::timestamptz AND coalesce(locked_until, first_at) < ${began}::timestamptz
      LIMIT ${limit} FOR UPDATE SKIP LOCKED)`
  const codes = await tx.$executeRaw`
    DELETE FROM portal.one_time_code WHERE id IN (
      SELECT id FROM portal.one_time_code WHERE expires_at < ${good}::timestamptz
      LIMIT ${limit} FOR UPDATE SKIP LOCKED)`
  return [sessions, failures, codes]
}
