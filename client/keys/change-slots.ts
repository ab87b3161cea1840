/** New slots for an open replica: what else opens it from now on. */
import type { RandomBytes } from '../../shared/crypto/bytes.ts'
import { type EscrowOwner, sealToEscrow } from '../../shared/crypto/escrow-slot.ts'
import type { BoxRecipient } from '../../shared/crypto/sealed-box.ts'
import type { KeyRing, RingEntry } from './key-ring.ts'
import { type OpenKey, ownerOf, withRaw } from './open-key.ts'
import { makePasskeySlot, type PasskeyOutput } from './passkey-slots.ts'
import { makeSlot } from './slots.ts'

/** The password was changed elsewhere and the server has just accepted the new one: it opens this replica from now on. */
export async function changeSlot(
  ring: KeyRing,
  entry: RingEntry,
  key: OpenKey,
  password: string,
  random: RandomBytes,
): Promise<void> {
  const slot = await withRaw(entry, key, (raw) => makeSlot(password, raw, ownerOf(entry), random))
  await ring.update(entry.id, (current) => ({ ...current, ...slot, wrongAttempts: 0, retryAt: 0 }))
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
  await ring.update(entry.id, (current) => ({
    ...current,
    passkeySlots: [...otherPasskeys(current, credentialId), slot],
  }))
}

/** Of an open replica, so that a way in always stays: whoever is in got in by one. */
export async function removePasskeySlot(
  ring: KeyRing,
  entry: RingEntry,
  credentialId: string,
): Promise<void> {
  await ring.update(entry.id, (current) => ({
    ...current,
    passkeySlots: otherPasskeys(current, credentialId),
  }))
}

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
  await ring.update(entry.id, (current) => ({ ...current, escrowSlot: { keyId, publicKey, slot } }))
}
