/** Growing, bounded and jittered waits: devices that lost one server do not return to it at the same moment. */
const FIRST_MS = 1_000
const LONGEST_MS = 15_000

export interface Backoff {
  /** Wait before the next attempt, ms. */
  next(): number
  reset(): void
}

/** `chance`: 0…1, uniform. */
export function createBackoff(chance: () => number): Backoff {
  let attempt = 0
  return {
    next() {
      const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt)
      attempt = Math.min(attempt + 1, 16)
      return Math.round(ceiling * (0.5 + chance() / 2))
    },
    reset() {
      attempt = 0
    },
  }
}
