/**
 * Keys of the records that an account looks after: each its own, random, sealed under the account's key, so that one
 * password (or passkey) opens them all, and destroying one leaves the others. SPEC: client/replica/SPEC.md, R45.
 */
import type { Bytes, RandomBytes } from '../../shared/crypto/bytes.ts'
import { open, seal } from '../../shared/crypto/envelope.ts'
import { DATA_KEY_BYTES, type DataKey } from '../../shared/crypto/key-types.ts'
import { createWebDataKey } from '../../shared/crypto/web-data-key.ts'
import type { FormerRecord, KeyRing, OlderKey, RecordEntry, RingEntry } from './key-ring.ts'
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

/** Nothing here opens it any more. Never where another tab has replaced the account's key: that one opens it. */
export class KeyDoesNotOpen extends Error {
  override readonly name = 'KeyDoesNotOpen'
}

const recordIn = (of: RingEntry | undefined, clientId: string) =>
  of?.records?.find((record) => record.clientId === clientId)

/** The key of a record as it lies in the ring; made where there is none. Undefined: the entry is gone. */
export async function placeOfRecord(
  ring: KeyRing,
  entry: RingEntry,
  account: OpenKey,
  clientId: string,
  random: RandomBytes,
): Promise<RecordPlace | undefined> {
  const current = await ring.get(entry.id)
  const known = recordIn(current, clientId)
  if (known !== undefined) return openPlace(current ?? entry, account, known)
  const record = await makeRecord(entry, account, clientId, random)
  // Of two tabs the first one's counts.
  const after = await ring.update(entry.id, (current) =>
    current.keyId === account.data.keyId && recordIn(current, clientId) === undefined
      ? { ...current, records: [...(current.records ?? []), record] }
      : current,
  )
  const kept = recordIn(after, clientId)
  return kept && openPlace(after ?? entry, account, kept)
}

/** Needs no key. Undefined: it was never opened here. */
export const databaseOfRecord = (entry: RingEntry | undefined, clientId: string): string | undefined =>
  entry?.clientId === clientId ? entry.databaseName : recordIn(entry, clientId)?.databaseName

async function makeRecord(
  entry: RingEntry,
  account: OpenKey,
  clientId: string,
  random: RandomBytes,
): Promise<RecordEntry> {
  const raw = random(DATA_KEY_BYTES)
  const made = { clientId, databaseName: `replica-${uuid(random)}`, keyId: uuid(random) }
  const key = await seal(account.data, raw, context(entry, made), random)
  raw.fill(0)
  return { ...made, key }
}

/**
 * Another place under another key takes the place of this one, in one step. The one before opens until `forgetFormer`: what
 * was typed there is carried over first.
 */
export async function renewRecord(
  ring: KeyRing,
  entry: RingEntry,
  account: OpenKey,
  clientId: string,
  random: RandomBytes,
): Promise<void> {
  const next = await makeRecord(entry, account, clientId, random)
  await ring.update(entry.id, (current) => {
    const before = recordIn(current, clientId)
    if (current.keyId !== account.data.keyId || before === undefined) return current
    // One that is being made anew already is finished first.
    if (before.former && before.former.keys.length > 0) return current
    const { databaseName, keyId, key, olderKeys = [] } = before
    const former = { databaseName, keys: [{ keyId, sealed: key }, ...olderKeys] }
    const others = current.records?.filter((record) => record !== before) ?? []
    return { ...current, records: [...others, { ...next, former }] }
  })
}

/** Undefined: nothing is to be carried over. */
export async function formerPlace(
  ring: KeyRing,
  entry: RingEntry,
  account: OpenKey,
  clientId: string,
): Promise<RecordPlace | undefined> {
  const current = (await ring.get(entry.id)) ?? entry
  const former = recordIn(current, clientId)?.former
  if (former === undefined) return undefined
  const { databaseName, keys } = former
  const [present, ...olderKeys] = keys
  if (present === undefined) throw new KeyDoesNotOpen('it was let go')
  const { keyId, sealed: key } = present
  return openPlace(current, account, { clientId, databaseName, keyId, key, olderKeys })
}

/** Afterwards nobody can read what lies there. The name of its database, to delete it. */
export const forgetFormerKeys = (ring: KeyRing, entryId: string, clientId: string) =>
  changeFormer(ring, entryId, clientId, (former) => ({ ...former, keys: [] }))

/** Its database is deleted. */
export const forgetFormer = (ring: KeyRing, entryId: string, clientId: string, databaseName: string) =>
  changeFormer(ring, entryId, clientId, (former) =>
    former.databaseName === databaseName ? undefined : former,
  )

async function changeFormer(
  ring: KeyRing,
  entryId: string,
  clientId: string,
  change: (former: FormerRecord) => FormerRecord | undefined,
): Promise<string | undefined> {
  let name: string | undefined
  const changed = ({ former, ...record }: RecordEntry): RecordEntry => {
    const next = former && change(former)
    name = former?.databaseName
    return next === undefined ? record : { ...record, former: next }
  }
  await ring.update(entryId, (current) => ({
    ...current,
    records: (current.records ?? []).map((record) =>
      record.clientId === clientId ? changed(record) : record,
    ),
  }))
  return name
}

/** `entry`: as it lies in the ring now. */
async function openPlace(entry: RingEntry, account: OpenKey, record: RecordEntry): Promise<RecordPlace> {
  const raw = await open(account.data, record.key, context(entry, record))
  if (!raw.ok) {
    const why = `the key of a record does not open: ${raw.error}`
    throw entry.keyId === account.data.keyId ? new KeyDoesNotOpen(why) : new Error(why)
  }
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
  for (const { key, olderKeys = [], former, ...record } of entry.records ?? []) {
    const placeOf = (keyId: string) => context(entry, { ...record, keyId })
    const reseal = (keys: readonly OlderKey[]) => resealOlder(keys, from, to, placeOf, random)
    const next = { ...record, keyId: uuid(random) }
    const raw = random(DATA_KEY_BYTES)
    const older = [...olderKeys, { keyId: record.keyId, sealed: key }]
    replaced.push({
      ...next,
      key: await seal(to, raw, placeOf(next.keyId), random),
      olderKeys: await reseal(older),
      // It is let go as soon as it is opened: no key of its own follows.
      ...(former && {
        former: { ...former, keys: await reseal(former.keys) },
      }),
    })
    raw.fill(0)
  }
  return replaced
}

/** Where a record lies, and where it lay before it was made anew. */
export const databasesOf = ({ databaseName, former }: RecordEntry): readonly string[] =>
  former === undefined ? [databaseName] : [databaseName, former.databaseName]

/** Afterwards nobody can read what lies in its databases. Their names, to delete them. */
export async function forgetRecord(
  ring: KeyRing,
  entryId: string,
  clientId: string,
): Promise<readonly string[]> {
  let names: readonly string[] = []
  await ring.update(entryId, (current) => {
    const record = recordIn(current, clientId)
    names = record === undefined ? [] : databasesOf(record)
    return { ...current, records: (current.records ?? []).filter((other) => other !== record) }
  })
  return names
}
