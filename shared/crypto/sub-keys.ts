/**
 * The sub-keys used last, by their salt: envelopes that were sealed one after the other share one, and deriving it again
 * for each costs more than opening it. SPEC: shared/crypto/SPEC.md, E2.
 */
import type { Bytes } from './bytes.ts'

/** Some hundreds of envelopes each. */
const KEPT = 32

export function createSubKeys<Key>(derive: (salt: Bytes) => Key): (salt: Bytes) => Key {
  const kept = new Map<string, Key>()
  return (salt) => {
    let name = ''
    for (const byte of salt) name += String.fromCharCode(byte)
    const known = kept.get(name)
    if (known !== undefined) return known
    // A copy: the salt may be a view of a whole envelope.
    const made = derive(Uint8Array.from(salt))
    if (kept.size >= KEPT) kept.delete(kept.keys().next().value ?? '')
    kept.set(name, made)
    return made
  }
}
