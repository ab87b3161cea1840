/**
 * Password slot: the local data key, wrapped under a key that needs both the password (through Argon2id) and a secret
 * of this device. Argon2id itself runs outside (32 MiB, t=3, p=1); here are only its 32 bytes of output.
 * SPEC: shared/crypto/SPEC.md, E9.
 */
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { err, ok, type Result } from '../kernel/result.ts'
import { type Bytes, lengthPrefixed, type RandomBytes, utf8 } from './bytes.ts'
import { type EnvelopeError, open, seal } from './envelope.ts'
import { DATA_KEY_BYTES } from './key-types.ts'
import { createNobleDataKey } from './noble-data-key.ts'

const SLOT_KEY_ID = 'password-slot'

export interface SlotSecret {
  /** Argon2id output, 32 bytes. */
  readonly passwordHash: Uint8Array
  /** Random, made once per installation, at least 16 bytes. */
  readonly deviceSecret: Uint8Array
}

/** Whose slot it is: a slot copied to another account or device record does not open. */
export interface SlotOwner {
  readonly account: string
  readonly device: string
  /** Id of the wrapped data key. */
  readonly keyId: string
}

function slotKey({ passwordHash, deviceSecret }: SlotSecret) {
  if (passwordHash.length !== 32) throw new RangeError('An Argon2id output has 32 bytes here.')
  if (deviceSecret.length < 16) throw new RangeError('A device secret has at least 16 bytes.')
  const input = lengthPrefixed([passwordHash, deviceSecret])
  return createNobleDataKey(
    hkdf(sha256, input, undefined, utf8('mentalspace.password-slot.v1'), 32),
    SLOT_KEY_ID,
  )
}

const context = (owner: SlotOwner) => ({
  account: owner.account,
  client: owner.device,
  collection: SLOT_KEY_ID,
  documentId: owner.keyId,
  schemaVersion: 1,
})

export function wrapDataKey(
  secret: SlotSecret,
  rawKey: Uint8Array,
  owner: SlotOwner,
  random: RandomBytes,
): Promise<Bytes> {
  if (rawKey.length !== DATA_KEY_BYTES) throw new RangeError('A data key has 32 bytes.')
  return seal(slotKey(secret), rawKey, context(owner), random)
}

/** `tampered` is what a wrong password looks like: the two cannot be told apart. Overwrite the key after import. */
export async function unwrapDataKey(
  secret: SlotSecret,
  slot: Uint8Array,
  owner: SlotOwner,
): Promise<Result<Bytes, EnvelopeError>> {
  const raw = await open(slotKey(secret), slot, context(owner))
  if (!raw.ok) return raw
  return raw.value.length === DATA_KEY_BYTES ? ok(raw.value) : err('tampered')
}
