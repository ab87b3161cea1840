/**
 * A record that is made anew: its new place is in the key ring, and the one before opens until what was typed there lies in
 * the new one. Begun at the moment, or gone on with after a device died in between: before anybody sees the record.
 * SPEC: client/replica/SPEC.md, R47 and R65.
 */
import type { KeyRing, RingEntry } from '../../keys/key-ring.ts'
import type { OpenKey } from '../../keys/open-key.ts'
import type { RecordPlace } from '../../keys/record-keys.ts'
import {
  forgetFormer,
  forgetFormerKeys,
  formerPlace,
  KeyDoesNotOpen,
  placeOfRecord,
} from '../../keys/record-keys.ts'
import type { StoreWithFiles } from './attached-shelf.ts'
import { carryOver } from './carry-over.ts'
import type { WorkerEnvironment } from './environment.ts'
import { createFileStore, deleteDatabases } from './file-store.ts'
import { readClosed } from './read-closed.ts'

interface Account {
  readonly ring: KeyRing
  readonly entry: RingEntry
  readonly key: OpenKey
  readonly environment: WorkerEnvironment
}

/** Where nothing is to be carried over it does nothing. `scopes`: as far as the record may be seen now. */
export async function finishRenewal(
  account: Account,
  client: string,
  scopes: readonly string[],
): Promise<void> {
  const { ring, entry, key, environment } = account
  const former = () => formerPlace(ring, entry, key, client).catch(nothingOpens)
  try {
    const from = await former()
    if (from === undefined) return
    if (from !== 'shut') await carry(account, client, from, scopes)
  } catch (error) {
    // Another tab did the same, and was faster.
    if ((await former()) === undefined) return
    throw error
  }
  const name = await forgetFormerKeys(ring, entry.id, client)
  // A tab that is frozen may still have it open, and keeps nobody from the record.
  if (name !== undefined)
    void deleteDatabases(name, environment)
      .then(() => forgetFormer(ring, entry.id, client, name))
      .catch(goesLater)
}

async function carry(
  { ring, entry, key, environment }: Account,
  client: string,
  from: RecordPlace,
  scopes: readonly string[],
): Promise<void> {
  const into = await placeOfRecord(ring, entry, key, client, environment.random)
  if (into === undefined) return
  const at = <T>(place: RecordPlace, run: (there: StoreWithFiles) => Promise<T>): Promise<T> => {
    const disk = createFileStore(place.databaseName, environment)
    const where = { ...entry, clientId: client, databaseName: place.databaseName }
    return readClosed(where, place.key, environment, (store) => run({ store, disk })).finally(disk.close)
  }
  await at(from, (before) => at(into, (after) => carryOver(before, after, scopes)))
}

const goesLater = (error: unknown) => console.error('what a record was before lies here still', error)

const nothingOpens = (error: unknown): 'shut' => {
  if (error instanceof KeyDoesNotOpen) return 'shut'
  throw error
}
