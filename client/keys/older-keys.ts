/** Older data keys of an entry: whether a key is still known here, and their end. SPEC: client/replica/SPEC.md, R57. */
import type { KeyRing, OlderKey, RingEntry } from './key-ring.ts'

interface Keys {
  readonly keyId: string
  readonly olderKeys?: readonly OlderKey[]
}

const keysIn = (entry: RingEntry): readonly Keys[] => [entry, ...(entry.records ?? [])]

/**
 * Does the entry still bring this key along, as the present one of a replica or as an older one? An entry that is gone
 * decides nothing: its replica is about to go as well.
 */
export async function isKnownKey(ring: KeyRing, entryId: string, keyId: string): Promise<boolean> {
  const entry = await ring.get(entryId)
  if (entry === undefined) return true
  return keysIn(entry).some((keys) => [keys, ...(keys.olderKeys ?? [])].some((one) => one.keyId === keyId))
}

/** Of the replica whose present key is `keyId`; where that was replaced meanwhile they stay. */
export async function forgetOlderKeys(
  ring: KeyRing,
  entryId: string,
  keyId: string,
  gone: readonly string[],
): Promise<void> {
  const without = <Of extends Keys>(keys: Of): Of =>
    keys.keyId === keyId && keys.olderKeys !== undefined
      ? { ...keys, olderKeys: keys.olderKeys.filter((older) => !gone.includes(older.keyId)) }
      : keys
  await ring.update(entryId, (entry) => {
    const own = without(entry)
    return own.records === undefined ? own : { ...own, records: own.records.map(without) }
  })
}
