/** What is where, told to the page once per turn, however many things changed in it; less often the longer the list is. */
import type { WorkerEnvironment } from './environment.ts'

/** Pending changes that are listed anew at every change of one; with more, the list comes at most every so often. */
const SHORT_LIST = 50
const REST_MS = 2_000

export interface ShownSync {
  /** Something changed. */
  refresh(): void
  /** The next one comes in so many ms at the earliest. */
  rest(ms: number): void
  stop(): void
}

/** `build`: tells the page, and says how many changes it listed. */
export function createShownSync(
  setTimer: WorkerEnvironment['setTimer'],
  build: () => Promise<number>,
  onError: (error: unknown) => void,
): ShownSync {
  let dirty = false
  let stopped = false
  let endRest: (() => void) | undefined
  const rest = (ms: number) => {
    if (stopped || ms === 0) return
    endRest = setTimer(() => {
      endRest = undefined
      if (dirty) void show().catch(onError)
    }, ms)
  }
  const show = async () => {
    dirty = false
    const listed = await build()
    if (!stopped && endRest === undefined) rest(listed < SHORT_LIST ? 0 : Math.min(REST_MS, listed / 5))
  }
  return {
    refresh() {
      if (dirty || stopped) return
      dirty = true
      if (endRest === undefined) queueMicrotask(() => void show().catch(onError))
    },
    rest,
    stop() {
      stopped = true
      endRest?.()
    },
  }
}
