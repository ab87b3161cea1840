/**
 * Keys of the records that an account looks after: each its own, random, sealed under the account's key, so that one
 * password (or passkey) opens them all, and destroying one leaves the others. SPEC: client/replica/SPEC.md, R45.
 */
import type { Bytes, RandomBytes } from '../../shared/crypto/bytes.ts'
import { open, seal } from '../../shared/crypto/envelope.ts'
import { DATA_KEY_BYTES, type DataKey } from '../../shared/crypto/key-types.ts'
import { createWebDataKey } from '../../shared/crypto/web-data-key.ts'
import type { KeyRing, RecordEntry, RingEntry } from './key-ring.ts'
import { type OpenKey, resealOlder, withOlder } from './open-key.ts'
import { uuid } from './random-id.ts'

const context = (entry: RingEntry, record: Pick<RecordEntry, 'clientId' | 'keyId'>) => ({
  account: entry.accountId,
  client: record.clientId,
  collection: 'record-key',
  documentId: record.keyId,
  schemaVersion: 1,
})

export interface RecordPlace {
  readonly databaseName: string
  readonly key: DataKey
}

/** The key of a record as it lies in the ring; made where there is none. Undefined: the entry is gone. */
export async function placeOfRecord(
  ring: KeyRing,
  entry: RingEntry,
  account: OpenKey,
  clientId: string,
  random: RandomBytes,
): Promise<RecordPlace | undefined> {
  const find = (of: RingEntry | undefined) => of?.records?.find((record) => record.clientId === clientId)
  const known = find(await ring.get(entry.id))
  if (known !== undefined) return openPlace(entry, account, known)
  const raw = random(DATA_KEY_BYTES)
  const made = { clientId, databaseName: `replica-${uuid(random)}`, keyId: uuid(random) }
  const record: RecordEntry = {
    ...made,
    key: await seal(account.data, raw, context(entry, made), random),
  }
  raw.fill(0)
  // Of two tabs the first one's counts.
  const after = await ring.update(entry.id, (current) =>
    current.keyId === account.data.keyId && find(current) === undefined
      ? { ...current, records: [...(current.records ?? []), record] }
      : current,
  )
  const kept = find(after)
  return kept && openPlace(entry, account, kept)
}

async function openPlace(entry: RingEntry, account: OpenKey, record: RecordEntry): Promise<RecordPlace> {
  const raw = await open(account.data, record.key, context(entry, record))
  if (!raw.ok) throw new Error(`the key of a record does not open: ${raw.error}`)
  const key = await createWebDataKey<CryptoKey>(crypto.subtle, raw.value as Bytes, record.keyId)
  raw.value.fill(0)
  const placeOf = (keyId: string) => context(entry, { ...record, keyId })
  return {
    databaseName: record.databaseName,
    key: await withOlder(key, record.olderKeys, account.data, placeOf),
  }
}

/** Whoever knew the account's key knew these: each gets another one as well. R50. */
export async function replaceRecordKeys(
  entry: RingEntry,
  from: DataKey,
  to: DataKey,
  random: RandomBytes,
): Promise<readonly RecordEntry[]> {
  const replaced: RecordEntry[] = []
  for (const { key, olderKeys = [], ...record } of entry.records ?? []) {
    const placeOf = (keyId: string) => context(entry, { ...record, keyId })
    const next = { ...record, keyId: uuid(random) }
    const raw = random(DATA_KEY_BYTES)
    const older = [...olderKeys, { keyId: record.keyId, sealed: key }]
    replaced.push({
      ...next,
      key: await seal(to, raw, placeOf(next.keyId), random),
      olderKeys: await resealOlder(older, from, to, placeOf, random),
    })
    raw.fill(0)
  }
  return replaced
}

/** Afterwards nobody can read what lies in its database. Its name, to delete it. */
export async function forgetRecord(
  ring: KeyRing,
  entryId: string,
  clientId: string,
): Promise<string | undefined> {
  let name: string | undefined
  await ring.update(entryId, (current) => {
    name = current.records?.find((record) => record.clientId === clientId)?.databaseName
    return { ...current, records: (current.records ?? []).filter((record) => record.clientId !== clientId) }
  })
  return name
}
