/** Rows of tablets. A tablet's account is a row of everybody's table, so that rights and audit work alike. */
import type { SqlTransaction } from '../../platform/database.ts'

export interface TabletRow {
  readonly id: string
  readonly practiceId: string
  readonly practiceName: string
  readonly phone: string
  readonly name: string
  readonly salt: Uint8Array
  readonly state: string
  readonly unsent: number
  readonly refused: number
  readonly givesUp: boolean
  readonly lastEvent: number
  readonly createdAt: Date
  readonly enrolledAt: Date | null
  readonly lastSeenAt: Date | null
  readonly leavingAt: Date | null
  readonly wipedAt: Date | null
  readonly kept: number
}
type Ask = Pick<SqlTransaction, '$queryRaw'>

/** By its key; one that emptied itself is nobody any more. */
export async function readTabletByKey(tx: Ask, point: string): Promise<TabletRow | undefined> {
  const [row] = await tx.$queryRaw<TabletRow[]>`
    SELECT a.id, a.practice_id AS "practiceId", p.name AS "practiceName", p.phone, a.name, t.salt, t.state, t.unsent,
      t.refused, t.gives_up AS "givesUp",
      t.last_event AS "lastEvent", t.created_at AS "createdAt", t.enrolled_at AS "enrolledAt",
      t.last_seen_at AS "lastSeenAt", t.leaving_at AS "leavingAt", t.wiped_at AS "wipedAt", 0 AS kept
    FROM portal.kiosk_tablet t JOIN portal.portal_account a ON a.id = t.account_id
    JOIN portal.practice p ON p.id = a.practice_id
    WHERE t.device_key = ${point} AND t.wiped_at IS NULL AND a.closed_at IS NULL`
  return row
}

/** `kept`: answers of it that could not be written and wait for somebody. */
export const readTablets = (tx: Ask, practiceId: string): Promise<readonly TabletRow[]> =>
  tx.$queryRaw<TabletRow[]>`
    SELECT a.id, a.practice_id AS "practiceId", p.name AS "practiceName", p.phone, a.name, t.salt, t.state, t.unsent,
      t.refused, t.gives_up AS "givesUp",
      t.last_event AS "lastEvent", t.created_at AS "createdAt", t.enrolled_at AS "enrolledAt",
      t.last_seen_at AS "lastSeenAt", t.leaving_at AS "leavingAt", t.wiped_at AS "wipedAt",
      (SELECT count(*)::integer FROM portal.kiosk_answer k JOIN portal.kiosk_visit v
        ON v.client_id = k.client_id AND v.id = k.visit_id
        WHERE v.tablet_id = t.account_id AND k.kept IS NOT NULL AND k.settled_at IS NULL) AS kept
    FROM portal.kiosk_tablet t JOIN portal.portal_account a ON a.id = t.account_id
    JOIN portal.practice p ON p.id = a.practice_id
    WHERE t.practice_id = ${practiceId}::uuid AND t.wiped_at IS NULL AND a.closed_at IS NULL
    ORDER BY t.created_at, a.id LIMIT 200`

export async function addTablet(
  tx: SqlTransaction,
  tablet: {
    readonly id: string
    readonly practiceId: string
    readonly name: string
    readonly salt: Uint8Array
    readonly codeHash: string
    readonly codeExpiresAt: number
    readonly now: number
  },
): Promise<void> {
  const { id, practiceId, name, salt, codeHash, codeExpiresAt, now } = tablet
  // No password ever fits: there is no hash.
  await tx.$executeRaw`
    INSERT INTO portal.portal_account (id, practice_id, role, name, email, password_hash)
    VALUES (${id}::uuid, ${practiceId}::uuid, 'kiosk', ${name}, ${`kiosk-${id}@machine.invalid`}, 'none')`
  await tx.$executeRaw`
    INSERT INTO portal.kiosk_tablet (account_id, practice_id, salt, code_hash, code_expires_at, created_at)
    VALUES (${id}::uuid, ${practiceId}::uuid, ${Buffer.from(salt)}::bytea, ${codeHash},
      ${new Date(codeExpiresAt)}::timestamptz, ${new Date(now)}::timestamptz)`
}

