/**
 * The one way in which anything is at rest, on devices and on the server. An envelope opens only with its key and in
 * its place: moved, truncated or changed by one bit, it fails with a typed error and yields nothing. Salt and nonce are
 * made in here: no caller can choose one. SPEC: shared/crypto/SPEC.md, E1 to E8, E11 and E12.
 */
import { err, ok, type Result } from '../kernel/result.ts'
import { type Bytes, concat, lengthPrefixedTexts, type RandomBytes, utf8 } from './bytes.ts'
import type { CipherInput, DataKey, ImmediateKey } from './key-types.ts'

/** The layout behind a version byte. Sizes in bytes. */
export interface EnvelopeFormat {
  readonly version: number
  /** Authenticated with the place, so that no envelope can pass for one of another format. */
  readonly name: string
  readonly salt: number
  readonly nonce: number
  readonly tag: number
}
export const ENVELOPE_V1: EnvelopeFormat = {
  version: 1,
  name: 'mentalspace.envelope.v1',
  salt: 24,
  nonce: 12,
  tag: 16,
}

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

const additionalData = (format: EnvelopeFormat, keyId: string, context: EnvelopeContext): Bytes =>
  lengthPrefixedTexts([
    format.name,
    keyId,
    context.account,
    context.client,
    context.collection,
    context.documentId,
    String(context.schemaVersion),
  ])

interface Parts {
  readonly format: EnvelopeFormat
  readonly keyId: string
  readonly salt: Bytes
  readonly nonce: Bytes
  readonly sealed: Bytes
}

export interface Envelopes {
  seal(key: DataKey, plaintext: Uint8Array, context: EnvelopeContext, random: RandomBytes): Promise<Bytes>
  open(key: DataKey, envelope: Uint8Array, context: EnvelopeContext): Promise<Result<Bytes, EnvelopeError>>
  /** Opens what was sealed under the context's document schema or an older one, and says which it was. */
  openOfAnyVersion(
    key: DataKey,
    envelope: Uint8Array,
    context: EnvelopeContext,
  ): Promise<Result<{ readonly plaintext: Bytes; readonly schemaVersion: number }, EnvelopeError>>
  /** `seal` and `openOfAnyVersion` with a key that needs no waiting: the same bytes, the same refusals. */
  sealNow(key: ImmediateKey, plaintext: Uint8Array, context: EnvelopeContext, random: RandomBytes): Bytes
  openOfAnyVersionNow(
    key: ImmediateKey,
    envelope: Uint8Array,
    context: EnvelopeContext,
  ): Result<{ readonly plaintext: Bytes; readonly schemaVersion: number }, EnvelopeError>
  /** Which key an envelope was sealed under, for the key ring to choose. It proves nothing: only `open` does. */
  envelopeKeyId(envelope: Uint8Array): Result<string, EnvelopeError>
}

/**
 * Envelopes that are sealed under one sub-key. Few enough that random nonces do not meet (the chance stays below 2^-81),
 * enough that deriving one costs next to nothing beside sealing.
 */
const SEALS_PER_SALT = 256

/** Bytes of an envelope as they are, where WebCrypto takes them so: it refuses views of shared memory. */
const part = (envelope: Uint8Array, from: number, to?: number): Bytes =>
  envelope.buffer instanceof ArrayBuffer
    ? (envelope.subarray(from, to) as Bytes)
    : new Uint8Array(envelope.subarray(from, to))

