/**
 * When typed text is written: the first keystroke at once (so that the change stands on what the client saw), the
 * others 250 ms after the last one and 800 ms after the first one at the latest, and everything at once when asked to. One write at a time; what is typed meanwhile goes with the next one. A failed write is tried again
 * until it succeeds, so nothing is dropped. Time comes in from outside.
 */
export interface Timers {
  set(callback: () => void, ms: number): number
  clear(timer: number): void
}

export const browserTimers: Timers = {
  set: (callback, ms) => Number(setTimeout(callback, ms)),
  clear: (timer) => clearTimeout(timer),
}

export const QUIET_MS = 250
export const LONGEST_MS = 800
const RETRY_MS = [500, 1_000, 2_000, 5_000]

export type SaveState = 'saved' | 'unsaved' | 'saving' | 'failing'

interface AutosaveOptions {
  readonly timers: Timers
  /** Writes everything that is unsaved now; resolves when it is durable; rejects if it is not. */
  readonly write: () => Promise<void>
  readonly onState: (state: SaveState) => void
}

export interface Autosave {
  /** Something was typed. */
  touch(): void
  /** Resolves when all that was typed before the call is durable; rejects if this attempt to write it failed. */
  flush(): Promise<void>
  /** Stops timers; call after a flush. */
  stop(): void
}

export function createAutosave({ timers, write, onState }: AutosaveOptions): Autosave {
  let quiet: number | null = null
  let longest: number | null = null
  /** Runs after a first keystroke was written at once: those that follow closely belong to it. */
  let burst: number | null = null
  let retry: number | null = null
  let dirty = false
  let failures = 0
  let stopped = false
  let running: Promise<void> | null = null

  const clear = () => {
    for (const timer of [quiet, longest, retry]) if (timer !== null) timers.clear(timer)
    quiet = longest = retry = null
  }

  const later = () => void save().catch(() => {})

  const attempt = async (): Promise<void> => {
    clear()
    dirty = false
    onState('saving')
    try {
      await write()
      failures = 0
      onState(dirty ? 'unsaved' : 'saved')
      // Typed during an attempt that followed a failure: no timer was set for it then.
      if (dirty && !stopped) quiet ??= timers.set(later, QUIET_MS)
    } catch (error) {
      dirty = true
      onState('failing')
      const delay = RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? 5_000
      failures += 1
      if (!stopped) retry = timers.set(() => void save().catch(() => {}), delay)
      throw error
    }
  }

  const save = async (): Promise<void> => {
    // The write under way may have started before the last keystroke: wait for it, then write the rest.
    while (running !== null) await running.catch(() => {})
    if (!dirty) return
    running = attempt().finally(() => {
      running = null
    })
    await running
  }

  return {
    touch() {
      dirty = true
      if (failures === 0 && running === null) onState('unsaved')
      if (failures > 0) return
      if (burst === null && quiet === null && longest === null && running === null) {
        burst = timers.set(() => {
          burst = null
        }, LONGEST_MS)
        return later()
      }
      if (quiet !== null) timers.clear(quiet)
      quiet = timers.set(later, QUIET_MS)
      longest ??= timers.set(later, LONGEST_MS)
    },
    flush: save,
    stop() {
      stopped = true
      clear()
    },
  }
}
