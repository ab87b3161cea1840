/** New slots for an open replica: what else opens it from now on. */
import type { RandomBytes } from '../../shared/crypto/bytes.ts'
import { type EscrowOwner, sealToEscrow } from '../../shared/crypto/escrow-slot.ts'
import type { BoxRecipient } from '../../shared/crypto/sealed-box.ts'
import type { KeyRing, RingEntry } from './key-ring.ts'
import { type OpenKey, ownerOf, withRaw } from './open-key.ts'
import { makePasskeySlot, type PasskeyOutput } from './passkey-slots.ts'
import { makeSlot } from './slots.ts'

/** A slot of this data key is none of another: where the entry has got one meanwhile, it stays as it is. */
const updateSlots = (ring: KeyRing, entry: RingEntry, change: (current: RingEntry) => Partial<RingEntry>) =>
  ring.update(entry.id, (current) =>
    current.keyId === entry.keyId ? { ...current, ...change(current) } : current,
  )

/**
 * The password was changed and the server has just accepted the new one: it opens this replica from now on. Whoever knew
 * the old one may know the data key: it is replaced at the next unlock.
 */
export async function changeSlot(
  ring: KeyRing,
  entry: RingEntry,
  key: OpenKey,
  password: string,
  random: RandomBytes,
): Promise<void> {
  const slot = await withRaw(entry, key, (raw) => makeSlot(password, raw, ownerOf(entry), random))
  await updateSlots(ring, entry, () => ({ ...slot, rotates: true, wrongAttempts: 0, retryAt: 0 }))
}

/** This passkey opens the replica from now on, with no network. A slot that it had is replaced. */
export async function addPasskeySlot(
  ring: KeyRing,
  entry: RingEntry,
  key: OpenKey,
  { credentialId, prf }: PasskeyOutput,
  random: RandomBytes,
): Promise<void> {
  const slot = await withRaw(entry, key, (raw) =>
    makePasskeySlot(prf, credentialId, raw, ownerOf(entry), random),
  )
  await updateSlots(ring, entry, (current) => ({
    passkeySlots: [...otherPasskeys(current, credentialId), slot],
  }))
}

/**
 * Of an open replica, so that a way in always stays: whoever is in got in by one. What it opened it may have given away: the
 * data key is replaced at the next unlock.
 */
export async function removePasskeySlot(
  ring: KeyRing,
  entry: RingEntry,
  credentialId: string,
): Promise<void> {
  await ring.update(entry.id, (current) => ({
    ...current,
    passkeySlots: otherPasskeys(current, credentialId),
    rotates: true,
  }))
}

/** Somebody else may know what opened it until now: the data key is replaced at the next unlock by password. */
export const replaceAtNextUnlock = (ring: KeyRing, entry: RingEntry): Promise<unknown> =>
  ring.update(entry.id, (current) => ({ ...current, rotates: true }))

const otherPasskeys = ({ passkeySlots = [] }: RingEntry, credentialId: string) =>
  passkeySlots.filter((slot) => slot.credentialId !== credentialId)

/** As the server sees this device; `deviceKey`: the thumbprint of the device's own key. */
export const escrowOwnerOf = (entry: RingEntry, deviceKey: string): EscrowOwner => ({
  account: entry.accountId,
  client: entry.clientId,
  device: entry.deviceId,
  deviceKey,
  keyId: entry.keyId,
})

/** Whoever signs in here with another password than the one that opens this replica can have it opened. */
export async function keepInTrust(
  ring: KeyRing,
  entry: RingEntry,
  key: OpenKey,
  { keyId, publicKey }: BoxRecipient,
  deviceKey: string,
  random: RandomBytes,
): Promise<void> {
  const owner = escrowOwnerOf(entry, deviceKey)
  const slot = await withRaw(entry, key, (raw) => sealToEscrow({ keyId, publicKey }, raw, owner, random))
  await updateSlots(ring, entry, () => ({ escrowSlot: { keyId, publicKey, slot } }))
}
