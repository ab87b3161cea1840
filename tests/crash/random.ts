/** A small seeded generator (mulberry32): the same seed chooses the same moments and victims. */
export interface Random {
  /** 0 ≤ x < 1 */
  next(): number
  /** Whole, from … to, both included. */
  between(from: number, to: number): number
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return { next, between: (from, to) => from + Math.floor(next() * (to - from + 1)) }
}
