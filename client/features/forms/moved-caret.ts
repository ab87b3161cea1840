/**
 * Where a caret is after the text around it has changed elsewhere: before the change it stays, after it, it moves by
 * as much as the text grew; inside it, it goes to the end of what replaced it. Pure.
 */
export function movedCaret(before: string, after: string, caret: number): number {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before[start] === after[start]) start += 1
  let end = 0
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1
  if (caret <= start) return caret
  if (caret >= before.length - end) return caret + after.length - before.length
  return after.length - end
}
