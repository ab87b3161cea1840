/** Locks after 15 minutes without activity, measured by the clock: a laptop that slept locks when it wakes. */
import type { Clock } from '../../shared/kernel/clock.ts'

export const IDLE_MS = 15 * 60 * 1000
const CHECK_MS = 15_000

export interface IdleLock {
  /** Somebody used a page of this device just now. */
  active(): void
  /** When that was, ms; undefined: not yet. */
  lastActive(): number | undefined
  start(): void
  stop(): void
}

export function createIdleLock(options: {
  clock: Clock
  setTimer: (run: () => void, ms: number) => () => void
  onIdle: () => void
}): IdleLock {
  const { clock, setTimer, onIdle } = options
  let lastActive: number | undefined
  let cancel: (() => void) | undefined
  const check = () => {
    cancel = undefined
    if (clock.now() - (lastActive ?? 0) >= IDLE_MS) onIdle()
    else cancel = setTimer(check, CHECK_MS)
  }
  return {
    active() {
      lastActive = clock.now()
    },
    lastActive: () => lastActive,
    start() {
      lastActive = clock.now()
      cancel?.()
      cancel = setTimer(check, CHECK_MS)
    },
    stop() {
      cancel?.()
      cancel = undefined
    },
  }
}
