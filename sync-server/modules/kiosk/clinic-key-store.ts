/**
 * The key pair of a practice that its tablets seal to, and how they behave. The secret half is made at first need, lies
 * wrapped by the key provider and never leaves the server. SPEC: K1 and K8.
 */
import { randomUUID } from 'node:crypto'
import { type BoxRecipient, type BoxSecret, publicKeyOf } from '../../../shared/crypto/sealed-box.ts'
import type { SqlTransaction } from '../../platform/database.ts'
import { type KeyProvider, randomBytesOf } from '../../platform/key-provider.ts'

interface KeyRow {
  readonly practice_id: string
  readonly key_id: string
  readonly kek_id: string
  readonly wrapped: Uint8Array
}
export interface PinCheck {
  readonly salt: Uint8Array
  readonly hash: Uint8Array
}
export interface KioskSettings {
  readonly pin: PinCheck | null
  readonly idleSeconds: number
}
export type ClinicKeys = ReturnType<typeof createClinicKeys>

const place = (practiceId: string, keyId: string) => ({
  account: practiceId,
  client: '',
  collection: 'kiosk_key',
  documentId: keyId,
  schemaVersion: 1,
})

export function createClinicKeys(keyProvider: KeyProvider) {
  const opened = new Map<string, BoxSecret>()
  const find = async (tx: SqlTransaction, practiceId: string) => {
    const [row] = await tx.$queryRaw<KeyRow[]>`
      SELECT practice_id, key_id, kek_id, wrapped FROM portal.kiosk_practice WHERE practice_id = ${practiceId}::uuid`
    return row
  }
  /** Of several servers that come here at once the first counts. */
  const make = async (tx: SqlTransaction, practiceId: string) => {
    const keyId = `kiosk-${randomUUID()}`
    const wrapped = await keyProvider.wrap(randomBytesOf(32), place(practiceId, keyId))
    await tx.$executeRaw`
      INSERT INTO portal.kiosk_practice (practice_id, key_id, kek_id, wrapped)
      VALUES (${practiceId}::uuid, ${keyId}, ${keyProvider.kekId}, ${Buffer.from(wrapped)}::bytea) ON CONFLICT DO NOTHING`
  }
  const secret = async (tx: SqlTransaction, practiceId: string): Promise<BoxSecret> => {
    if ((await find(tx, practiceId)) === undefined) await make(tx, practiceId)
    const row = await find(tx, practiceId)
    if (row === undefined) throw new Error('A practice has no key that its tablets could seal to.')
    const known = opened.get(row.key_id)
    if (known !== undefined) return known
    const secretKey = await keyProvider.unwrap(row.wrapped, place(practiceId, row.key_id), row.kek_id)
    const made = { keyId: row.key_id, secretKey }
    opened.set(made.keyId, made)
    return made
  }
  return {
    secret,
    async recipient(tx: SqlTransaction, practiceId: string): Promise<BoxRecipient> {
      const { keyId, secretKey } = await secret(tx, practiceId)
      return { keyId, publicKey: publicKeyOf(secretKey) }
    },
    /** Wraps up to `limit` keys of other KEKs under the current one; how many. */
    async rewrap(tx: SqlTransaction, limit: number): Promise<number> {
      const rows = await tx.$queryRaw<KeyRow[]>`
        SELECT practice_id, key_id, kek_id, wrapped FROM portal.kiosk_practice WHERE kek_id <> ${keyProvider.kekId}
        ORDER BY practice_id LIMIT ${limit} FOR UPDATE SKIP LOCKED`
      for (const { practice_id, key_id, kek_id, wrapped } of rows) {
        const raw = await keyProvider.unwrap(wrapped, place(practice_id, key_id), kek_id)
        const anew = await keyProvider.wrap(raw, place(practice_id, key_id))
        await tx.$executeRaw`
          UPDATE portal.kiosk_practice SET kek_id = ${keyProvider.kekId}, wrapped = ${Buffer.from(anew)}::bytea
          WHERE practice_id = ${practice_id}::uuid`
      }
      return rows.length
    },
  }
}

export async function readSettings(tx: SqlTransaction, practiceId: string): Promise<KioskSettings> {
  const [row] = await tx.$queryRaw<
    { salt: Uint8Array | null; hash: Uint8Array | null; idleSeconds: number }[]
  >`
    SELECT pin_salt AS salt, pin_hash AS hash, idle_seconds AS "idleSeconds"
    FROM portal.kiosk_practice WHERE practice_id = ${practiceId}::uuid`
  if (row === undefined) return { pin: null, idleSeconds: 120 }
  const { salt, hash, idleSeconds } = row
  return { pin: salt === null || hash === null ? null : { salt, hash }, idleSeconds }
}

/** The practice has its key already. */
export async function writeSettings(
  tx: SqlTransaction,
  practiceId: string,
  { pin, idleSeconds }: { readonly pin?: PinCheck | undefined; readonly idleSeconds?: number | undefined },
): Promise<void> {
  if (pin !== undefined)
    await tx.$executeRaw`
      UPDATE portal.kiosk_practice SET pin_salt = ${Buffer.from(pin.salt)}::bytea, pin_hash = ${Buffer.from(pin.hash)}::bytea
      WHERE practice_id = ${practiceId}::uuid`
  if (idleSeconds !== undefined)
    await tx.$executeRaw`
      UPDATE portal.kiosk_practice SET idle_seconds = ${idleSeconds}::integer WHERE practice_id = ${practiceId}::uuid`
}
