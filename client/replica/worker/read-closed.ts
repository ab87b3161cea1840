/** A replica that nobody sees, opened for a moment: no page, no link, no tab is told. */
import type { DataKey } from '../../../shared/crypto/key-types.ts'
import type { RingEntry } from '../../keys/key-ring.ts'
import type { WorkerEnvironment } from './environment.ts'
import { createReplicaStore, type ReplicaStore } from './replica-store.ts'
import { openSealedDatabase } from './sealed-database.ts'
import { createSealer } from './sealer.ts'
import { createStoreCore } from './store-core.ts'

export async function readClosed<T>(
  entry: RingEntry,
  key: DataKey,
  environment: WorkerEnvironment,
  read: (store: ReplicaStore) => Promise<T>,
): Promise<T> {
  const database = await openSealedDatabase(entry.databaseName, environment)
  const owner = { account: entry.accountId, client: entry.clientId }
  const core = createStoreCore(database, createSealer(key, owner, environment.random), 'closed')
  try {
    return await read(createReplicaStore(core, environment.clock, environment.IDBKeyRange))
  } finally {
    await core.close()
  }
}
