/**
 * Ids that everybody derives alike: the same purpose and source always give the same UUID (version 8), so that doing
 * a thing twice makes one document. Not secret, and no proof of anything.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { lengthPrefixed, utf8 } from './bytes.ts'

export function derivedId(purpose: string, source: string): string {
  const hash = sha256(lengthPrefixed([utf8(purpose), utf8(source)])).slice(0, 16)
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80
  const hex = [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
