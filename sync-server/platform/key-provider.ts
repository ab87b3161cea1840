/**
 * Wraps the data keys of clients under the key-encryption key. This one holds the KEK in memory; a provider over a key
 * management service has the same interface and never shows its key.
 */
import { createHash, randomBytes } from 'node:crypto'
import { type Bytes, utf8 } from '../../shared/crypto/bytes.ts'
import { type EnvelopeContext, open, seal } from '../../shared/crypto/envelope.ts'
import { createNodeDataKey } from './node-data-key.ts'
import { StartError } from './start-error.ts'

export interface KeyProvider {
  /** Names the KEK beside every key it wraps. */
  readonly kekId: string
  /** Every KEK whose keys it opens, `kekId` among them. */
  readonly readable: readonly string[]
  wrap(raw: Uint8Array, context: EnvelopeContext): Promise<Uint8Array>
  /** Throws StartError-like plain text when the key was wrapped under another KEK or for another client. */
  unwrap(wrapped: Uint8Array, context: EnvelopeContext, kekId: string): Promise<Uint8Array>
}

/** Fresh random bytes, asked of the system some kilobytes at a time; each byte is given out once. */
export function randomBytesOf(length: number): Bytes {
  if (length > RESERVE / 4) return new Uint8Array(randomBytes(length))
  if (given + length > RESERVE) {
    reserve = randomBytes(RESERVE)
    given = 0
  }
  const bytes = new Uint8Array(reserve.subarray(given, given + length))
  reserve.fill(0, given, given + length)
  given += length
  return bytes
}
const RESERVE = 4_096
let reserve = Buffer.alloc(0)
let given = RESERVE

/** Several KEKs, so that one can follow another while servers run: the first wraps, all of them open. */
export function createKeyRing(providers: readonly KeyProvider[]): KeyProvider {
  const [current] = providers
  if (current === undefined) throw new Error('A key ring needs a key.')
  const byId = new Map(providers.map((provider) => [provider.kekId, provider]))
  return {
    kekId: current.kekId,
    readable: [...byId.keys()],
    wrap: (raw, context) => current.wrap(raw, context),
    // One that nobody here made is offered to the current one, which says so.
    unwrap: (wrapped, context, kekId) => (byId.get(kekId) ?? current).unwrap(wrapped, context, kekId),
  }
}

/** `kek`: 32 random bytes from the configuration. */
export function createKeyProvider({ kek }: { readonly kek: Uint8Array }): KeyProvider {
  const kekId = `kek-${createHash('sha256').update(utf8('mentalspace.kek-id')).update(kek).digest('hex').slice(0, 16)}`
  const key = createNodeDataKey(kek, kekId)
  return {
    kekId,
    readable: [kekId],
    wrap: (raw, context) => seal(key, raw, context, randomBytesOf),
    async unwrap(wrapped, context) {
      const opened = await open(key, wrapped, context)
      if (opened.ok) return opened.value
      throw new StartError(
        opened.error === 'wrong_key'
          ? 'PORTAL_KEK is not the key that the data in this database was sealed with. Start with the right one: nothing was changed.'
          : `A client's data key cannot be opened (${opened.error}).`,
      )
    },
  }
}
