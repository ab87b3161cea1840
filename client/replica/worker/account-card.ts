/**
 * Whose account it is and which records it may open, as the clinic said last: sealed under the account's key in the
 * key ring, so that an unlock with no network knows it, and nobody else does. SPEC: client/replica/SPEC.md, R45.
 */
import { fromUtf8, type RandomBytes, utf8 } from '../../../shared/crypto/bytes.ts'
import type { KeyRing, RingEntry } from '../../keys/key-ring.ts'
import type { OpenKey } from '../../keys/open-key.ts'
import { openPart, writePart } from '../../keys/sealed-parts.ts'
import type { OpenRecord, Person } from '../portal-session.ts'

export interface AccountCard {
  readonly person: Person
  readonly records: readonly OpenRecord[]
}

/** Undefined for an entry of a build before cards. */
export async function readCard(entry: RingEntry, key: OpenKey): Promise<AccountCard | undefined> {
  const opened = await openPart(entry, key.data, 'card')
  return opened?.ok ? (JSON.parse(fromUtf8(opened.value)) as AccountCard) : undefined
}

export const writeCard = (
  ring: KeyRing,
  entry: RingEntry,
  key: OpenKey,
  card: AccountCard,
  random: RandomBytes,
): Promise<void> => writePart(ring, entry, key, 'card', utf8(JSON.stringify(card)), random)

/** The clinic's list; null for what is none. */
export function recordsOf(body: unknown): readonly OpenRecord[] | null {
  const items: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'items') : undefined
  if (!Array.isArray(items)) return null
  return (items as Record<string, unknown>[]).map(({ client, name, own, scopes, until }) => ({
    client: String(client),
    name: String(name),
    own: own === true,
    scopes: Object.entries((scopes ?? {}) as object).map(([area, level]) => `${area}:${String(level)}`),
    until: typeof until === 'number' ? until : null,
  }))
}
