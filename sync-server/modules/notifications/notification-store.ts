/** Who hears of what, and what was told already. */
import type { Channel } from '../../../shared/domains/profile/preferences.ts'
import type { SqlTransaction } from '../../platform/database.ts'
import type { Role } from '../../replication/actor.ts'
import type { EventName, Standing } from './events.ts'

type Ask = Pick<SqlTransaction, '$queryRaw'>
type Tell = Pick<SqlTransaction, '$executeRaw'>

export interface Reader {
  readonly accountId: string
  readonly practiceId: string
  readonly role: Role
  readonly name: string
  readonly email: string
  /** Of the own record, where the account has one. */
  readonly ownClientId: string | null
  readonly timeZone: string
  /** Of somebody who acts for the client: what they may. */
  readonly scopes: readonly string[] | null
}

/** The client in person, and whoever acts for them at this moment. */
export const readReadersOf = (tx: Ask, clientId: string, now: Date): Promise<readonly Reader[]> =>
  tx.$queryRaw<Reader[]>`
    SELECT a.id AS "accountId", a.practice_id AS "practiceId", a.role, a.name, a.email,
      a.client_id AS "ownClientId", p.time_zone AS "timeZone", array_to_json(g.scopes) AS scopes
    FROM portal.client c
    JOIN portal.practice p ON p.id = c.practice_id
    JOIN portal.portal_account a ON a.closed_at IS NULL AND a.practice_id = c.practice_id
    LEFT JOIN portal.access_grant g ON g.client_id = c.client_id AND g.account_id = a.id AND g.revoked_at IS NULL
      AND (g.expires_at IS NULL OR g.expires_at > ${now}::timestamptz)
    WHERE c.client_id = ${clientId}::uuid AND c.closed_at IS NULL AND c.shredded_at IS NULL
      AND ((a.client_id = c.client_id AND a.role = 'client') OR g.account_id IS NOT NULL)
    ORDER BY a.id`

export const readAccount = (tx: Ask, accountId: string): Promise<readonly Reader[]> =>
  tx.$queryRaw<Reader[]>`
    SELECT a.id AS "accountId", a.practice_id AS "practiceId", a.role, a.name, a.email,
      a.client_id AS "ownClientId", p.time_zone AS "timeZone", NULL::json AS scopes
    FROM portal.portal_account a JOIN portal.practice p ON p.id = a.practice_id
    WHERE a.id = ${accountId}::uuid AND a.closed_at IS NULL`

export async function readProfileId(tx: Ask, clientId: string): Promise<string | undefined> {
  const [row] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM portal.profile WHERE client_id = ${clientId}::uuid AND NOT deleted ORDER BY id LIMIT 1`
  return row?.id
}

/** Is it still as it was when it was to be told of later? */
export async function stillStands(tx: Ask, standing: Standing | null): Promise<boolean> {
  if (standing === null) return true
  const { clientId, id } = standing
  if (standing.is === 'appointment') {
    const rows = await tx.$queryRaw<unknown[]>`
      SELECT 1 FROM portal.appointment WHERE client_id = ${clientId}::uuid AND id = ${id}::uuid AND NOT deleted
        AND status = 'booked' AND starts_at = ${new Date(standing.startsAt)}::timestamptz`
    return rows.length > 0
  }
  const due = standing.dueAt === null ? null : new Date(standing.dueAt)
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM portal.form_draft WHERE client_id = ${clientId}::uuid AND id = ${id}::uuid AND NOT deleted
      AND status <> 'submitted' AND (${due}::timestamptz IS NULL OR due_at = ${due}::timestamptz)`
  return rows.length > 0
}

export interface NewNotification {
  readonly id: string
  readonly accountId: string
  readonly clientId: string | null
  readonly channel: Channel
  readonly event: EventName
  readonly key: string
  readonly now: Date
}

/** False: this account was told of this event in this way already. */
export async function addNotification(tx: Tell, told: NewNotification): Promise<boolean> {
  const added = await tx.$executeRaw`
    INSERT INTO portal.notification (id, account_id, client_id, channel, event, event_key, created_at)
    VALUES (${told.id}::uuid, ${told.accountId}::uuid, ${told.clientId}::uuid, ${told.channel}, ${told.event},
      ${told.key}, ${told.now}::timestamptz)
    ON CONFLICT (account_id, channel, event_key) DO NOTHING`
  return added === 1
}

/** Longer than any job lives. */
export const forgetNotifications = (tx: Tell, before: Date): Promise<number> =>
  tx.$executeRaw`DELETE FROM portal.notification WHERE created_at < ${before}::timestamptz`

export async function blockedAmong(
  tx: Ask,
  channel: Channel,
  subjects: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await tx.$queryRaw<{ subject: string }[]>`
    SELECT subject FROM portal.notice_block WHERE channel = ${channel} AND subject = ANY(${[...subjects]}::text[])`
  return new Set(rows.map(({ subject }) => subject))
}

export const addBlock = (
  tx: Tell,
  block: {
    readonly channel: Channel
    readonly subject: string
    readonly reason: string
    readonly now: number
  },
): Promise<number> =>
  tx.$executeRaw`
    INSERT INTO portal.notice_block (channel, subject, reason, created_at)
    VALUES (${block.channel}, ${block.subject}, ${block.reason}, ${new Date(block.now)}::timestamptz)
    ON CONFLICT (channel, subject) DO NOTHING`

export const removeBlock = (tx: Tell, channel: Channel, subject: string): Promise<number> =>
  tx.$executeRaw`DELETE FROM portal.notice_block WHERE channel = ${channel} AND subject = ${subject}`

export const markSent = (tx: Tell, id: string, now: number): Promise<number> =>
  tx.$executeRaw`
    UPDATE portal.notification SET sent_at = ${new Date(now)}::timestamptz WHERE id = ${id}::uuid AND sent_at IS NULL`

export async function wasSent(tx: Ask, id: string): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM portal.notification WHERE id = ${id}::uuid AND sent_at IS NOT NULL`
  return rows.length > 0
}
