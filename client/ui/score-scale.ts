/** Where the parts of a score's drawing stand, for as much room as there is. Pure. */
import type { ScoreSeries } from './score-chart.tsx'

export const HEIGHT = 240
export const LEFT = 40
const BOTTOM = 36
const TOP = 12
export const RIGHT = 16
/** Between the edge and the first point, which would stand on the numbers of the axis. */
const INSET = 12
/** Numbers that are closer would stand on each other. */
const LINE = 14

export interface Tick {
  readonly value: number
  readonly isNamed: boolean
}

export function scoreScale({ max, bands, points }: ScoreSeries, width: number) {
  const first = points[0]?.at ?? 0
  const span = (points.at(-1)?.at ?? 0) - first
  const room = width - LEFT - RIGHT
  const x = (at: number) =>
    LEFT + (span === 0 ? room / 2 : INSET + ((at - first) / span) * (room - 2 * INSET))
  const y = (value: number) => TOP + (1 - value / Math.max(max, 1)) * (HEIGHT - TOP - BOTTOM)
  const values = [...new Set([0, ...bands.map(({ from }) => from), max])].sort((a, b) => a - b)
  const ticks: Tick[] = []
  for (const value of values) {
    const below = ticks.findLast(({ isNamed }) => isNamed)
    // The highest is named whatever stands below it.
    const isClear = (other: number) => y(other) - y(value) >= LINE
    const isNamed =
      value === max || ((below === undefined || isClear(below.value)) && y(value) - y(max) >= LINE)
    ticks.push({ value, isNamed })
  }
  return { x, y, ticks }
}
