/**
 * Opens the reactive database of an unlocked replica. Only imported once an unlock has begun.
 * RxDB's own multi-tab support and its push replication stay off: the worker does both.
 */
import { createRxDatabase } from 'rxdb'
import type { CollectionName } from '../../shared/protocol/collections.ts'
import { replicaCollections } from './collections.ts'
import type { ReplicaDatabase } from './replica-database.ts'
import { createSealedStorage, type SealedStorageOptions } from './sealed-storage/sealed-storage.ts'

export interface OpenReplicaOptions extends SealedStorageOptions {
  /** Random name of this opening: a database that is locked and unlocked again is a new one to RxDB. */
  readonly name: string
  /** Default: all of them. */
  readonly collections?: readonly CollectionName[] | undefined
}

export async function openReplica(options: OpenReplicaOptions): Promise<ReplicaDatabase> {
  const { name, collections } = options
  const storage = createSealedStorage(options)
  const database = await createRxDatabase({
    name,
    storage,
    multiInstance: false,
    eventReduce: true,
  })
  await database.addCollections(replicaCollections(collections))
  await storage.loaded()
  return database as unknown as ReplicaDatabase
}
