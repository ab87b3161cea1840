/**
 * Regular expressions from a form run on the server too, over what a client typed. So only such are compiled whose
 * time cannot explode: no repetition of something that repeats or branches itself, few choices in all, no look-around,
 * no back-reference.
 */
import { costOf, MAX_MATCHED } from './pattern-cost.ts'

export function compilePattern(source: string): RegExp | string {
  if (source.length > 300) return 'longer than 300 characters'
  const reason = explosive(source)
  if (reason) return reason
  try {
    return new RegExp(`^(?:${source})$`, 'u')
  } catch {
    return 'not a regular expression'
  }
}

const MAX_REPETITIONS = 3
/** Three open repetitions over the longest text, and little more. */
const MAX_WAYS = 4 * MAX_MATCHED ** MAX_REPETITIONS
/** Optional parts, alternatives and counted groups of them: each may double the time. */
const MAX_CLOSED_WAYS = 1_000
const MAX_SIZE = 2_000

/** Longer texts do not match any pattern: the allowed repetitions could cost the third power of the length. */
export const matches = (pattern: RegExp, text: string): boolean =>
  text.length <= MAX_MATCHED && pattern.test(text)

/** Why the time could explode, or null. */
function explosive(source: string): string | null {
  if (/\\[1-9]|\\k</.test(source)) return 'a back-reference'
  const plain = source.replace(/\\(?:[pPu]\{[^}]*\}|.)/gsu, 'x').replace(/\[[^\]]*\]/gsu, 'x')
  if (/\(\?(?!:)/.test(plain)) return 'look-around or a named group'
  const repetitions = plain.match(/[*+]|\{\d+,\d*\}/g)?.length ?? 0
  if (repetitions > MAX_REPETITIONS) return 'more than three open repetitions'
  const { ways, closedWays, size } = costOf(plain)
  if (ways === Number.POSITIVE_INFINITY) return 'a repetition inside a repetition'
  if (ways > MAX_WAYS || closedWays > MAX_CLOSED_WAYS) return 'too many optional parts or alternatives'
  return size > MAX_SIZE ? 'too many counted parts' : null
}
