/**
 * Opening a replica with the password alone, with no network. After five wrong passwords each further one has to
 * wait; the count is on the disk, so a restart does not help.
 *
 * The password slot is never deleted after ten wrong passwords as long as it is the only slot: without escrow or a
 * passkey that would destroy unsent answers, and nothing a client types may be lost. The wait keeps growing instead.
 */

import type { Bytes, RandomBytes } from '../../shared/crypto/bytes.ts'
import { open, seal } from '../../shared/crypto/envelope.ts'
import type { DataKey } from '../../shared/crypto/key-types.ts'
import { createWebDataKey } from '../../shared/crypto/web-data-key.ts'
import type { KeyRing, RingEntry } from './key-ring.ts'
import { makeSlot, openSlot } from './slots.ts'

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
  | { readonly ok: true; readonly key: OpenKey; readonly entry: RingEntry }
  | { readonly ok: false; readonly reason: 'wrong_credentials' }
  | { readonly ok: false; readonly reason: 'backed_off'; readonly retryAt: number }

export async function unlockEntry(
  ring: KeyRing,
  entry: RingEntry,
  password: string,
  now: number,
  random: RandomBytes,
): Promise<Unlocked> {
  if (entry.retryAt > now) return { ok: false, reason: 'backed_off', retryAt: entry.retryAt }
  const raw = await openSlot(password, entry, ownerOf(entry))
  // The entry may have changed while the password was tried: other tabs count too, and may have removed it.
  if (raw === null) {
    const after = await ring.update(entry.id, (current) => {
      const wrongAttempts = current.wrongAttempts + 1
      const wait = waitAfter(wrongAttempts)
      return { ...current, wrongAttempts, retryAt: wait === 0 ? 0 : now + wait }
    })
    return after === undefined || after.retryAt === 0
      ? { ok: false, reason: 'wrong_credentials' }
      : { ok: false, reason: 'backed_off', retryAt: after.retryAt }
  }
  const opened = await ring.update(entry.id, (current) => ({
    ...current,
    wrongAttempts: 0,
    retryAt: 0,
    usedAt: now,
  }))
  if (opened === undefined) {
    raw.fill(0)
    return { ok: false, reason: 'wrong_credentials' }
  }
  return { ok: true, key: await openKey(raw, entry.keyId, random), entry: opened }
}

/** A data key in use. */
export interface OpenKey {
  readonly data: DataKey
  /** The raw key sealed under itself: for a new slot, and worth nothing to anybody who has not the key. */
  readonly self: Bytes
}

const selfContext = (keyId: string) => ({
  account: '',
  client: '',
  collection: 'data-key',
  documentId: keyId,
  schemaVersion: 1,
})

/** Takes the raw key's bytes and overwrites them: afterwards only WebCrypto has it, and does not give it out. */
export async function openKey(raw: Bytes, keyId: string, random: RandomBytes): Promise<OpenKey> {
  const data = await createWebDataKey<CryptoKey>(crypto.subtle, raw, keyId)
  const self = await seal(data, raw, selfContext(keyId), random)
  raw.fill(0)
  return { data, self }
}

/** The password was changed elsewhere and the server has just accepted the new one: it opens this replica from now on. */
export async function changeSlot(
  ring: KeyRing,
  entry: RingEntry,
  key: OpenKey,
  password: string,
  random: RandomBytes,
): Promise<void> {
  const raw = await open(key.data, key.self, selfContext(entry.keyId))
  if (!raw.ok) throw new Error(`the key does not open itself: ${raw.error}`)
  const slot = await makeSlot(password, raw.value, ownerOf(entry), random)
  raw.value.fill(0)
  await ring.update(entry.id, (current) => ({ ...current, ...slot, wrongAttempts: 0, retryAt: 0 }))
}
