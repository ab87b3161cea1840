/** Looks for what was committed and never told: whoever wrote it died between the two. SPEC: client/replica/SPEC.md, R21. */
import type { SetTimer } from '../../transport/http.ts'

/** A word between two tabs takes a few milliseconds; one that is not here by then never comes. */
const LATEST_WORD_MS = 2_000

export interface UntoldCommits {
  /** Call after each commit that was made or told. */
  wait(): void
  stop(): void
}

/** `untold`: a commit that is missing before one that was told; `look`: reads what is stored. */
export function createUntoldCommits(
  untold: () => number | undefined,
  setTimer: SetTimer,
  look: () => void,
): UntoldCommits {
  let callOff: (() => void) | undefined
  const wait = () => {
    const missing = untold()
    if (missing === undefined) return
    callOff ??= setTimer(() => {
      callOff = undefined
      if (untold() === missing) look()
      else wait()
    }, LATEST_WORD_MS)
  }
  return { wait, stop: () => callOff?.() }
}
