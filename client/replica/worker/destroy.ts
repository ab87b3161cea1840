/**
 * Destroying a replica: the key first (then nothing on the disk can be read by anybody, whatever fails after that),
 * then the database, then caches. SPEC: client/replica/SPEC.md, R19.
 */
import type { KeyRing, RingEntry } from '../../keys/key-ring.ts'
import { databasesOf } from '../../keys/record-keys.ts'
import type { WorkerEnvironment } from './environment.ts'
import { countMarked, deleteDatabases } from './file-store.ts'
import { openSealedDatabase } from './sealed-database.ts'
import { type OutboxRow, STATE } from './sealed-rows.ts'

export async function destroyReplica(
  ring: KeyRing,
  entry: RingEntry,
  environment: WorkerEnvironment,
): Promise<void> {
  const names = allDatabasesOf((await ring.get(entry.id)) ?? entry)
  await ring.remove(entry.id)
  for (const name of names) await deleteDatabases(name, environment)
  await environment.clearCaches?.()
}

/** Of the own record, and of those that the account looks after. */
const allDatabasesOf = ({ clientId, databaseName, records = [] }: RingEntry): readonly string[] => [
  ...(clientId === '' ? [] : [databaseName]),
  ...records.flatMap(databasesOf),
]

/** Changes, and files attached to what was not received, that would be lost with these replicas. Needs no key. */
export async function countUnsentOf(entry: RingEntry, environment: WorkerEnvironment): Promise<number> {
  const counts: number[] = []
  for (const name of allDatabasesOf(entry)) {
    counts.push(await countUnsentIn(name, environment))
    counts.push(await countMarked(name, environment))
  }
  return counts.reduce((sum, count) => sum + count, 0)
}

/** What waits for a decision among it. */
const isNotReceived = ({ t }: OutboxRow) => t !== STATE.acked

export async function countUnsentIn(databaseName: string, environment: WorkerEnvironment): Promise<number> {
  const database = await openSealedDatabase(databaseName, environment)
  try {
    return await database.read(async ({ outbox }) => (await outbox.all()).filter(isNotReceived).length)
  } finally {
    database.close()
  }
}
