/** Whether a value lies within its question's limits. Pure. */
import { comparableTime, isDate } from './dates.ts'
import type { Item } from './questionnaire.ts'

/** Which of them it is beyond; null: it lies within. */
export function beyondLimit(
  { min, max }: Pick<Item, 'min' | 'max'>,
  value: number | string,
): 'below' | 'above' | null {
  if (min !== undefined && order(value, min) < 0) return 'below'
  return max !== undefined && order(value, max) > 0 ? 'above' : null
}

/** NaN where the two cannot be compared. */
function order(value: number | string, bound: number | string): number {
  if (typeof value === 'number' && typeof bound === 'number') return value - bound
  if (typeof value !== 'string' || typeof bound !== 'string') return Number.NaN
  // A limit that is a whole day, month or year holds all of it, by the clock of who answers.
  const [left, right] = isDate(bound)
    ? [value.slice(0, bound.length), bound]
    : [comparableTime(value), comparableTime(bound)]
  return left === right ? 0 : left < right ? -1 : 1
}
