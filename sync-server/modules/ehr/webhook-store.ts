/** Webhooks and what became of each message to them. */
import type { SqlTransaction } from '../../platform/database.ts'

export interface WebhookRow {
  readonly id: string
  readonly accountId: string
  readonly url: string
  readonly types: readonly string[]
  readonly secret: Uint8Array
  readonly previousSecret: Uint8Array | null
  readonly previousUntil: Date | null
  readonly createdAt: Date
  readonly failures: number
  readonly retryAt: Date | null
  readonly lastStatus: string | null
}
export interface DeliveryRow {
  readonly id: string
  readonly changes: number
  readonly createdAt: Date
  readonly goodUntil: Date
  readonly attempts: number
  readonly deliveredAt: Date | null
  readonly lastStatus: string | null
}
type Ask = Pick<SqlTransaction, '$queryRaw'>

/** Practices in which somebody wants to be told. */
export async function readTold(tx: Ask): Promise<readonly string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT w.practice_id AS id FROM portal.ehr_webhook w
    JOIN portal.portal_account a ON a.id = w.account_id AND a.closed_at IS NULL`
  return rows.map(({ id }) => id)
}

/** Of a practice, or of one account of it; not of those that were closed. */
export const readWebhooks = (
  tx: Ask,
  of: { readonly practiceId: string; readonly accountId?: string; readonly id?: string },
): Promise<readonly WebhookRow[]> =>
  tx.$queryRaw<WebhookRow[]>`
    SELECT w.id, w.account_id AS "accountId", w.url, array_to_json(w.types) AS types, w.secret,
      w.previous_secret AS "previousSecret", w.previous_until AS "previousUntil", w.created_at AS "createdAt",
      w.failures, w.retry_at AS "retryAt", w.last_status AS "lastStatus"
    FROM portal.ehr_webhook w JOIN portal.portal_account a ON a.id = w.account_id AND a.closed_at IS NULL
    WHERE w.practice_id = ${of.practiceId}::uuid
      AND (${of.accountId ?? null}::uuid IS NULL OR w.account_id = ${of.accountId ?? null}::uuid)
      AND (${of.id ?? null}::uuid IS NULL OR w.id = ${of.id ?? null}::uuid)
    ORDER BY w.created_at, w.id LIMIT 200`

/** False where the account has as many as it may. */
export async function addWebhook(
  tx: SqlTransaction,
  hook: {
    id: string
    practiceId: string
    accountId: string
    url: string
    types: readonly string[]
    secret: Uint8Array
    now: number
    most: number
  },
): Promise<boolean> {
  await tx.$queryRaw`SELECT account_id FROM portal.ehr_account WHERE account_id = ${hook.accountId}::uuid FOR UPDATE`
  const added = await tx.$executeRaw`
    INSERT INTO portal.ehr_webhook (id, practice_id, account_id, url, types, secret, created_at)
    SELECT ${hook.id}::uuid, ${hook.practiceId}::uuid, ${hook.accountId}::uuid, ${hook.url},
      ARRAY(SELECT json_array_elements_text(${JSON.stringify(hook.types)}::text::json)),
      ${Buffer.from(hook.secret)}::bytea, ${new Date(hook.now)}::timestamptz
    WHERE (SELECT count(*) FROM portal.ehr_webhook WHERE account_id = ${hook.accountId}::uuid) < ${hook.most}`
  return added === 1
}

export async function removeWebhook(tx: SqlTransaction, accountId: string, id: string): Promise<boolean> {
  const gone = await tx.$executeRaw`
    DELETE FROM portal.ehr_webhook WHERE id = ${id}::uuid AND account_id = ${accountId}::uuid`
  return gone === 1
}

/** The one before goes on signing beside it until `until`. */
export async function replaceSecret(
  tx: SqlTransaction,
  hook: { id: string; accountId: string; secret: Uint8Array; until: number },
): Promise<boolean> {
  const changed = await tx.$executeRaw`
    UPDATE portal.ehr_webhook SET previous_secret = secret, previous_until = ${new Date(hook.until)}::timestamptz,
      secret = ${Buffer.from(hook.secret)}::bytea
    WHERE id = ${hook.id}::uuid AND account_id = ${hook.accountId}::uuid`
  return changed === 1
}

export async function addDelivery(
  tx: SqlTransaction,
  delivery: { id: string; webhookId: string; changes: number; now: number; goodUntil: number },
): Promise<void> {
  const { id, webhookId, changes, now, goodUntil } = delivery
  await tx.$executeRaw`
    INSERT INTO portal.ehr_delivery (id, webhook_id, changes, created_at, good_until)
    VALUES (${id}::uuid, ${webhookId}::uuid, ${changes}, ${new Date(now)}::timestamptz, ${new Date(goodUntil)}::timestamptz)`
  // What was received long ago is of no interest to anybody.
  await tx.$executeRaw`
    DELETE FROM portal.ehr_delivery WHERE webhook_id = ${webhookId}::uuid
      AND created_at < ${new Date(now - KEPT_MS)}::timestamptz`
}
const KEPT_MS = 30 * 24 * 3_600_000

/** A webhook that does not answer is left alone for a while, whatever else waits for it. */
export async function noteAttempt(
  tx: SqlTransaction,
  attempt: {
    webhookId: string
    deliveryId: string
    status: string
    delivered: boolean
    now: number
    retryAt: number | null
  },
): Promise<void> {
  const { webhookId, deliveryId, status, delivered, now, retryAt } = attempt
  await tx.$executeRaw`
    UPDATE portal.ehr_delivery SET attempts = attempts + 1, last_status = ${status},
      delivered_at = CASE WHEN ${delivered}::boolean THEN ${new Date(now)}::timestamptz END
    WHERE id = ${deliveryId}::uuid AND delivered_at IS NULL`
  await tx.$executeRaw`
    UPDATE portal.ehr_webhook SET last_status = ${status},
      failures = CASE WHEN ${delivered}::boolean THEN 0 ELSE failures + 1 END,
      retry_at = ${retryAt === null ? null : new Date(retryAt)}::timestamptz
    WHERE id = ${webhookId}::uuid`
}

/** The newest first; `undelivered`: those that are not there yet or never will be. */
export const readDeliveries = (
  tx: Ask,
  webhookId: string,
  undelivered: boolean,
): Promise<readonly DeliveryRow[]> =>
  tx.$queryRaw<DeliveryRow[]>`
    SELECT id, changes, created_at AS "createdAt", good_until AS "goodUntil", attempts, delivered_at AS "deliveredAt",
      last_status AS "lastStatus"
    FROM portal.ehr_delivery WHERE webhook_id = ${webhookId}::uuid
      AND (delivered_at IS NULL OR NOT ${undelivered}::boolean)
    ORDER BY created_at DESC, id LIMIT 100`
