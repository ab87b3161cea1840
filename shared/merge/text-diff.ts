/**
 * What changed between two texts, by words: Myers' shortest edit script over words, gaps and single marks, after
 * cutting off what both have in common at the ends. Bounded by MAX_EDITS: beyond it everything between the common ends
 * is one change, which is still true, only coarser. SPEC: shared/merge/SPEC.md, M6.
 */

/** `base[start…end)` was replaced by `words`. Hunks of one text never touch each other. */
export interface Hunk {
  readonly start: number
  readonly end: number
  readonly words: readonly string[]
}

/** Inserted plus deleted words. Memory grows with its square (4 MB), time with its product with the length. */
const MAX_EDITS = 1_000

const TOKEN = /[\p{L}\p{M}\p{N}'’_-]+|\s+|./gsu

/** Joining the tokens gives the text again. */
export const tokens = (text: string): readonly string[] => text.match(TOKEN) ?? []

export const sameHunk = (a: Hunk, b: Hunk): boolean =>
  a.start === b.start &&
  a.end === b.end &&
  a.words.length === b.words.length &&
  a.words.every((word, index) => word === b.words[index])

export function textHunks(base: readonly string[], other: readonly string[]): readonly Hunk[] {
  let head = 0
  while (head < base.length && head < other.length && base[head] === other[head]) head++
  let tail = 0
  while (
    tail < base.length - head &&
    tail < other.length - head &&
    base[base.length - 1 - tail] === other[other.length - 1 - tail]
  )
    tail++
  const from = base.slice(head, base.length - tail)
  const to = other.slice(head, other.length - tail)
  if (from.length === 0 && to.length === 0) return []
  const matches = from.length === 0 || to.length === 0 ? [] : commonWords(from, to)
  const result: Hunk[] = []
  let i = 0
  let j = 0
  for (const [x, y] of [...matches, [from.length, to.length] as const]) {
    if (x > i || y > j) result.push({ start: head + i, end: head + x, words: to.slice(j, y) })
    i = x + 1
    j = y + 1
  }
  return slideRight(base, result)
}

/**
 * "very" put before "badly" can be read as "very␣" after a gap or "␣very" before it. Every insertion and deletion is
 * moved to the rightmost reading, so that the same change looks the same beside whatever other changes.
 */
function slideRight(base: readonly string[], hunks: readonly Hunk[]): readonly Hunk[] {
  const result: Hunk[] = []
  let limit = base.length
  for (const hunk of hunks.toReversed()) {
    let { start, end } = hunk
    const words = [...hunk.words]
    if (start === end)
      while (end < limit && words[0] === base[end]) {
        words.push(words.shift() ?? '')
        start = ++end
      }
    else if (words.length === 0)
      while (end < limit && base[start] === base[end]) {
        start++
        end++
      }
    const next = result.at(-1)
    if (next && end >= next.start) {
      result[result.length - 1] = { start, end: next.end, words: [...words, ...next.words] }
    } else result.push({ start, end, words })
    limit = start
  }
  return result.reverse()
}

/** Pairs of equal positions of a longest common subsequence, or none when the texts are further apart than MAX_EDITS. */
function commonWords(a: readonly string[], b: readonly string[]): (readonly [number, number])[] {
  const limit = Math.min(a.length + b.length, MAX_EDITS)
  const offset = limit + 1
  const reach = new Int32Array(2 * limit + 3)
  const trace: Int32Array[] = []
  for (let edits = 0; edits <= limit; edits++) {
    trace.push(reach.slice(offset - edits - 1, offset + edits + 2))
    for (let k = -edits; k <= edits; k += 2) {
      let x = stepsDown(reach, offset + k, k, edits)
        ? at(reach, offset + k + 1)
        : at(reach, offset + k - 1) + 1
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++
      reach[offset + k] = x
      if (x >= a.length && x - k >= b.length) return backtrack(trace, a.length, b.length)
    }
  }
  return []
}

const at = (array: Int32Array, index: number): number => array[index] ?? 0

/** Does the furthest path to diagonal `k` come from an insertion (down) rather than from a deletion? */
const stepsDown = (reach: Int32Array, index: number, k: number, edits: number): boolean =>
  k === -edits || (k !== edits && at(reach, index - 1) < at(reach, index + 1))

function backtrack(trace: readonly Int32Array[], endX: number, endY: number): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = []
  let x = endX
  let y = endY
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    // The slice of this step holds the diagonals -edits-1 … edits+1 as they were before it.
    const reach = trace[edits]
    if (!reach) break
    const center = edits + 1
    const k = x - y
    const previous = stepsDown(reach, center + k, k, edits) ? k + 1 : k - 1
    const fromX = edits === 0 ? 0 : at(reach, center + previous)
    const fromY = edits === 0 ? 0 : fromX - previous
    const snakeStart = edits === 0 ? 0 : previous === k + 1 ? fromX : fromX + 1
    while (x > snakeStart) {
      x--
      y--
      pairs.push([x, y])
    }
    x = fromX
    y = fromY
  }
  return pairs.reverse()
}
