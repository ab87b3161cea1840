/**
 * Sealing to somebody who is not here: whoever has the public key can seal, only the secret key opens. A fresh X25519 key for
 * every box, whose agreement with the recipient's key becomes the data key of an ordinary envelope, with its place
 * and its refusals. SPEC: shared/crypto/SPEC.md, E13.
 */
import { x25519 } from '@noble/curves/ed25519.js'
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { err, ok, type Result } from '../kernel/result.ts'
import { type Bytes, concat, type RandomBytes, utf8 } from './bytes.ts'
import { type EnvelopeContext, type EnvelopeError, envelopeKeyId, open, seal } from './envelope.ts'
import { createNobleDataKey } from './noble-data-key.ts'

const VERSION = 1
export const BOX_KEY_BYTES = 32
const HEAD = 1 + BOX_KEY_BYTES
const INFO = utf8('mentalspace.sealed-box.v1')

/** Named inside every box, so that the recipient finds the secret key that belongs to it. */
export interface BoxRecipient {
  readonly keyId: string
  readonly publicKey: Uint8Array
}
export interface BoxSecret {
  readonly keyId: string
  readonly secretKey: Uint8Array
}

/** `secretKey`: 32 random bytes, or such as only one person can derive. */
export const publicKeyOf = (secretKey: Uint8Array): Bytes => new Uint8Array(x25519.getPublicKey(secretKey))

/** Null for a public key that agrees with everybody on the same secret (a point of small order). */
function agree(
  keyId: string,
  ours: Uint8Array,
  theirs: Uint8Array,
  keys: { readonly passing: Uint8Array; readonly recipient: Uint8Array },
) {
  try {
    const secret = x25519.getSharedSecret(ours, theirs)
    const raw = hkdf(sha256, secret, concat(keys.passing, keys.recipient), INFO, 32)
    secret.fill(0)
    const key = createNobleDataKey(raw, keyId)
    raw.fill(0)
    return key
  } catch {
    return null
  }
}

/** Which secret key a box is for; it proves nothing. Undefined for what is no box. */
export function boxKeyId(box: Uint8Array): string | undefined {
  if (box[0] !== VERSION || box.length <= HEAD) return undefined
  const keyId = envelopeKeyId(new Uint8Array(box.subarray(HEAD)))
  return keyId.ok ? keyId.value : undefined
}

/** Throws RangeError for a key that nobody's secret key has made. */
export async function sealTo(
  recipient: BoxRecipient,
  plaintext: Uint8Array,
  context: EnvelopeContext,
  random: RandomBytes,
): Promise<Bytes> {
  const secret = random(BOX_KEY_BYTES)
  const passing = publicKeyOf(secret)
  const key = agree(recipient.keyId, secret, recipient.publicKey, { passing, recipient: recipient.publicKey })
  secret.fill(0)
  if (key === null) throw new RangeError('This is no public key that can be sealed to.')
  return concat(Uint8Array.of(VERSION), passing, await seal(key, plaintext, context, random))
}

export async function openBox(
  { keyId, secretKey }: BoxSecret,
  box: Uint8Array,
  context: EnvelopeContext,
): Promise<Result<Bytes, EnvelopeError>> {
  if (box.length <= HEAD) return err('too_short')
  if (box[0] !== VERSION) return err('unknown_version')
  const passing = new Uint8Array(box.subarray(1, HEAD))
  const key = agree(keyId, secretKey, passing, { passing, recipient: publicKeyOf(secretKey) })
  if (key === null) return err('tampered')
  const opened = await open(key, new Uint8Array(box.subarray(HEAD)), context)
  return opened.ok ? ok(opened.value) : opened
}
