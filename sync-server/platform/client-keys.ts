/**
 * The data keys of clients: made at the first write, wrapped by the key provider, opened at most once a process.
 * A key is used only after it was read back from its row, so that no value is ever sealed under a key that a rolled-back
 * transaction took away.
 */
import { randomUUID } from 'node:crypto'
import type { SqlTransaction } from './database.ts'
import { type KeyProvider, randomBytesOf } from './key-provider.ts'
import { type ClientCipher, createClientCipher, type RawKey } from './sealing.ts'

export interface ClientKeys {
  /** The client must exist. Makes the first key where there is none. */
  cipherOf(tx: SqlTransaction, clientId: string): Promise<ClientCipher>
  /** Those of clients that have a key, in one round trip for all that are not in memory. */
  ciphersOf(tx: SqlTransaction, clientIds: readonly string[]): Promise<ReadonlyMap<string, ClientCipher>>
  /** Throws StartError when what is in the database was sealed under another key-encryption key. */
  verify(tx: SqlTransaction): Promise<void>
  /** Wraps up to `limit` keys of other KEKs under the current one; how many. Nobody who uses them notices. */
  rewrap(tx: SqlTransaction, limit: number): Promise<number>
}

/** Opened ciphers kept in memory. */
const KEPT = 10_000

export function createClientKeys({ keyProvider }: { readonly keyProvider: KeyProvider }): ClientKeys {
  const opened = new Map<string, ClientCipher>()
  const place = (clientId: string, keyId: string) => ({
    account: 'server',
    client: clientId,
    collection: 'client_key',
    documentId: keyId,
    schemaVersion: 1,
  })

  const open = async (rows: readonly KeyRow[]): Promise<ClientCipher | undefined> => {
    const keys = await Promise.all(
      rows.map(
        async ({ client_id, key_id, kek_id, wrapped }): Promise<RawKey> => ({
          keyId: key_id,
          raw: await keyProvider.unwrap(wrapped, place(client_id, key_id), kek_id),
        }),
      ),
    )
    const [oldest, ...later] = keys
    return oldest && createClientCipher(rows[0]?.client_id ?? '', [oldest, ...later])
  }
  const read = (tx: SqlTransaction, clientIds: readonly string[]) => tx.$queryRaw<KeyRow[]>`
    SELECT client_id, key_id, kek_id, wrapped FROM portal.client_key
    WHERE client_id = ANY (string_to_array(${clientIds.join(',')}, ',')::uuid[]) ORDER BY created_at, key_id`
  const ciphersOf: ClientKeys['ciphersOf'] = async (tx, clientIds) => {
    const found = new Map<string, ClientCipher>()
    const unknown = clientIds.filter((id) => {
      const known = opened.get(id)
      if (known !== undefined) found.set(id, known)
      return known === undefined
    })
    const rows = unknown.length === 0 ? [] : await read(tx, unknown)
    for (const clientId of unknown) {
      let cipher: ClientCipher | undefined
      try {
        cipher = await open(rows.filter((row) => row.client_id === clientId))
      } catch (error) {
        // A damaged key is its own client's trouble, not that of all who are asked for together.
        if (unknown.length === 1) throw error
      }
      if (cipher === undefined) continue
      if (opened.size >= KEPT) opened.delete(opened.keys().next().value ?? '')
      opened.set(clientId, cipher)
      found.set(clientId, cipher)
    }
    return found
  }

  return {
    // Every wrapped key is a sealed value that only the right KEK opens; those of another KEK name it.
    async verify(tx) {
      const keys = await tx.$queryRaw<KeyRow[]>`
        SELECT DISTINCT ON (kek_id) client_id, key_id, kek_id, wrapped FROM portal.client_key ORDER BY kek_id`
      for (const key of keys)
        await keyProvider.unwrap(key.wrapped, place(key.client_id, key.key_id), key.kek_id)
    },
    async rewrap(tx, limit) {
      const rows = await tx.$queryRaw<KeyRow[]>`
        SELECT client_id, key_id, kek_id, wrapped FROM portal.client_key WHERE kek_id <> ${keyProvider.kekId}
        ORDER BY client_id, key_id LIMIT ${limit} FOR UPDATE SKIP LOCKED`
      for (const { client_id, key_id, kek_id, wrapped } of rows) {
        const context = place(client_id, key_id)
        const anew = await keyProvider.wrap(await keyProvider.unwrap(wrapped, context, kek_id), context)
        await tx.$executeRaw`
          UPDATE portal.client_key SET kek_id = ${keyProvider.kekId}, wrapped = ${Buffer.from(anew)}::bytea
          WHERE client_id = ${client_id}::uuid AND key_id = ${key_id}`
      }
      return rows.length
    },
    ciphersOf,
    async cipherOf(tx, clientId) {
      const stored = (await ciphersOf(tx, [clientId])).get(clientId)
      if (stored !== undefined) return stored
      // Not kept in memory yet: this transaction may still roll back. Two first writers: the row that came first wins.
      await tx.$queryRaw`SELECT client_id FROM portal.client WHERE client_id = ${clientId}::uuid FOR NO KEY UPDATE`
      const meanwhile = await open(await read(tx, [clientId]))
      if (meanwhile !== undefined) return meanwhile
      const keyId = randomUUID()
      const wrapped = await keyProvider.wrap(randomBytesOf(32), place(clientId, keyId))
      await tx.$executeRaw`
        INSERT INTO portal.client_key (client_id, key_id, kek_id, wrapped)
        VALUES (${clientId}::uuid, ${keyId}, ${keyProvider.kekId}, ${Buffer.from(wrapped)}::bytea)`
      const made = await open(await read(tx, [clientId]))
      if (made === undefined) throw new Error('A data key that was just made is gone.')
      return made
    },
  }
}

interface KeyRow {
  readonly client_id: string
  readonly key_id: string
  readonly kek_id: string
  readonly wrapped: Uint8Array
}
