/**
 * Time in a test's hands, for a device whose network is real: nothing that waits happens by itself. The clock starts
 * at the real time, for tokens have an end.
 */
import type { SetTimer } from '../../client/transport/http.ts'

export interface VirtualTime {
  now(): number
  readonly setTimer: SetTimer
  /** Everything that is due within `ms` happens, in order. */
  advance(ms: number): void
  /** How long the waits that are under way were set for, ms. */
  waits(): readonly number[]
  /** ms until the next one ends; Infinity when there is none. */
  next(): number
}

interface Timer {
  readonly at: number
  readonly ms: number
  readonly run: () => void
}

export function createVirtualTime(): VirtualTime {
  let now = Date.now()
  const timers = new Set<Timer>()
  const first = (): Timer | undefined => [...timers].sort((a, b) => a.at - b.at)[0]
  return {
    now: () => now,
    setTimer(run, ms) {
      const timer = { at: now + ms, ms, run }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    advance(ms) {
      const until = now + ms
      for (let timer = first(); timer !== undefined && timer.at <= until; timer = first()) {
        now = Math.max(now, timer.at)
        timers.delete(timer)
        timer.run()
      }
      now = until
    },
    waits: () => [...timers].map(({ ms }) => ms),
    next: () => (first()?.at ?? Number.POSITIVE_INFINITY) - now,
  }
}
