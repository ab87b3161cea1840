/** The sealed storage without session and network: worker store and page storage joined by a real message port. */
import { IDBKeyRange } from 'fake-indexeddb'
import {
  createSealedStorage,
  type SealedStorage,
} from '../../client/replica/sealed-storage/sealed-storage.ts'
import { createReplicaStore, type ReplicaStore } from '../../client/replica/worker/replica-store.ts'
import { openSealedDatabase, type SealedDatabase } from '../../client/replica/worker/sealed-database.ts'
import { createSealer } from '../../client/replica/worker/sealer.ts'
import { createStoreCore, type StoreCore } from '../../client/replica/worker/store-core.ts'
import {
  connectToWorker,
  type StoredDocument,
  serveWorker,
  type WorkerCalls,
} from '../../client/replica/worker-port.ts'
import type { DataKey } from '../../shared/crypto/key-types.ts'
import { createWebDataKey } from '../../shared/crypto/web-data-key.ts'
import type { SchemaHistory } from '../../shared/domains/schema-history.ts'

export const DATABASE = 'replica-under-test'
const RAW_KEY = Uint8Array.from({ length: 32 }, (_, index) => index * 7 + 3)

export interface SealedReplica {
  readonly core: StoreCore
  readonly store: ReplicaStore
  readonly database: SealedDatabase
  readonly storage: SealedStorage
  close(): Promise<void>
}

export interface ReplicaOptions {
  readonly indexedDB: IDBFactory
  readonly rawKey?: Uint8Array<ArrayBuffer>
  readonly now?: () => number
  /** Is the line free, so that what is written is sent at once? */
  readonly sendsAtOnce?: () => boolean
  /** The document schema of another build. */
  readonly history?: SchemaHistory
  /** Instead of `rawKey`. */
  readonly key?: DataKey
}

const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))

/** One tab over `indexedDB`. */
export async function openSealedReplica(options: ReplicaOptions): Promise<SealedReplica> {
  const { indexedDB, rawKey = RAW_KEY, now = Date.now } = options
  const database = await openSealedDatabase(DATABASE, { indexedDB, IDBKeyRange })
  const key =
    options.key ?? (await createWebDataKey<CryptoKey>(crypto.subtle, Uint8Array.from(rawKey), 'test-key'))
  const sealer = createSealer(key, { account: 'account', client: 'client' }, random, options.history)
  const core = createStoreCore(database, sealer, crypto.randomUUID())
  core.sendsAtOnce = options.sendsAtOnce ?? core.sendsAtOnce
  const store = createReplicaStore(core, { now }, IDBKeyRange)
  const { port1, port2 } = new MessageChannel()
  const post = serveWorker(port1, {
    openCollection: ({ collection, shape, whole }) => store.openCollection(collection, shape, whole),
    readBodies: ({ collection, ...places }) => store.readBodies(collection, places),
    write: ({ collection, rows }) => store.write(collection, rows),
    purge: ({ collection, ids }) => store.purge(collection, ids),
    drop: ({ collection }) => store.drop(collection),
  } as Partial<WorkerCalls> as WorkerCalls)
  store.onCommit = async ({ changed }) => {
    for (const { number, documents } of changed)
      post({
        event: 'changed',
        collection: (await store.nameOf(number)) ?? '',
        documents: [...documents],
      })
  }
  const listeners = new Set<(collection: string, documents: StoredDocument[]) => void>()
  const client = connectToWorker(port2, (event) => {
    if (event.event === 'changed')
      for (const listener of listeners) listener(event.collection, event.documents)
  })
  const storage = createSealedStorage({
    client,
    onChanged: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  })
  return {
    core,
    store,
    database,
    storage,
    async close() {
      await store.close()
      port1.close()
      port2.close()
    },
  }
}

/** Every byte of every database, as the disk would have it. */
export async function dump(indexedDB: IDBFactory): Promise<string> {
  const found: unknown[] = []
  for (const { name = '' } of await indexedDB.databases()) {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(name)
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
    for (const store of database.objectStoreNames) {
      const request = database.transaction(store).objectStore(store)
      for (const ask of [request.getAll(), request.getAllKeys()])
        found.push(
          await new Promise((resolve) => {
            ask.onsuccess = () => resolve(ask.result)
          }),
        )
    }
    database.close()
  }
  return JSON.stringify(found, (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
  )
}
