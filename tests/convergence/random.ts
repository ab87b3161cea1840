/** Randomness that comes from a seed alone: the same seed gives the same numbers on every machine. */

export interface Random {
  /** 0 ≤ x < 1 */
  fraction(): number
  /** `from` ≤ n ≤ `to`, whole. */
  between(from: number, to: number): number
  /** True with this probability. */
  chance(probability: number): boolean
  /** Throws when there is nothing to pick from. */
  pick<T>(from: readonly T[]): T
  bytes(length: number): Uint8Array<ArrayBuffer>
  uuid(): string
  /** A stream of its own: what is drawn from it moves nothing in this one. */
  fork(name: string): Random
}

/** xoshiro128**, seeded through FNV-1a and splitmix32. */
export function createRandom(seed: string): Random {
  let hash = 0x811c9dc5
  for (let at = 0; at < seed.length; at += 1) hash = Math.imul(hash ^ seed.charCodeAt(at), 0x01000193)
  const split = () => {
    hash = (hash + 0x9e3779b9) | 0
    let mixed = hash ^ (hash >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return mixed ^ (mixed >>> 15)
  }
  let [a, b, c, d] = [split(), split(), split(), split()]
  const next = (): number => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotate(d, 11)
    return result
  }
  const random: Random = {
    fraction: () => next() / 2 ** 32,
    between: (from, to) => from + (next() % (to - from + 1)),
    chance: (probability) => next() / 2 ** 32 < probability,
    pick(from) {
      const picked = from[next() % Math.max(1, from.length)]
      if (picked === undefined) throw new RangeError('nothing to pick from')
      return picked
    },
    bytes(length) {
      const bytes = new Uint8Array(length)
      for (let at = 0; at < length; at += 1) bytes[at] = next() & 0xff
      return bytes
    },
    uuid() {
      const bytes = random.bytes(16)
      bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
      bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
      const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
    },
    fork: (name) => createRandom(`${seed}/${name}`),
  }
  return random
}

const rotate = (value: number, by: number) => (value << by) | (value >>> (32 - by))
