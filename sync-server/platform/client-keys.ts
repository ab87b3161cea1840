/**
 * The data keys of clients: made at the first write, wrapped by the key provider, opened at most once a process.
 * A key is used only after it was read back from its row, so that no value is ever sealed under a key that a rolled-back
 * transaction took away.
 */
import { randomUUID } from 'node:crypto'
import type { Transaction } from './database.ts'
import { type KeyProvider, randomBytesOf } from './key-provider.ts'
import { type ClientCipher, createClientCipher, type RawKey } from './sealing.ts'

export interface ClientKeys {
  /** The client must exist. Makes the first key where there is none. */
  cipherOf(tx: Transaction, clientId: string): Promise<ClientCipher>
  /** Throws StartError when what is in the database was sealed under another key-encryption key. */
  verify(tx: Transaction): Promise<void>
}

/** Opened ciphers kept in memory. */
const KEPT = 1_000

export function createClientKeys({ keyProvider }: { readonly keyProvider: KeyProvider }): ClientKeys {
  const opened = new Map<string, ClientCipher>()
  const place = (clientId: string, keyId: string) => ({
    account: 'server',
    client: clientId,
    collection: 'client_key',
    documentId: keyId,
    schemaVersion: 1,
  })

  const read = async (tx: Transaction, clientId: string): Promise<ClientCipher | undefined> => {
    const rows: readonly { keyId: string; wrapped: Uint8Array }[] = await tx.clientKey.findMany({
      where: { clientId },
      orderBy: [{ createdAt: 'asc' }, { keyId: 'asc' }],
    })
    const keys = await Promise.all(
      rows.map(
        async ({ keyId, wrapped }): Promise<RawKey> => ({
          keyId,
          raw: await keyProvider.unwrap(wrapped, place(clientId, keyId)),
        }),
      ),
    )
    const [oldest, ...later] = keys
    return oldest === undefined ? undefined : createClientCipher(clientId, [oldest, ...later])
  }

  return {
    // Every wrapped key is a sealed value that only the right KEK opens; those of another KEK name it.
    async verify(tx) {
      const strange = await tx.clientKey.findFirst({ where: { kekId: { not: keyProvider.kekId } } })
      const key = strange ?? (await tx.clientKey.findFirst())
      if (key !== null) await keyProvider.unwrap(key.wrapped, place(key.clientId, key.keyId))
    },
    async cipherOf(tx, clientId) {
      const known = opened.get(clientId)
      if (known !== undefined) return known
      const stored = await read(tx, clientId)
      if (stored !== undefined) {
        if (opened.size >= KEPT) opened.delete(opened.keys().next().value ?? '')
        opened.set(clientId, stored)
        return stored
      }
      // Not kept in memory yet: this transaction may still roll back. Two first writers: the row that came first wins.
      await tx.$queryRaw`SELECT client_id FROM portal.client WHERE client_id = ${clientId}::uuid FOR NO KEY UPDATE`
      const meanwhile = await read(tx, clientId)
      if (meanwhile !== undefined) return meanwhile
      const keyId = randomUUID()
      const wrapped = await keyProvider.wrap(randomBytesOf(32), place(clientId, keyId))
      await tx.clientKey.create({
        data: { clientId, keyId, kekId: keyProvider.kekId, wrapped: new Uint8Array(wrapped) },
      })
      const made = await read(tx, clientId)
      if (made === undefined) throw new Error('A data key that was just made is gone.')
      return made
    },
  }
}
