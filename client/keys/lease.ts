/**
 * For how long a replica opens without a word from the clinic: seven days from the last contact, or less where somebody's
 * access ends earlier. Sealed under the replica's own key, with the highest time that was seen, so that a clock set back
 * lengthens nothing. The end of a lease deletes nothing: it asks for a sign-in. SPEC: client/replica/SPEC.md, R40.
 */
import { fromUtf8, type RandomBytes, utf8 } from '../../shared/crypto/bytes.ts'
import { open, seal } from '../../shared/crypto/envelope.ts'
import type { KeyRing, RingEntry } from './key-ring.ts'
import type { OpenKey } from './open-key.ts'

export const LEASE_MS = 7 * 24 * 60 * 60 * 1000
/** Clocks are corrected by some minutes now and then. */
const TOLERANCE_MS = 10 * 60 * 1000

export interface Lease {
  readonly until: number
  /** The highest time of this device's clock since the last contact. */
  readonly seen: number
}
export type LeaseStanding = 'good' | 'lease_ended' | 'clock_set_back'

export function standingOf({ until, seen }: Lease, now: number): LeaseStanding {
  if (now < seen - TOLERANCE_MS) return 'clock_set_back'
  return now < until ? 'good' : 'lease_ended'
}

/** After a contact: `endsAt` is when the access to this record ends by itself, if it does. */
export const newLease = (now: number, endsAt = Number.POSITIVE_INFINITY): Lease => ({
  until: Math.min(now + LEASE_MS, endsAt),
  seen: now,
})

const context = (entry: RingEntry) => ({
  account: entry.accountId,
  client: entry.clientId,
  collection: 'lease',
  documentId: entry.id,
  schemaVersion: 1,
})

/** Undefined for an entry of a build before leases. One that does not open is over. */
export async function readLease(entry: RingEntry, key: OpenKey): Promise<Lease | undefined> {
  if (entry.lease === undefined) return undefined
  const opened = await open(key.data, entry.lease, context(entry))
  return opened.ok ? (JSON.parse(fromUtf8(opened.value)) as Lease) : { until: 0, seen: 0 }
}

export async function writeLease(
  ring: KeyRing,
  entry: RingEntry,
  key: OpenKey,
  lease: Lease,
  random: RandomBytes,
): Promise<void> {
  const sealed = await seal(key.data, utf8(JSON.stringify(lease)), context(entry), random)
  await ring.update(entry.id, (current) => ({ ...current, lease: sealed }))
}
