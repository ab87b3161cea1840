/** Lines of a hand as a path on the sheet of a signature: whole numbers, without points that change nothing. Pure. */
import { SHEET } from '../../../shared/questionnaire/signature.ts'

type Point = readonly [x: number, y: number]

const clamp = (value: number, most: number) => Math.min(Math.max(Math.round(value), 0), most)

/** In at most `most` characters: the longer the lines are, the fewer of their points are kept. */
export function drawingOf(lines: readonly (readonly Point[])[], most: number): string {
  for (let step = 1; step < 10_000; step *= 2) {
    const path = lines.map((line) => pathOf(line, step)).join('')
    if (path.length <= most) return path
  }
  return ''
}

/** Nearer than this to the last kept point, a point is left out. */
const NEAR = 2

function pathOf(line: readonly Point[], step: number): string {
  const kept: Point[] = []
  for (const [x, y] of line) {
    const point = [clamp(x, SHEET.width), clamp(y, SHEET.height)] as const
    const last = kept.at(-1)
    if (last === undefined || Math.hypot(point[0] - last[0], point[1] - last[1]) >= NEAR) kept.push(point)
  }
  const [first, ...rest] = kept.filter((_, index) => index % step === 0)
  if (first === undefined) return ''
  // A dot is a line that goes nowhere.
  const more = rest.length > 0 ? rest : [first]
  return `M${first[0]} ${first[1]}${more.map(([x, y]) => `L${x} ${y}`).join('')}`
}
