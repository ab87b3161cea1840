/**
 * Passkey slot: the local data key, sealed to a key that only the passkey's PRF output makes. As it is sealed to the public half, the
 * slot can be made anew for another data key while the passkey is not at hand. SPEC: shared/crypto/SPEC.md, E14.
 */
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { err, ok, type Result } from '../kernel/result.ts'
import { type Bytes, lengthPrefixed, type RandomBytes, utf8 } from './bytes.ts'
import type { EnvelopeError } from './envelope.ts'
import { DATA_KEY_BYTES } from './key-types.ts'
import type { SlotOwner } from './password-slot.ts'
import { openBox, publicKeyOf, sealTo } from './sealed-box.ts'

export const PRF_BYTES = 32
const SLOT_KEY_ID = 'passkey-slot'

/** What a passkey can open; nothing in it is secret. */
export interface PasskeyLock {
  /** WebAuthn's id of the passkey, base64url. */
  readonly credentialId: string
  readonly salt: Uint8Array
  readonly publicKey: Uint8Array
}

const context = (owner: SlotOwner, credentialId: string) => ({
  account: owner.account,
  client: owner.device,
  collection: `${SLOT_KEY_ID}/${credentialId}`,
  documentId: owner.keyId,
  schemaVersion: 1,
})

function secretOf(prf: Uint8Array, credentialId: string, salt: Uint8Array): Uint8Array {
  if (prf.length !== PRF_BYTES) throw new RangeError('A PRF output has 32 bytes.')
  const info = lengthPrefixed([utf8('mentalspace.passkey-slot.v1'), utf8(credentialId)])
  return hkdf(sha256, prf, salt, info, 32)
}

export function makePasskeyLock(prf: Uint8Array, credentialId: string, random: RandomBytes): PasskeyLock {
  const salt = random(24)
  const secret = secretOf(prf, credentialId, salt)
  const publicKey = publicKeyOf(secret)
  secret.fill(0)
  return { credentialId, salt, publicKey }
}

/** Needs no passkey. */
export function sealToPasskey(
  { credentialId, publicKey }: PasskeyLock,
  rawKey: Uint8Array,
  owner: SlotOwner,
  random: RandomBytes,
): Promise<Bytes> {
  if (rawKey.length !== DATA_KEY_BYTES) throw new RangeError('A data key has 32 bytes.')
  return sealTo({ keyId: SLOT_KEY_ID, publicKey }, rawKey, context(owner, credentialId), random)
}

/** Overwrite the key after import. */
export async function openWithPasskey(
  prf: Uint8Array,
  { credentialId, salt }: PasskeyLock,
  slot: Uint8Array,
  owner: SlotOwner,
): Promise<Result<Bytes, EnvelopeError>> {
  const secretKey = secretOf(prf, credentialId, salt)
  const raw = await openBox({ keyId: SLOT_KEY_ID, secretKey }, slot, context(owner, credentialId))
  secretKey.fill(0)
  if (!raw.ok) return raw
  return raw.value.length === DATA_KEY_BYTES ? ok(raw.value) : err('tampered')
}
