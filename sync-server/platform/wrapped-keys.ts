/**
 * The wrapped keys of clients as they lie in the database: data keys in their versions, and the key of the field tags.
 * Each is bound to its client and its name, so that none opens in the place of another.
 */
import type { EnvelopeContext } from '../../shared/crypto/envelope.ts'
import type { SqlTransaction } from './database.ts'
import type { KeyProvider } from './key-provider.ts'
import { type ClientCipher, createClientCipher, type RawKey } from './sealing.ts'

export interface KeyRow {
  readonly client_id: string
  readonly key_id: string
  readonly kek_id: string
  readonly wrapped: Uint8Array
}
interface KeysRow extends KeyRow {
  readonly changes: number
  readonly tag_kek_id: string | null
  readonly tag_wrapped: Uint8Array | null
}

const place = (clientId: string, collection: string, documentId: string): EnvelopeContext => ({
  account: 'server',
  client: clientId,
  collection,
  documentId,
  schemaVersion: 1,
})
export const placeOfKey = (clientId: string, keyId: string) => place(clientId, 'client_key', keyId)
export const placeOfTagKey = (clientId: string) => place(clientId, 'client_tag_key', 'field-tags')

/** Of clients that have any, oldest version first; with how often the set of each had changed when it was read. */
export const readKeys = (tx: SqlTransaction, clientIds: readonly string[]) => tx.$queryRaw<KeysRow[]>`
  SELECT k.client_id, k.key_id, k.kek_id, k.wrapped, coalesce(h.key_changes, 0) AS changes,
    t.kek_id AS tag_kek_id, t.wrapped AS tag_wrapped
  FROM portal.client_key k
  LEFT JOIN portal.client_head h ON h.client_id = k.client_id
  LEFT JOIN portal.client_tag_key t ON t.client_id = k.client_id
  WHERE k.client_id = ANY (string_to_array(${clientIds.join(',')}, ',')::uuid[]) ORDER BY k.client_id, k.version`

/** Undefined where there is no row. All rows are of one client, as `readKeys` gives them. */
export async function openKeys(
  keyProvider: KeyProvider,
  rows: readonly KeysRow[],
): Promise<ClientCipher | undefined> {
  const [first] = rows
  if (first === undefined) return undefined
  const { client_id: clientId, tag_kek_id: tagKek, tag_wrapped: tagKey } = first
  const keys = await Promise.all(
    rows.map(
      async ({ key_id, kek_id, wrapped }): Promise<RawKey> => ({
        keyId: key_id,
        raw: await keyProvider.unwrap(wrapped, placeOfKey(clientId, key_id), kek_id),
      }),
    ),
  )
  const tag =
    tagKey === null || tagKek === null
      ? undefined
      : await keyProvider.unwrap(tagKey, placeOfTagKey(clientId), tagKek)
  const [oldest, ...later] = keys
  return oldest && createClientCipher(clientId, [oldest, ...later], { tagKey: tag, changes: first.changes })
}

/** Wraps up to `limit` keys of other KEKs under the current one; how many. Nobody who uses them notices. */
export async function rewrapKeys(
  tx: SqlTransaction,
  keyProvider: KeyProvider,
  limit: number,
): Promise<number> {
  const { kekId } = keyProvider
  const wrapAnew = async ({ wrapped, kek_id }: KeyRow, context: EnvelopeContext) =>
    Buffer.from(await keyProvider.wrap(await keyProvider.unwrap(wrapped, context, kek_id), context))
  const keys = await tx.$queryRaw<KeyRow[]>`
    SELECT client_id, key_id, kek_id, wrapped FROM portal.client_key WHERE kek_id <> ${kekId}
    ORDER BY client_id, key_id LIMIT ${limit} FOR UPDATE SKIP LOCKED`
  for (const key of keys)
    await tx.$executeRaw`
      UPDATE portal.client_key
      SET kek_id = ${kekId}, wrapped = ${await wrapAnew(key, placeOfKey(key.client_id, key.key_id))}::bytea
      WHERE client_id = ${key.client_id}::uuid AND key_id = ${key.key_id}`
  const tags = await tx.$queryRaw<KeyRow[]>`
    SELECT client_id, '' AS key_id, kek_id, wrapped FROM portal.client_tag_key WHERE kek_id <> ${kekId}
    ORDER BY client_id LIMIT ${limit - keys.length} FOR UPDATE SKIP LOCKED`
  for (const key of tags)
    await tx.$executeRaw`
      UPDATE portal.client_tag_key
      SET kek_id = ${kekId}, wrapped = ${await wrapAnew(key, placeOfTagKey(key.client_id))}::bytea
      WHERE client_id = ${key.client_id}::uuid`
  return keys.length + tags.length
}

/** Throws StartError when what is in the database was wrapped under a key-encryption key that is not here. */
export async function tryKeys(tx: SqlTransaction, keyProvider: KeyProvider): Promise<void> {
  // Every wrapped key is a sealed value that only the right KEK opens; those of another KEK name it.
  const keys = await tx.$queryRaw<KeyRow[]>`
    SELECT DISTINCT ON (kek_id) client_id, key_id, kek_id, wrapped FROM portal.client_key ORDER BY kek_id`
  for (const { client_id, key_id, kek_id, wrapped } of keys)
    await keyProvider.unwrap(wrapped, placeOfKey(client_id, key_id), kek_id)
  const tags = await tx.$queryRaw<KeyRow[]>`
    SELECT DISTINCT ON (kek_id) client_id, '' AS key_id, kek_id, wrapped FROM portal.client_tag_key ORDER BY kek_id`
  for (const { client_id, kek_id, wrapped } of tags)
    await keyProvider.unwrap(wrapped, placeOfTagKey(client_id), kek_id)
}
