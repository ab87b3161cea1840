/** What is typed into boxes, and what is stored for it. */
import { describe, expect, it } from 'vitest'
import type { Item } from '../../../shared/questionnaire/questionnaire.ts'
import { dateTimePartsOf, dateTimeValue } from './date-time-value.ts'
import { drawingOf } from './drawing.ts'
import { chosenUnit, numberValue, typedNumber } from './number-value.ts'

const number = (text: string, type: Item['type'] = 'decimal') => numberValue(text, { type })

describe('a number', () => {
  it.each([
    ['72', 72],
    ['1.50', 1.5],
    ['1,5', 1.5],
    ['-3', -3],
    ['007', 7],
    ['', null],
    ['1.', '1.'],
    ['1e5', '1e5'],
    ['about 5', 'about 5'],
    // More digits than a number keeps: the words stay as they are.
    ['1234567890123456', '1234567890123456'],
  ])('%j is kept as %j', (text, kept) => {
    expect(number(text)).toEqual(kept)
  })

  it('goes with the unit that is chosen, also before it is a number', () => {
    const item = { type: 'quantity' } as const
    expect(numberValue('72', item, 'kg')).toEqual({ value: 72, unit: 'kg' })
    expect(numberValue('7x', item, 'kg')).toEqual({ value: '7x', unit: 'kg' })
    expect(numberValue('', item, 'kg')).toEqual({ unit: 'kg' })
    expect(numberValue('72', item)).toEqual({ value: 72 })
    expect(typedNumber({ value: '7x', unit: 'kg' })).toBe('7x')
    expect(chosenUnit({ value: 1, unit: 'kg' })).toBe('kg')
  })
})

describe('a day with a time', () => {
  it('is a moment once both are there, a day without a time, and the typed texts until then', () => {
    const parts = { month: '3', day: '27', year: '2026', time: '14:30' }
    expect(dateTimeValue(parts, 'en')).toMatch(/^2026-03-27T14:30:00[+-]\d\d:\d\d$/)
    expect(dateTimeValue({ ...parts, time: '' }, 'en')).toBe('2026-03-27')
    const half = { ...parts, day: '' }
    expect(dateTimeValue(half, 'en')).toEqual(half)
    expect(dateTimePartsOf({ ...half })).toEqual(half)
    expect(dateTimePartsOf('2026-03-27T14:30:00-05:00')).toEqual(parts)
    expect(dateTimeValue({ month: '', day: '', year: '', time: '' }, 'en')).toBeNull()
  })
})

describe('a drawing', () => {
  it('is a path of whole numbers on the sheet, and a dot is a line', () => {
    expect(
      drawingOf(
        [
          [[1.2, 2.7]],
          [
            [10, 10],
            [10.5, 10],
            [700, -5],
          ],
        ],
        1_000,
      ),
    ).toBe('M1 3L1 3M10 10L600 0')
  })

  it('keeps fewer points rather than none of a long line', () => {
    const line = Array.from({ length: 5_000 }, (_, index) => [index % 600, (index * 7) % 200] as const)
    const path = drawingOf([line], 2_000)
    expect(path.length).toBeGreaterThan(100)
    expect(path.length).toBeLessThanOrEqual(2_000)
  })
})