/** Uses the code up. Undefined where there is no such code, or the key belongs to a tablet already. */
export async function enrolTablet(
  tx: SqlTransaction,
  { codeHash, point, now }: { readonly codeHash: string; readonly point: string; readonly now: number },
): Promise<string | undefined> {
  const at = new Date(now)
  const [row] = await tx.$queryRaw<{ id: string }[]>`
    UPDATE portal.kiosk_tablet t SET device_key = ${point}, enrolled_at = ${at}::timestamptz, code_hash = NULL,
      code_expires_at = NULL, last_seen_at = ${at}::timestamptz
    WHERE t.code_hash = ${codeHash} AND t.code_expires_at > ${at}::timestamptz AND t.leaving_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM portal.kiosk_tablet o WHERE o.device_key = ${point})
    RETURNING t.account_id AS id`
  return row?.id
}

export interface Report {
  readonly state: string
  readonly unsent: number
  readonly refused: number
  readonly build: string
  readonly lastEvent: number
}
export const noteReport = (
  tx: SqlTransaction,
  tabletId: string,
  { state, unsent, refused, build, lastEvent }: Report,
  now: number,
): Promise<number> =>
  tx.$executeRaw`
    UPDATE portal.kiosk_tablet SET state = ${state}, unsent = ${unsent}::integer, refused = ${refused}::integer, build = ${build},
      last_event = GREATEST(last_event, ${lastEvent}::integer), last_seen_at = ${new Date(now)}::timestamptz
    WHERE account_id = ${tabletId}::uuid`

/** Its row, locked until the transaction ends: a report and a removal do not pass each other. */
export async function lockTablet(
  tx: SqlTransaction,
  practiceId: string,
  tabletId: string,
): Promise<{ readonly unsent: number; readonly enrolled: boolean; readonly leaving: boolean } | undefined> {
  const [row] = await tx.$queryRaw<{ unsent: number; enrolled: boolean; leaving: boolean }[]>`
    SELECT unsent, device_key IS NOT NULL AS enrolled, leaving_at IS NOT NULL AS leaving FROM portal.kiosk_tablet
    WHERE account_id = ${tabletId}::uuid AND practice_id = ${practiceId}::uuid AND wiped_at IS NULL FOR UPDATE`
  return row
}

/** `givesUp`: also what it cannot hand in. Said later, it counts from then on; taken back it is not. */
export async function beginLeaving(
  tx: SqlTransaction,
  tabletId: string,
  givesUp: boolean,
  now: number,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE portal.kiosk_tablet SET leaving_at = COALESCE(leaving_at, ${new Date(now)}::timestamptz),
      gives_up = gives_up OR ${givesUp}, code_hash = NULL, code_expires_at = NULL
    WHERE account_id = ${tabletId}::uuid`
  await tx.$executeRaw`
    UPDATE portal.kiosk_visit SET state = 'cancelled', package = NULL, ended_at = ${new Date(now)}::timestamptz
    WHERE tablet_id = ${tabletId}::uuid AND state = 'armed'`
}

export async function markEmptied(tx: SqlTransaction, tabletId: string, now: number): Promise<void> {
  const at = new Date(now)
  await tx.$executeRaw`
    UPDATE portal.kiosk_tablet SET wiped_at = ${at}::timestamptz, leaving_at = COALESCE(leaving_at, ${at}::timestamptz), unsent = 0
    WHERE account_id = ${tabletId}::uuid`
  await tx.$executeRaw`
    UPDATE portal.portal_account SET closed_at = ${at}::timestamptz WHERE id = ${tabletId}::uuid AND closed_at IS NULL`
}
