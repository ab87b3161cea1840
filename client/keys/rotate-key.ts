/**
 * Another data key for an account of this device, where somebody else may know the present one. What is written from now
 * on is sealed under it; what there is opens under the older one, which goes along sealed, and moves in quiet times.
 * Slots are made anew, passkeys' and the server's too: none of the old ones opens the new key. The entry is replaced
 * whole, in one transaction: at any moment there is a key that opens everything. SPEC: client/replica/SPEC.md, R50.
 */
import type { RandomBytes } from '../../shared/crypto/bytes.ts'
import { sealToEscrow } from '../../shared/crypto/escrow-slot.ts'
import { DATA_KEY_BYTES } from '../../shared/crypto/key-types.ts'
import { sealToPasskey } from '../../shared/crypto/passkey-slot.ts'
import { createWebDataKey } from '../../shared/crypto/web-data-key.ts'
import { escrowOwnerOf } from './change-slots.ts'
import type { KeyRing, RingEntry } from './key-ring.ts'
import { type OpenKey, openKey, ownerOf, sealOlder } from './open-key.ts'
import { uuid } from './random-id.ts'
import { replaceRecordKeys } from './record-keys.ts'
import { resealParts } from './sealed-parts.ts'
import { makeSlot } from './slots.ts'

/** What a new slot of the password is made from: without it, one that there is would have to go. */
export const canRotate = (entry: RingEntry, password: string | undefined): boolean =>
  password !== undefined || entry.passwordSlot === null

/** `deviceKey`: thumbprint of the device's own key. Undefined, and nothing changed, if the entry is another by now. */
export async function rotateKey(
  ring: KeyRing,
  entry: RingEntry,
  key: OpenKey,
  { password, deviceKey }: { readonly password?: string | undefined; readonly deviceKey: string },
  random: RandomBytes,
): Promise<{ readonly entry: RingEntry; readonly key: OpenKey } | undefined> {
  if (!canRotate(entry, password)) return undefined
  const raw = random(DATA_KEY_BYTES)
  const named = { ...entry, keyId: uuid(random) }
  const data = await createWebDataKey<CryptoKey>(crypto.subtle, raw, named.keyId)
  const owner = ownerOf(named)
  const passkeySlots = await Promise.all(
    (entry.passkeySlots ?? []).map(async (lock) => ({
      ...lock,
      slot: await sealToPasskey(lock, raw, owner, random),
    })),
  )
  const { escrowSlot } = entry
  const next: RingEntry = {
    ...named,
    ...(password !== undefined && (await makeSlot(password, raw, owner, random))),
    passkeySlots,
    ...(escrowSlot && {
      escrowSlot: {
        ...escrowSlot,
        slot: await sealToEscrow(escrowSlot, raw, escrowOwnerOf(named, deviceKey), random),
      },
    }),
    ...(await resealParts(entry, key.data, data, random)),
    records: await replaceRecordKeys(entry, key.data, data, random),
    // Without a record of one's own nothing is sealed by it outside of this entry.
    olderKeys: entry.clientId === '' ? [] : await sealOlder(entry, key, data, random),
    rotates: false,
    wrongAttempts: 0,
    retryAt: 0,
  }
  const opened = await openKey(raw, next, random)
  // Whatever another tab changed meanwhile (a slot, a record) counts more: then the next unlock replaces the key.
  const before = JSON.stringify(entry)
  const kept = await ring.update(entry.id, (current) => (JSON.stringify(current) === before ? next : current))
  return kept?.keyId === next.keyId ? { entry: next, key: opened } : undefined
}
