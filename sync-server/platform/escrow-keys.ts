/**
 * The server's keys that devices seal their own data keys to. The secret half is made at first need, lies wrapped by the
 * key provider, is opened at most once a process, and never leaves it. SPEC: shared/crypto/SPEC.md, E15.
 */
import { randomUUID } from 'node:crypto'
import { type BoxRecipient, type BoxSecret, publicKeyOf } from '../../shared/crypto/sealed-box.ts'
import type { SqlTransaction } from './database.ts'
import { type KeyProvider, randomBytesOf } from './key-provider.ts'

export interface EscrowKeys {
  /** What devices seal to from now on. */
  current(tx: SqlTransaction): Promise<BoxRecipient>
  /** Undefined for a key that was never given out here. */
  secret(tx: SqlTransaction, keyId: string): Promise<BoxSecret | undefined>
  /** Wraps up to `limit` keys of other KEKs under the current one; how many. */
  rewrap(tx: SqlTransaction, limit: number): Promise<number>
}

interface KeyRow {
  readonly key_id: string
  readonly kek_id: string
  readonly wrapped: Uint8Array
}

export function createEscrowKeys({ keyProvider }: { readonly keyProvider: KeyProvider }): EscrowKeys {
  const opened = new Map<string, BoxSecret>()
  const place = (keyId: string) => ({
    account: 'server',
    client: '',
    collection: 'escrow_key',
    documentId: keyId,
    schemaVersion: 1,
  })
  const open = async ({ key_id: keyId, kek_id, wrapped }: KeyRow): Promise<BoxSecret> => {
    const known = opened.get(keyId)
    if (known !== undefined) return known
    const secret = { keyId, secretKey: await keyProvider.unwrap(wrapped, place(keyId), kek_id) }
    opened.set(keyId, secret)
    return secret
  }
  const newest = async (tx: SqlTransaction) => {
    const [row] = await tx.$queryRaw<KeyRow[]>`
      SELECT key_id, kek_id, wrapped FROM portal.escrow_key ORDER BY generation DESC LIMIT 1`
    return row
  }
  /** Of several servers that come here at once the first counts. */
  const make = async (tx: SqlTransaction) => {
    const keyId = `escrow-${randomUUID()}`
    const wrapped = await keyProvider.wrap(randomBytesOf(32), place(keyId))
    await tx.$executeRaw`
      INSERT INTO portal.escrow_key (generation, key_id, kek_id, wrapped)
      VALUES (1, ${keyId}, ${keyProvider.kekId}, ${Buffer.from(wrapped)}::bytea) ON CONFLICT DO NOTHING`
  }

  return {
    async current(tx) {
      if ((await newest(tx)) === undefined) await make(tx)
      const row = await newest(tx)
      if (row === undefined) throw new Error('An escrow key that was just made is gone.')
      const { keyId, secretKey } = await open(row)
      return { keyId, publicKey: publicKeyOf(secretKey) }
    },
    async secret(tx, keyId) {
      const [row] = await tx.$queryRaw<KeyRow[]>`
        SELECT key_id, kek_id, wrapped FROM portal.escrow_key WHERE key_id = ${keyId}`
      return row && open(row)
    },
    async rewrap(tx, limit) {
      const rows = await tx.$queryRaw<KeyRow[]>`
        SELECT key_id, kek_id, wrapped FROM portal.escrow_key WHERE kek_id <> ${keyProvider.kekId}
        ORDER BY generation LIMIT ${limit} FOR UPDATE SKIP LOCKED`
      for (const { key_id, kek_id, wrapped } of rows) {
        const raw = await keyProvider.unwrap(wrapped, place(key_id), kek_id)
        const anew = await keyProvider.wrap(raw, place(key_id))
        await tx.$executeRaw`
          UPDATE portal.escrow_key SET kek_id = ${keyProvider.kekId}, wrapped = ${Buffer.from(anew)}::bytea
          WHERE key_id = ${key_id}`
      }
      return rows.length
    },
  }
}
