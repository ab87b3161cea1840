/**
 * Destroying a replica: the key first (then nothing on the disk can be read by anybody, whatever fails after that),
 * then the database, then caches. SPEC: client/replica/SPEC.md, R19.
 */
import { Dexie } from 'dexie'
import type { KeyRing, RingEntry } from '../../keys/key-ring.ts'
import type { WorkerEnvironment } from './environment.ts'
import { openSealedDatabase, STATE } from './sealed-database.ts'

export async function destroyReplica(
  ring: KeyRing,
  entry: RingEntry,
  environment: WorkerEnvironment,
): Promise<void> {
  await ring.remove(entry.id)
  const { indexedDB, IDBKeyRange } = environment
  await new Dexie(entry.databaseName, { indexedDB, IDBKeyRange }).delete()
  await environment.clearCaches?.()
}

/** Changes that would be lost with this replica. Needs no key. */
export async function countUnsentOf(entry: RingEntry, environment: WorkerEnvironment): Promise<number> {
  const database = await openSealedDatabase(entry.databaseName, environment)
  try {
    return await database.read(
      async ({ outbox }) => (await outbox.all()).filter(({ t }) => t !== STATE.acked).length,
    )
  } finally {
    database.close()
  }
}
