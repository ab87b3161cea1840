import { describe, expect, it } from 'vitest'
import { clockTime, dayAndTime } from './calendar-day.ts'

/** Which kind of space stands before AM and PM is the runtime’s. */
const plain = (text: string): string => text.replace(/\s/g, ' ')

describe('a time of day', () => {
  it.each([
    ['14:30', '2:30 PM'],
    ['14:30:00', '2:30 PM'],
    ['14:30:15', '2:30:15 PM'],
    ['late', 'late'],
  ])('%s reads %s: with its seconds where there are any', (time, text) => {
    expect(plain(clockTime('en', time))).toBe(text)
  })

  it.each([
    ['2026-03-01T14:30:00+02:00', 'March 1, 2026, 2:30 PM'],
    ['2026-03-01T14:30:15-05:00', 'March 1, 2026, 2:30:15 PM'],
    ['2026-03-01T14:30:15.5Z', 'March 1, 2026, 2:30:15 PM'],
    ['2026-03', 'March 2026'],
  ])('of a day %s reads %s, by the clock of where it was', (moment, text) => {
    expect(plain(dayAndTime('en', moment))).toBe(text)
  })
})
