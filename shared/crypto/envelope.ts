/**
 * Envelope v1: the one format in which anything is at rest, on devices and on the server. An envelope opens only with
 * its key and in its place: moved, truncated or changed by one bit, it fails with a typed error and yields nothing.
 * Salt and nonce are made in here: no caller can reuse one. SPEC: shared/crypto/SPEC.md, E1 to E8.
 */
import { err, ok, type Result } from '../kernel/result.ts'
import { type Bytes, concat, lengthPrefixed, type RandomBytes, utf8 } from './bytes.ts'
import type { DataKey } from './key-types.ts'

const VERSION = 1
const SALT = 24
const NONCE = 12
const TAG = 16
const FORMAT = 'mentalspace.envelope.v1'

/** The place an envelope belongs to. All of it is authenticated, none of it is stored inside. */
export interface EnvelopeContext {
  readonly account: string
  readonly client: string
  readonly collection: string
  readonly documentId: string
  readonly schemaVersion: number
}

export type EnvelopeError =
  /** Fewer bytes than the smallest envelope. */
  | 'too_short'
  /** The first byte is no version this build knows. */
  | 'unknown_version'
  /** Sealed under another key: ask the key ring for `envelopeKeyId`. */
  | 'wrong_key'
  /** Not what was sealed here: changed, cut, moved to another place, or sealed under another key with this id. */
  | 'tampered'

const additionalData = (keyId: string, context: EnvelopeContext): Bytes =>
  lengthPrefixed(
    [
      FORMAT,
      keyId,
      context.account,
      context.client,
      context.collection,
      context.documentId,
      String(context.schemaVersion),
    ].map(utf8),
  )

export async function seal(
  key: DataKey,
  plaintext: Uint8Array,
  context: EnvelopeContext,
  random: RandomBytes,
): Promise<Bytes> {
  const salt = random(SALT)
  const nonce = random(NONCE)
  const keyId = utf8(key.keyId)
  const sealed = await key.encrypt({ salt, nonce, aad: additionalData(key.keyId, context) }, plaintext)
  return concat(Uint8Array.of(VERSION, keyId.length), keyId, salt, nonce, sealed)
}

interface Parts {
  readonly keyId: string
  readonly salt: Bytes
  readonly nonce: Bytes
  readonly sealed: Bytes
}

function split(envelope: Uint8Array): Result<Parts, EnvelopeError> {
  const [version, idLength] = envelope
  if (version === undefined || idLength === undefined) return err('too_short')
  if (version !== VERSION) return err('unknown_version')
  const saltAt = 2 + idLength
  if (envelope.length < saltAt + SALT + NONCE + TAG) return err('too_short')
  let keyId = ''
  for (const byte of envelope.subarray(2, saltAt)) keyId += String.fromCharCode(byte)
  return ok({
    keyId,
    salt: new Uint8Array(envelope.subarray(saltAt, saltAt + SALT)),
    nonce: new Uint8Array(envelope.subarray(saltAt + SALT, saltAt + SALT + NONCE)),
    sealed: new Uint8Array(envelope.subarray(saltAt + SALT + NONCE)),
  })
}

export async function open(
  key: DataKey,
  envelope: Uint8Array,
  context: EnvelopeContext,
): Promise<Result<Bytes, EnvelopeError>> {
  const parts = split(envelope)
  if (!parts.ok) return parts
  const { keyId, salt, nonce, sealed } = parts.value
  if (keyId !== key.keyId) return err('wrong_key')
  const plaintext = await key.decrypt({ salt, nonce, aad: additionalData(keyId, context) }, sealed)
  return plaintext === null ? err('tampered') : ok(plaintext)
}

/** Which key an envelope was sealed under, for the key ring to choose. It proves nothing: only `open` does. */
export function envelopeKeyId(envelope: Uint8Array): Result<string, EnvelopeError> {
  const parts = split(envelope)
  return parts.ok ? ok(parts.value.keyId) : parts
}

/** Bytes that an envelope adds to its plaintext. */
export const envelopeOverhead = (keyId: string): number => 2 + keyId.length + SALT + NONCE + TAG
