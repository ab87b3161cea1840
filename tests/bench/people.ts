/** Rows of people, written directly: a password would cost a tenth of a second each. */
import type pg from 'pg'

export interface Person {
  readonly accountId: string
  readonly clientId: string | null
  readonly deviceId: string
  readonly sessionId: string
  readonly role: string
  /** The first device of its account: writes account and client too. */
  readonly own: boolean
}

interface Place {
  readonly practiceId: string
  /** Public half of the key of all their devices. */
  readonly deviceKey: string
}

export const insertPeople = (sql: pg.Client, { practiceId, deviceKey }: Place, people: readonly Person[]) =>
  sql.query(
    `WITH p AS MATERIALIZED (SELECT * FROM jsonb_to_recordset($1::jsonb) AS r("accountId" uuid, "clientId" uuid,
      "deviceId" uuid, "sessionId" uuid, role text, own boolean)),
    clients AS (INSERT INTO portal.client (client_id, practice_id, name)
      SELECT "clientId", $2, 'Client' FROM p WHERE own AND "clientId" IS NOT NULL ON CONFLICT DO NOTHING),
    accounts AS (INSERT INTO portal.portal_account (id, practice_id, role, name, email, password_hash, client_id)
      SELECT "accountId", $2, role, 'Somebody', "accountId"::text || '@bench.test', 'x', "clientId" FROM p WHERE own),
    devices AS (INSERT INTO portal.device (id, account_id, client_id, name)
      SELECT "deviceId", "accountId", "clientId", 'Phone' FROM p)
    INSERT INTO portal.session (id, account_id, device_id, refresh_hash, device_key, expires_at)
      SELECT "sessionId", "accountId", "deviceId", 'x', $3, now() + interval '1 day' FROM p`,
    [JSON.stringify(people), practiceId, deviceKey],
  )
