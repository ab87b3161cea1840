/**
 * What the server seals for one client: JSON values in envelopes that open only under this client's key and in their
 * place (collection and document). SPEC: shared/crypto/SPEC.md.
 */
import { createHmac, hkdfSync } from 'node:crypto'
import { fromUtf8, utf8 } from '../../shared/crypto/bytes.ts'
import { openOfAnyVersionNow, sealNow } from '../../shared/crypto/envelope.ts'
import type { ImmediateKey } from '../../shared/crypto/key-types.ts'
import { randomBytesOf } from './key-provider.ts'
import { createNodeDataKey } from './node-data-key.ts'

export interface Place {
  readonly collection: string
  readonly documentId: string
  readonly schema: number
}

/** What is stored cannot be what was sealed here: a bit of it was changed, it was moved, or its key is gone. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError'
  readonly place: Place
  constructor(place: Place, why: string) {
    super(`A sealed value of ${place.collection} cannot be opened (${why}).`)
    this.place = place
  }
}

export interface ClientCipher {
  seal(place: Place, value: unknown): Uint8Array
  /** Throws UnreadableError. */
  open(place: Place, envelope: Uint8Array): unknown
  /** The same, with the document schema that it was sealed under: `place.schema` or an older one. */
  openOfAnyVersion(place: Place, envelope: Uint8Array): { readonly value: unknown; readonly schema: number }
  /** Keyed hash: finds equal texts of this client without showing them. */
  tag(text: string): string
  /** Names the key that seals. */
  readonly keyId: string
  /** How often the client's set of keys had changed when these were read. */
  readonly changes: number
}

export interface RawKey {
  readonly keyId: string
  readonly raw: Uint8Array
}

/** Of a client's first data key: what the field tags were made with before they had a stored key, and still are. */
export const deriveTagKey = (raw: Uint8Array): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', raw, '', 'mentalspace.field-tag.v1', 32))

/** `keys`: oldest first; the newest seals, every one opens. At least one. */
export function createClientCipher(
  clientId: string,
  keys: readonly [RawKey, ...RawKey[]],
  { tagKey, changes = 0 }: { readonly tagKey?: Uint8Array | undefined; readonly changes?: number } = {},
): ClientCipher {
  const [oldest] = keys
  const { keyId, raw } = keys.at(-1) ?? oldest
  const before = keys.slice(0, -1)
  const older = new Map(before.map((key) => [key.keyId, createNodeDataKey(key.raw, key.keyId)]))
  const newest: ImmediateKey = { ...createNodeDataKey(raw, keyId), older }
  const ofTags = Uint8Array.from(tagKey ?? deriveTagKey(oldest.raw))
  const context = (place: Place) => ({
    account: 'server',
    client: clientId,
    collection: place.collection,
    documentId: place.documentId,
    schemaVersion: place.schema,
  })
  const openAny: ClientCipher['openOfAnyVersion'] = (place, envelope) => {
    const opened = openOfAnyVersionNow(newest, envelope, context(place))
    if (!opened.ok) throw new UnreadableError(place, opened.error)
    const { plaintext, schemaVersion } = opened.value
    return { value: JSON.parse(fromUtf8(plaintext)), schema: schemaVersion }
  }
  return {
    seal: (place, value) => sealNow(newest, utf8(JSON.stringify(value)), context(place), randomBytesOf),
    open: (place, envelope) => openAny(place, envelope).value,
    openOfAnyVersion: openAny,
    tag: (text) => createHmac('sha256', ofTags).update(text).digest('base64url').slice(0, 22),
    keyId,
    changes,
  }
}
