/**
 * Opening a replica with the password alone, with no network. After five wrong passwords each further one has to
 * wait; the count is on the disk, so a restart does not help.
 *
 * The password slot is never deleted after ten wrong passwords as long as it is the only slot: without escrow or a
 * passkey that would destroy unsent answers, and nothing a client types may be lost. The wait keeps growing instead.
 */

import type { DataKey } from '../../shared/crypto/key-types.ts'
import { createWebDataKey } from '../../shared/crypto/web-data-key.ts'
import type { KeyRing, RingEntry } from './key-ring.ts'
import { openSlot } from './slots.ts'

const FREE_ATTEMPTS = 5
const FIRST_WAIT_MS = 30_000
const LONGEST_WAIT_MS = 60 * 60 * 1000

/** How long to wait after so many wrong passwords in a row, ms. */
export const waitAfter = (wrongAttempts: number): number =>
  wrongAttempts < FREE_ATTEMPTS
    ? 0
    : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (wrongAttempts - FREE_ATTEMPTS))

export const ownerOf = (entry: Pick<RingEntry, 'accountId' | 'deviceId' | 'keyId'>) => ({
  account: entry.accountId,
  device: entry.deviceId,
  keyId: entry.keyId,
})

export type Unlocked =
  | { readonly ok: true; readonly key: DataKey; readonly entry: RingEntry }
  | { readonly ok: false; readonly reason: 'wrong_credentials' }
  | { readonly ok: false; readonly reason: 'backed_off'; readonly retryAt: number }

export async function unlockEntry(
  ring: KeyRing,
  entry: RingEntry,
  password: string,
  now: number,
): Promise<Unlocked> {
  if (entry.retryAt > now) return { ok: false, reason: 'backed_off', retryAt: entry.retryAt }
  const raw = await openSlot(password, entry, ownerOf(entry))
  if (raw === null) {
    const wrongAttempts = entry.wrongAttempts + 1
    const wait = waitAfter(wrongAttempts)
    await ring.put({ ...entry, wrongAttempts, retryAt: wait === 0 ? 0 : now + wait })
    return wait === 0
      ? { ok: false, reason: 'wrong_credentials' }
      : { ok: false, reason: 'backed_off', retryAt: now + wait }
  }
  const key = await importKey(raw, entry.keyId)
  const opened = { ...entry, wrongAttempts: 0, retryAt: 0, usedAt: now }
  await ring.put(opened)
  return { ok: true, key, entry: opened }
}

/** Takes the raw key's bytes and overwrites them: afterwards only WebCrypto has it, and does not give it out. */
export async function importKey(raw: Uint8Array<ArrayBuffer>, keyId: string): Promise<DataKey> {
  const key = await createWebDataKey<CryptoKey>(crypto.subtle, raw, keyId)
  raw.fill(0)
  return key
}
