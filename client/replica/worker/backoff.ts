/**
 * Growing, bounded waits with full jitter: devices that lost one server do not return to it at the same moment.
 * SPEC: client/replica/SPEC.md, R22.
 */
const SHORTEST_MS = 200
const FIRST_MS = 1_000
/** While an outage is young: who waits for a clinic that is back within minutes is there 8 seconds later. */
const LONGEST_MS = 8_000
/** About five minutes of waits. */
const YOUNG = 75
/** After that the battery counts too. What the browser notices (network, page shown) does not wait for it. */
const LONG_OUTAGE_MS = 60_000

export interface Backoff {
  /** Wait before the next attempt, ms. */
  next(): number
  /** Something got through. */
  reset(): void
}

/** `chance`: 0…1, uniform. */
export function createBackoff(chance: () => number): Backoff {
  let attempt = 0
  return {
    next() {
      const longest = attempt < YOUNG ? LONGEST_MS : LONG_OUTAGE_MS
      const ceiling = Math.min(longest, FIRST_MS * 2 ** Math.min(attempt, 16))
      attempt += 1
      return Math.round(SHORTEST_MS + chance() * (ceiling - SHORTEST_MS))
    },
    reset() {
      attempt = 0
    },
  }
}
