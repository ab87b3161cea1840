/**
 * How much to send or ask for at a time: less where the line breaks before an answer comes, so that on a bad one small
 * steps get through and stay through. SPEC: client/replica/SPEC.md, R24.
 */
export interface Portion {
  readonly size: number
  /** No answer came for this much. */
  cut(): void
  answered(): void
}

export function createPortion({ most, least }: { most: number; least: number }): Portion {
  let size = most
  return {
    get size() {
      return size
    },
    cut() {
      size = Math.max(least, Math.floor(size / 4))
    },
    answered() {
      size = Math.min(most, Math.ceil(size * 1.5))
    },
  }
}
