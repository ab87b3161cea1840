/** Where devices want to be told at once, and the key by which push services know this portal. */
import type { SqlTransaction } from '../../platform/database.ts'

type Ask = Pick<SqlTransaction, '$queryRaw'>
type Tell = Pick<SqlTransaction, '$executeRaw'>

export interface StoredSubscription {
  readonly deviceId: string
  readonly sealed: Uint8Array
}

/** A browser has one address: whoever signed in on it last has it. */
export async function putSubscription(
  tx: Tell,
  subscription: {
    readonly deviceId: string
    readonly accountId: string
    readonly endpointTag: string
    readonly sealed: Uint8Array
    readonly now: number
  },
): Promise<void> {
  const { deviceId, accountId, endpointTag, sealed, now } = subscription
  await tx.$executeRaw`
    DELETE FROM portal.push_subscription WHERE endpoint_tag = ${endpointTag} AND device_id <> ${deviceId}::uuid`
  await tx.$executeRaw`
    INSERT INTO portal.push_subscription (device_id, account_id, endpoint_tag, sealed, created_at)
    VALUES (${deviceId}::uuid, ${accountId}::uuid, ${endpointTag}, ${Buffer.from(sealed)}::bytea,
      ${new Date(now)}::timestamptz)
    ON CONFLICT (device_id) DO UPDATE SET account_id = EXCLUDED.account_id, endpoint_tag = EXCLUDED.endpoint_tag,
      sealed = EXCLUDED.sealed, created_at = EXCLUDED.created_at`
}

export const removeSubscription = (tx: Tell, deviceId: string): Promise<number> =>
  tx.$executeRaw`DELETE FROM portal.push_subscription WHERE device_id = ${deviceId}::uuid`

export async function isSubscribed(tx: Ask, deviceId: string): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM portal.push_subscription WHERE device_id = ${deviceId}::uuid`
  return rows.length > 0
}

/** Of an account, or of one of its devices; only where somebody is signed in. */
export const liveSubscriptions = (
  tx: Ask,
  of: { readonly accountId: string; readonly deviceId?: string; readonly now: number },
): Promise<readonly StoredSubscription[]> =>
  tx.$queryRaw<StoredSubscription[]>`
    SELECT p.device_id AS "deviceId", p.sealed FROM portal.push_subscription p
    JOIN portal.device d ON d.id = p.device_id AND d.account_id = p.account_id AND d.revoked_at IS NULL
    WHERE p.account_id = ${of.accountId}::uuid
      AND (${of.deviceId ?? null}::uuid IS NULL OR p.device_id = ${of.deviceId ?? null}::uuid)
      AND EXISTS (SELECT 1 FROM portal.session s WHERE s.device_id = p.device_id AND s.revoked_at IS NULL
        AND s.expires_at > ${new Date(of.now)}::timestamptz)
    ORDER BY p.device_id`

export interface StoredPushKey {
  readonly publicKey: string
  readonly sealed: Uint8Array
}
export async function readPushKey(tx: Ask): Promise<StoredPushKey | undefined> {
  const [row] = await tx.$queryRaw<StoredPushKey[]>`
    SELECT public_key AS "publicKey", sealed FROM portal.push_key WHERE id = 1`
  return row
}

/** Of several servers that come here at once the first counts. */
export const addPushKey = (tx: Tell, { publicKey, sealed }: StoredPushKey, now: number): Promise<number> =>
  tx.$executeRaw`
    INSERT INTO portal.push_key (id, public_key, sealed, created_at)
    VALUES (1, ${publicKey}, ${Buffer.from(sealed)}::bytea, ${new Date(now)}::timestamptz) ON CONFLICT DO NOTHING`
