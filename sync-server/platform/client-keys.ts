/**
 * The data keys of clients: made at the first write, wrapped by the key provider, opened once a process and again when
 * their set changed. A key is used only after it was read back from its row, so that no value is ever sealed under a
 * key that a rolled-back transaction took away. Whoever seals holds the lock on the client's head and gives what that
 * says of the set: so nothing is sealed under a key that is on its way out. SPEC: sync-server/platform/SPEC.md, A10.
 */
import { randomUUID } from 'node:crypto'
import type { SqlTransaction } from './database.ts'
import { type KeyProvider, randomBytesOf } from './key-provider.ts'
import { type ClientCipher, deriveTagKey } from './sealing.ts'
import { openKeys, placeOfKey, placeOfTagKey, readKeys, rewrapKeys, tryKeys } from './wrapped-keys.ts'

export interface ClientKeys {
  /**
   * The client must exist. Makes the first key where there is none. `changes`: of the head that is locked; without it
   * the cipher is good for reading alone, and only until `isCurrent` says otherwise.
   */
  cipherOf(tx: SqlTransaction, clientId: string, changes?: number): Promise<ClientCipher>
  /** Those of clients that have a key, in one round trip for all that are not in memory. */
  ciphersOf(tx: SqlTransaction, clientIds: readonly string[]): Promise<ReadonlyMap<string, ClientCipher>>
  /** False where a key may be missing in it: what did not open may open with those that are there by now. */
  isCurrent(tx: SqlTransaction, clientId: string, cipher: ClientCipher): Promise<boolean>
  /** Those of clients that are no more are taken out of memory. */
  forget(clientIds: readonly string[]): void
  /** Throws StartError when what is in the database was sealed under another key-encryption key. */
  verify(tx: SqlTransaction): Promise<void>
  /** Wraps up to `limit` keys of other KEKs under the current one; how many. Nobody who uses them notices. */
  rewrap(tx: SqlTransaction, limit: number): Promise<number>
}

/** Opened ciphers kept in memory. */
const KEPT = 10_000

export function createClientKeys({ keyProvider }: { readonly keyProvider: KeyProvider }): ClientKeys {
  const opened = new Map<string, ClientCipher>()

  const readOne = async (tx: SqlTransaction, clientId: string) =>
    openKeys(keyProvider, await readKeys(tx, [clientId]))
  const ciphersOf: ClientKeys['ciphersOf'] = async (tx, clientIds) => {
    const found = new Map<string, ClientCipher>()
    const unknown = clientIds.filter((id) => {
      const known = opened.get(id)
      if (known !== undefined) found.set(id, known)
      return known === undefined
    })
    const rows = unknown.length === 0 ? [] : await readKeys(tx, unknown)
    for (const clientId of unknown) {
      let cipher: ClientCipher | undefined
      try {
        cipher = await openKeys(
          keyProvider,
          rows.filter((row) => row.client_id === clientId),
        )
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

  /** Not kept in memory yet: this transaction may still roll back. Two first writers: the row that came first wins. */
  const makeFirst = async (tx: SqlTransaction, clientId: string): Promise<ClientCipher> => {
    await tx.$queryRaw`SELECT client_id FROM portal.client WHERE client_id = ${clientId}::uuid FOR NO KEY UPDATE`
    const meanwhile = await readOne(tx, clientId)
    if (meanwhile !== undefined) return meanwhile
    const keyId = randomUUID()
    const raw = randomBytesOf(32)
    const wrapped = await keyProvider.wrap(raw, placeOfKey(clientId, keyId))
    await tx.$executeRaw`
      INSERT INTO portal.client_key (client_id, key_id, kek_id, wrapped)
      VALUES (${clientId}::uuid, ${keyId}, ${keyProvider.kekId}, ${Buffer.from(wrapped)}::bytea)`
    // Derived, so that a server of the version before, which stores none, finds the same.
    const tag = await keyProvider.wrap(deriveTagKey(raw), placeOfTagKey(clientId))
    await tx.$executeRaw`
      INSERT INTO portal.client_tag_key (client_id, kek_id, wrapped)
      VALUES (${clientId}::uuid, ${keyProvider.kekId}, ${Buffer.from(tag)}::bytea)`
    const made = await readOne(tx, clientId)
    if (made === undefined) throw new Error('A data key that was just made is gone.')
    return made
  }

  return {
    verify: (tx) => tryKeys(tx, keyProvider),
    rewrap: (tx, limit) => rewrapKeys(tx, keyProvider, limit),
    ciphersOf,
    async cipherOf(tx, clientId, changes) {
      const known = opened.get(clientId)
      if (known !== undefined && changes !== undefined && known.changes !== changes) opened.delete(clientId)
      return (await ciphersOf(tx, [clientId])).get(clientId) ?? makeFirst(tx, clientId)
    },
    async isCurrent(tx, clientId, cipher) {
      const [head] = await tx.$queryRaw<{ changes: number }[]>`
        SELECT key_changes AS changes FROM portal.client_head WHERE client_id = ${clientId}::uuid`
      return (head?.changes ?? 0) === cipher.changes
    },
    forget(clientIds) {
      for (const id of clientIds) opened.delete(id)
    },
  }
}
