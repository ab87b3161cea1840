/**
 * Regular expressions from a form run on the server too, over what a client typed. So only such are compiled whose
 * time cannot explode: no repetition of something that repeats or branches itself, no look-around, no back-reference.
 */
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

/** Longer texts do not match any pattern: the allowed repetitions could cost the third power of the length. */
export const MAX_MATCHED = 500
const MAX_REPETITIONS = 3

export const matches = (pattern: RegExp, text: string): boolean =>
  text.length <= MAX_MATCHED && pattern.test(text)

/** Why the time could explode, or null. */
function explosive(source: string): string | null {
  if (/\\[1-9]|\\k</.test(source)) return 'a back-reference'
  if (/\(\?(?!:)/.test(source)) return 'look-around or a named group'
  const plain = source.replace(/\\./gsu, 'x').replace(/\[[^\]]*\]/gsu, 'x')
  const starts: number[] = []
  for (let at = 0; at < plain.length; at++) {
    if (plain[at] === '(') starts.push(at)
    if (plain[at] !== ')') continue
    const inside = plain.slice((starts.pop() ?? 0) + 1, at)
    if (/^(?:[*+]|\{\d+,)/.test(plain.slice(at + 1)) && /[*+|]|\{\d+,|[^(]\?/.test(inside))
      return 'a repetition inside a repetition'
  }
  const repetitions = plain.match(/[*+]|\{\d+,\d*\}/g)?.length ?? 0
  return repetitions > MAX_REPETITIONS ? 'more than three open repetitions' : null
}
