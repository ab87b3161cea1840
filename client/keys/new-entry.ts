/**
 * A new replica's entry in the key ring: a fresh data key in a slot of the password or a passkey, and a random database name. An entry of
 * the same account whose slot this password does not open (it was changed elsewhere) stays as it is: it may hold
 * unsent answers, and its old password still opens it.
 */
import { DATA_KEY_BYTES } from '../../shared/crypto/key-types.ts'
import type { KeyRing, RingEntry } from './key-ring.ts'
import { type OpenKey, openKey, ownerOf } from './open-key.ts'
import { makePasskeySlot, type PasskeyOutput } from './passkey-slots.ts'
import { uuid } from './random-id.ts'
import { makeSlot } from './slots.ts'

export interface NewEntry {
  readonly email: string
  /** At least one of the two. */
  readonly password?: string | undefined
  readonly passkey?: PasskeyOutput | undefined
  readonly accountId: string
  readonly clientId: string
  readonly deviceId: string
}

export async function createEntry(
  ring: KeyRing,
  { email, password, passkey, accountId, clientId, deviceId }: NewEntry,
  random: (length: number) => Uint8Array<ArrayBuffer>,
  now: number,
): Promise<{ entry: RingEntry; key: OpenKey }> {
  const raw = random(DATA_KEY_BYTES)
  const ids = { accountId, deviceId, keyId: uuid(random) }
  const slot =
    password === undefined
      ? { deviceSecret: random(32), passwordSlot: null }
      : await makeSlot(password, raw, ownerOf(ids), random)
  const passkeySlots =
    passkey === undefined
      ? []
      : [await makePasskeySlot(passkey.prf, passkey.credentialId, raw, ownerOf(ids), random)]
  const entry: RingEntry = {
    ...ids,
    ...slot,
    passkeySlots,
    id: uuid(random),
    emailHash: await ring.hashEmail(email),
    databaseName: `replica-${uuid(random)}`,
    clientId,
    wrongAttempts: 0,
    retryAt: 0,
    usedAt: now,
  }
  await ring.put(entry)
  return { entry, key: await openKey(raw, entry, random) }
}
