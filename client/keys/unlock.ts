/**
 * Opening a replica with the password or a passkey alone, with no network. After five wrong passwords each further one has to
 * wait; the count is on the disk, so a restart does not help.
 *
 * After ten the password slot is deleted, unless it is the only slot: without escrow or a passkey that would destroy
 * unsent answers, and nothing a client types may be lost. The wait keeps growing instead.
 */

import type { Bytes, RandomBytes } from '../../shared/crypto/bytes.ts'
import type { KeyRing, RingEntry } from './key-ring.ts'
import { type OpenKey, openKey, ownerOf } from './open-key.ts'
import { openPasskeySlot, type PasskeyOutput } from './passkey-slots.ts'
import { openSlot } from './slots.ts'

const FREE_ATTEMPTS = 5
const MOST_ATTEMPTS = 10
const FIRST_WAIT_MS = 30_000
const LONGEST_WAIT_MS = 60 * 60 * 1000

/** How long to wait after so many wrong passwords in a row, ms. */
export const waitAfter = (wrongAttempts: number): number =>
  wrongAttempts < FREE_ATTEMPTS
    ? 0
    : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (wrongAttempts - FREE_ATTEMPTS))

export type Unlocked =
  | { readonly ok: true; readonly key: OpenKey; readonly entry: RingEntry }
  | { readonly ok: false; readonly reason: 'wrong_credentials' | 'password_off' }
  | { readonly ok: false; readonly reason: 'backed_off'; readonly retryAt: number }

export async function unlockEntry(
  ring: KeyRing,
  entry: RingEntry,
  password: string,
  now: number,
  random: RandomBytes,
): Promise<Unlocked> {
  if (entry.passwordSlot === null) return { ok: false, reason: 'password_off' }
  if (entry.retryAt > now) return { ok: false, reason: 'backed_off', retryAt: entry.retryAt }
  const raw = await openSlot(password, entry, ownerOf(entry))
  if (raw !== null) {
    const opened = await openedBy(ring, entry, raw, now, random)
    const newer = opened.ok ? undefined : await replacedSince(ring, entry)
    return newer === undefined ? opened : unlockEntry(ring, newer, password, now, random)
  }
  // The entry may have changed while the password was tried: other tabs count too, and may have removed it.
  const after = await ring.update(entry.id, (current) => countWrong(current, now))
  if (after?.passwordSlot === null) return { ok: false, reason: 'password_off' }
  return after === undefined || after.retryAt === 0
    ? { ok: false, reason: 'wrong_credentials' }
    : { ok: false, reason: 'backed_off', retryAt: after.retryAt }
}

function countWrong(entry: RingEntry, now: number): RingEntry {
  const wrongAttempts = entry.wrongAttempts + 1
  if (wrongAttempts >= MOST_ATTEMPTS && hasOtherSlot(entry))
    return { ...entry, passwordSlot: null, wrongAttempts: 0, retryAt: 0 }
  const wait = waitAfter(wrongAttempts)
  return { ...entry, wrongAttempts, retryAt: wait === 0 ? 0 : now + wait }
}

const hasOtherSlot = ({ passkeySlots = [], escrowSlot }: RingEntry) =>
  passkeySlots.length > 0 || escrowSlot !== undefined

/** With a passkey that was used just now; `prf`: its output for `PRF_INPUT`. */
export async function unlockWithPasskey(
  ring: KeyRing,
  entry: RingEntry,
  { credentialId, prf }: PasskeyOutput,
  now: number,
  random: RandomBytes,
): Promise<Unlocked> {
  const slot = entry.passkeySlots?.find((one) => one.credentialId === credentialId)
  const raw = slot === undefined ? null : await openPasskeySlot(prf, slot, ownerOf(entry))
  if (raw === null) return { ok: false, reason: 'wrong_credentials' }
  const opened = await openedBy(ring, entry, raw, now, random)
  const newer = opened.ok ? undefined : await replacedSince(ring, entry)
  return newer === undefined ? opened : unlockWithPasskey(ring, newer, { credentialId, prf }, now, random)
}

/** Another tab has given the entry another data key while this one opened the one of before. */
async function replacedSince(ring: KeyRing, entry: RingEntry): Promise<RingEntry | undefined> {
  const current = await ring.get(entry.id)
  return current?.keyId === entry.keyId ? undefined : current
}

/** Some slot gave the raw key, by whichever way. */
export async function openedBy(
  ring: KeyRing,
  entry: RingEntry,
  raw: Bytes,
  now: number,
  random: RandomBytes,
): Promise<Unlocked> {
  const after = await ring.update(entry.id, (current) =>
    current.keyId === entry.keyId ? { ...current, wrongAttempts: 0, retryAt: 0, usedAt: now } : current,
  )
  // Gone, or of another data key by now: these bytes must never be taken for those of that one.
  if (after === undefined || after.keyId !== entry.keyId) {
    raw.fill(0)
    return { ok: false, reason: 'wrong_credentials' }
  }
  return { ok: true, key: await openKey(raw, after, random), entry: after }
}
