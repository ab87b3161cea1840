/** How many events one socket may send: a bucket of tokens that refills with time. */
import type { Clock } from '../../shared/kernel/clock.ts'

const CAPACITY = 200
const PER_SECOND = 200

export interface Budget {
  /** False when there is none left for this event. */
  take(): boolean
}

export function createBudget(clock: Clock): Budget {
  let tokens = CAPACITY
  let at = clock.now()
  return {
    take: () => {
      const now = clock.now()
      tokens = Math.min(CAPACITY, tokens + (Math.max(0, now - at) / 1000) * PER_SECOND)
      at = now
      if (tokens < 1) return false
      tokens -= 1
      return true
    },
  }
}
