import { describe, expect, it } from 'vitest'
import { HEIGHT, LEFT, scoreScale } from './score-scale.ts'

const DAY = 86_400_000
const series = (max: number, from: readonly number[], days: readonly number[]) => ({
  ...{ name: 'Score', max },
  bands: from.map((each) => ({ code: String(each), label: '', from: each, to: each })),
  points: days.map((day) => ({ submissionId: String(day), at: day * DAY, value: 0, band: '' })),
})
const named = (max: number, from: readonly number[]) =>
  scoreScale(series(max, from, [0]), 640)
    .ticks.filter(({ isNamed }) => isNamed)
    .map(({ value }) => value)

describe('the drawing of a score', () => {
  it.each([240, 296, 640])('keeps its points off the numbers and inside %i px', (width) => {
    const { x, y } = scoreScale(series(27, [0, 5], [0, 1, 100]), width)
    expect(x(0)).toBeGreaterThan(LEFT + 8)
    expect(x(100 * DAY)).toBeLessThan(width - 8)
    expect(y(27)).toBeGreaterThan(8)
    expect(y(0)).toBeLessThan(HEIGHT)
  })

  it('puts what happened at once into the middle', () => {
    const { x } = scoreScale(series(27, [], [5]), 440)
    expect(x(5 * DAY)).toBe(LEFT + (440 - LEFT - 16) / 2)
  })

  it('names no two numbers that would stand on each other, and the ends always', () => {
    expect(named(27, [0, 5, 10, 15, 20])).toEqual([0, 5, 10, 15, 20, 27])
    expect(named(12, [0, 3, 4])).toEqual([0, 3, 4, 12])
    expect(named(80, [0, 31])).toEqual([0, 31, 80])
    expect(named(100, [0, 50, 52, 54, 60, 98])).toEqual([0, 50, 60, 100])
  })
})
