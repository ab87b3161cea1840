/**
 * A client's data keys change by version: a new one is added, what was sealed is sealed again, and the older ones go
 * when nothing needs them. Every function here asks for the lock on the client's head, so that whoever seals next
 * learns of it. SPEC: sync-server/platform/SPEC.md, A10 and A11.
 */
import { randomUUID } from 'node:crypto'
import type { SqlTransaction } from './database.ts'
import { type KeyProvider, randomBytesOf } from './key-provider.ts'
import { deriveTagKey } from './sealing.ts'
import { type KeyRow, placeOfKey, placeOfTagKey } from './wrapped-keys.ts'

export interface DataKeyVersion {
  readonly keyId: string
  readonly createdAt: Date
}

/** Oldest first. */
export async function readVersions(tx: SqlTransaction, clientId: string): Promise<readonly DataKeyVersion[]> {
  const rows = await tx.$queryRaw<{ key_id: string; created_at: Date }[]>`
    SELECT key_id, created_at FROM portal.client_key WHERE client_id = ${clientId}::uuid ORDER BY version`
  return rows.map(({ key_id, created_at }) => ({ keyId: key_id, createdAt: created_at }))
}

/** Seals from now on. The client has a key already; throws StartError where that cannot be opened. */
export async function addDataKey(
  tx: SqlTransaction,
  keyProvider: KeyProvider,
  clientId: string,
): Promise<void> {
  await keepTagKey(tx, keyProvider, clientId)
  const keyId = randomUUID()
  const wrapped = Buffer.from(await keyProvider.wrap(randomBytesOf(32), placeOfKey(clientId, keyId)))
  await tx.$executeRaw`
    INSERT INTO portal.client_key (client_id, key_id, version, kek_id, wrapped)
    SELECT ${clientId}::uuid, ${keyId}, max(version) + 1, ${keyProvider.kekId}, ${wrapped}::bytea
    FROM portal.client_key WHERE client_id = ${clientId}::uuid`
  await noteChange(tx, clientId)
}

/** All but the newest. How many. */
export async function dropOldDataKeys(tx: SqlTransaction, clientId: string): Promise<number> {
  const dropped = await tx.$executeRaw`
    DELETE FROM portal.client_key k WHERE k.client_id = ${clientId}::uuid
      AND k.version < (SELECT max(version) FROM portal.client_key WHERE client_id = ${clientId}::uuid)`
  if (dropped > 0) await noteChange(tx, clientId)
  return dropped
}

/** Before the first data key can go, what was derived from it is kept by itself: tags that exist stay good. */
async function keepTagKey(tx: SqlTransaction, keyProvider: KeyProvider, clientId: string): Promise<void> {
  const [first] = await tx.$queryRaw<KeyRow[]>`
    SELECT k.client_id, k.key_id, k.kek_id, k.wrapped FROM portal.client_key k
    WHERE k.client_id = ${clientId}::uuid
      AND NOT EXISTS (SELECT 1 FROM portal.client_tag_key t WHERE t.client_id = k.client_id)
    ORDER BY k.version LIMIT 1`
  if (first === undefined) return
  const raw = await keyProvider.unwrap(first.wrapped, placeOfKey(clientId, first.key_id), first.kek_id)
  const wrapped = Buffer.from(await keyProvider.wrap(deriveTagKey(raw), placeOfTagKey(clientId)))
  await tx.$executeRaw`
    INSERT INTO portal.client_tag_key (client_id, kek_id, wrapped)
    VALUES (${clientId}::uuid, ${keyProvider.kekId}, ${wrapped}::bytea)`
}

const noteChange = (tx: SqlTransaction, clientId: string) => tx.$executeRaw`
  UPDATE portal.client_head SET key_changes = key_changes + 1 WHERE client_id = ${clientId}::uuid`
