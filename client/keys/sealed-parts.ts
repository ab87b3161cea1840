/**
 * What lies in an entry of the key ring sealed under its own data key. Written only while that is still the entry's key:
 * a tab that was open when the key was replaced leaves no word behind that the new one cannot read.
 */
import type { Bytes, RandomBytes } from '../../shared/crypto/bytes.ts'
import { type EnvelopeError, open, seal } from '../../shared/crypto/envelope.ts'
import type { DataKey } from '../../shared/crypto/key-types.ts'
import type { Result } from '../../shared/kernel/result.ts'
import type { KeyRing, RingEntry } from './key-ring.ts'
import type { OpenKey } from './open-key.ts'

const PARTS = { lease: 'lease', card: 'account-card' } as const
export type SealedPart = keyof typeof PARTS

const context = (entry: RingEntry, part: SealedPart) => ({
  account: entry.accountId,
  client: part === 'lease' ? entry.clientId : '',
  collection: PARTS[part],
  documentId: entry.id,
  schemaVersion: 1,
})

/** Undefined where there is none. */
export async function openPart(
  entry: RingEntry,
  key: DataKey,
  part: SealedPart,
): Promise<Result<Bytes, EnvelopeError> | undefined> {
  const sealed = entry[part]
  return sealed && open(key, sealed, context(entry, part))
}

export async function writePart(
  ring: KeyRing,
  entry: RingEntry,
  key: OpenKey,
  part: SealedPart,
  value: Bytes,
  random: RandomBytes,
): Promise<void> {
  const sealed = await seal(key.data, value, context(entry, part), random)
  await ring.update(entry.id, (current) =>
    current.keyId === key.data.keyId ? { ...current, [part]: sealed } : current,
  )
}

/** The same under another key. What does not open stays as it is: a lease that was tampered with is over, not absent. */
export async function resealParts(
  entry: RingEntry,
  from: DataKey,
  to: DataKey,
  random: RandomBytes,
): Promise<Pick<RingEntry, SealedPart>> {
  let parts: Pick<RingEntry, SealedPart> = {}
  for (const part of Object.keys(PARTS) as SealedPart[]) {
    const opened = await openPart(entry, from, part)
    if (opened?.ok) parts = { ...parts, [part]: await seal(to, opened.value, context(entry, part), random) }
  }
  return parts
}