/** `formats`: newest first. The newest seals, every one opens. */
export function createEnvelopes(formats: readonly [EnvelopeFormat, ...EnvelopeFormat[]]): Envelopes {
  const [newest] = formats
  const salts = new WeakMap<object, { readonly salt: Bytes; left: number }>()

  const saltFor = (key: object, random: RandomBytes): Bytes => {
    let current = salts.get(key)
    if (current === undefined || current.left === 0) {
      current = { salt: random(newest.salt), left: SEALS_PER_SALT }
      salts.set(key, current)
    }
    current.left -= 1
    return current.salt
  }

  function split(envelope: Uint8Array): Result<Parts, EnvelopeError> {
    const [version, idLength] = envelope
    if (version === undefined || idLength === undefined) return err('too_short')
    const format = formats.find((known) => known.version === version)
    if (format === undefined) return err('unknown_version')
    const saltAt = 2 + idLength
    const nonceAt = saltAt + format.salt
    const sealedAt = nonceAt + format.nonce
    if (envelope.length < sealedAt + format.tag) return err('too_short')
    let keyId = ''
    for (const byte of envelope.subarray(2, saltAt)) keyId += String.fromCharCode(byte)
    return ok({
      format,
      keyId,
      salt: part(envelope, saltAt, nonceAt),
      nonce: part(envelope, nonceAt, sealedAt),
      sealed: part(envelope, sealedAt),
    })
  }

  const inputOf = ({ format, keyId, salt, nonce }: Parts, context: EnvelopeContext): CipherInput => ({
    salt,
    nonce,
    aad: additionalData(format, keyId, context),
  })
  /** With the key it names: the present one, or one that this replaced. */
  const ofKey = <Key extends { readonly keyId: string; readonly older?: ReadonlyMap<string, Key> }>(
    envelope: Uint8Array,
    key: Key,
  ): Result<{ readonly parts: Parts; readonly opener: Key }, EnvelopeError> => {
    const parts = split(envelope)
    if (!parts.ok) return parts
    const opener = parts.value.keyId === key.keyId ? key : key.older?.get(parts.value.keyId)
    return opener === undefined ? err('wrong_key') : ok({ parts: parts.value, opener })
  }

  const openOfAnyVersion: Envelopes['openOfAnyVersion'] = async (key, envelope, context) => {
    const found = ofKey(envelope, key)
    if (!found.ok) return found
    const { parts, opener } = found.value
    for (let schemaVersion = context.schemaVersion; schemaVersion >= 1; schemaVersion -= 1) {
      const input = inputOf(parts, { ...context, schemaVersion })
      const plaintext = await opener.decrypt(input, parts.sealed)
      if (plaintext !== null) return ok({ plaintext, schemaVersion })
    }
    return err('tampered')
  }

  /** What a new envelope begins with, and what its ciphertext is made with. */
  function begin(key: DataKey | ImmediateKey, context: EnvelopeContext, random: RandomBytes) {
    const { keyId } = key
    const salt = saltFor(key, random)
    const nonce = random(newest.nonce)
    const id = utf8(keyId)
    return {
      head: [Uint8Array.of(newest.version, id.length), id, salt, nonce],
      input: { salt, nonce, aad: additionalData(newest, keyId, context) },
    }
  }

  return {
    async seal(key, plaintext, context, random) {
      const { head, input } = begin(key, context, random)
      return concat(...head, await key.encrypt(input, plaintext))
    },
    sealNow(key, plaintext, context, random) {
      const { head, input } = begin(key, context, random)
      return concat(...head, key.encryptNow(input, plaintext))
    },
    openOfAnyVersionNow(key, envelope, context) {
      const found = ofKey(envelope, key)
      if (!found.ok) return found
      const { parts, opener } = found.value
      for (let schemaVersion = context.schemaVersion; schemaVersion >= 1; schemaVersion -= 1) {
        const input = inputOf(parts, { ...context, schemaVersion })
        const plaintext = opener.decryptNow(input, parts.sealed)
        if (plaintext !== null) return ok({ plaintext, schemaVersion })
      }
      return err('tampered')
    },
    async open(key, envelope, context) {
      const found = ofKey(envelope, key)
      if (!found.ok) return found
      const { parts, opener } = found.value
      const plaintext = await opener.decrypt(inputOf(parts, context), parts.sealed)
      return plaintext === null ? err('tampered') : ok(plaintext)
    },
    openOfAnyVersion,
    envelopeKeyId(envelope) {
      const parts = split(envelope)
      return parts.ok ? ok(parts.value.keyId) : parts
    },
  }
}

/** Every format that was ever in use, newest first: none is ever removed. */
export const { seal, sealNow, open, openOfAnyVersion, openOfAnyVersionNow, envelopeKeyId } = createEnvelopes([
  ENVELOPE_V1,
])

/** Bytes that an envelope adds to its plaintext. */
export const envelopeOverhead = (keyId: string): number =>
  2 + keyId.length + ENVELOPE_V1.salt + ENVELOPE_V1.nonce + ENVELOPE_V1.tag
