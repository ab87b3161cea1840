/** The slots of passkeys that have the PRF extension: shared/crypto/passkey-slot as the key ring keeps it. */
import type { Bytes, RandomBytes } from '../../shared/crypto/bytes.ts'
import { makePasskeyLock, openWithPasskey, sealToPasskey } from '../../shared/crypto/passkey-slot.ts'
import type { SlotOwner } from '../../shared/crypto/password-slot.ts'
import type { PasskeySlot } from './key-ring.ts'

/** What using a passkey gave: as secret as a password, and like one it goes to the worker and is kept nowhere. */
export interface PasskeyOutput {
  /** Base64url. */
  readonly credentialId: string
  /** 32 bytes: the PRF extension's first result for `PRF_INPUT`. */
  readonly prf: Uint8Array
}

export async function makePasskeySlot(
  prf: Uint8Array,
  credentialId: string,
  rawKey: Uint8Array,
  owner: SlotOwner,
  random: RandomBytes,
): Promise<PasskeySlot> {
  const lock = makePasskeyLock(prf, credentialId, random)
  return { ...lock, slot: await sealToPasskey(lock, rawKey, owner, random) }
}

/** The raw data key (overwrite it after import), or null for another passkey. */
export async function openPasskeySlot(
  prf: Uint8Array,
  slot: PasskeySlot,
  owner: SlotOwner,
): Promise<Bytes | null> {
  const raw = await openWithPasskey(prf, slot, slot.slot, owner)
  return raw.ok ? raw.value : null
}
