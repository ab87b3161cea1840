/**
 * Word-level three-way merge of long text. Changes of both sides are kept where they are apart; where they touch, the
 * merge is not clean and the caller keeps both texts whole: words of two people are never interleaved.
 * Pure, symmetric in its two sides, and bounded: texts too different to compare count as one change. SPEC: M6.
 */
import { type Hunk, sameHunk, textHunks, tokens } from './text-diff.ts'

export interface TextMerge {
  readonly merged: string
  /** False where both sides changed the same words differently: `merged` is then `master`, and the caller keeps both. */
  readonly clean: boolean
}

const touch = (a: Hunk, b: Hunk): boolean => a.start <= b.end && b.start <= a.end

/** Both lists in one, or null where two different changes touch. */
function combine(left: readonly Hunk[], right: readonly Hunk[]): readonly Hunk[] | null {
  const result: Hunk[] = []
  let l = 0
  let r = 0
  while (l < left.length || r < right.length) {
    const a = left[l]
    const b = right[r]
    if (a && b) {
      if (sameHunk(a, b)) r++
      else if (touch(a, b)) return null
    }
    if (a && (!b || a.start <= b.start)) {
      result.push(a)
      l++
    } else if (b) {
      result.push(b)
      r++
    }
  }
  return result
}

function merge(base: readonly string[], master: string, fork: string): string | null {
  const combined = combine(textHunks(base, tokens(master)), textHunks(base, tokens(fork)))
  if (combined === null) return null
  const words: string[] = []
  let at = 0
  for (const hunk of combined) {
    words.push(...base.slice(at, hunk.start), ...hunk.words)
    at = hunk.end
  }
  words.push(...base.slice(at))
  return words.join('')
}

export function mergeText(base: string, master: string, fork: string): TextMerge {
  if (master === fork || fork === base) return { merged: master, clean: true }
  if (master === base) return { merged: fork, clean: true }
  const words = tokens(base)
  const merged = merge(words, master, fork)
  // A merge that a repetition would not recognise as done could grow a text with every retry: it counts as unclean.
  const stable =
    merged !== null && merge(words, merged, fork) === merged && merge(words, merged, master) === merged
  return stable ? { merged, clean: true } : { merged: master, clean: false }
}
