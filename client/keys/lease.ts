/**
 * For how long a replica opens without a word from the clinic: seven days from the last contact, or less where somebody's
 * access ends earlier. Sealed under the replica's own key, with the highest time that was seen, so that a clock set back
 * lengthens nothing. The end of a lease deletes nothing: it asks for a sign-in. SPEC: client/replica/SPEC.md, R40.
 */
import { fromUtf8, type RandomBytes, utf8 } from '../../shared/crypto/bytes.ts'
import type { KeyRing, RingEntry } from './key-ring.ts'
import type { OpenKey } from './open-key.ts'
import { openPart, writePart } from './sealed-parts.ts'

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

/** Undefined for an entry of a build before leases. One that does not open is over. */
export async function readLease(entry: RingEntry, key: OpenKey): Promise<Lease | undefined> {
  const opened = await openPart(entry, key.data, 'lease')
  if (opened === undefined) return undefined
  return opened.ok ? (JSON.parse(fromUtf8(opened.value)) as Lease) : { until: 0, seen: 0 }
}

export const writeLease = (
  ring: KeyRing,
  entry: RingEntry,
  key: OpenKey,
  lease: Lease,
  random: RandomBytes,
): Promise<void> => writePart(ring, entry, key, 'lease', utf8(JSON.stringify(lease)), random)
