/**
 * Times that a client wishes, as they are chosen: a day and a part of it, in the clinic's zone. Half-made ones are kept
 * as they are. Pure.
 */
import { addDays, type ClinicDay, momentAt } from '../../../shared/calendar/clinic-days.ts'
import { MAX_WINDOWS } from '../../../shared/domains/requests/limits.ts'
import type { TimeWindow } from '../../../shared/domains/requests/schema.ts'

export const PARTS = ['any', 'morning', 'afternoon', 'evening'] as const
export type DayPart = (typeof PARTS)[number]
/** Minutes after midnight. */
const HOURS: Record<DayPart, readonly [from: number, to: number]> = {
  any: [8 * 60, 20 * 60],
  morning: [8 * 60, 12 * 60],
  afternoon: [12 * 60, 17 * 60],
  evening: [17 * 60, 20 * 60],
}

export interface WishedTime {
  /** Empty until it is chosen. */
  readonly day: string
  readonly part: DayPart
}
export interface WishForm {
  readonly times: readonly WishedTime[]
  readonly visitKind: 'either' | 'in-person' | 'telehealth'
  readonly reason: string
}
const NO_WISH: WishForm = { times: [{ day: '', part: 'any' }], visitKind: 'either', reason: '' }
export const MAX_TIMES = Math.min(3, MAX_WINDOWS)
export const LONGEST_REASON = 2_000
/** How far ahead a practice plans. */
export const lastDay = (today: ClinicDay): ClinicDay => addDays(today, 365)

const DAY = /^\d{4}-\d{2}-\d{2}$/
const isDay = (day: string) => DAY.test(day) && !Number.isNaN(Date.parse(`${day}T12:00:00Z`))

export type TimeProblem = 'missing' | 'past' | 'far'
export function timeProblem(
  { day, part }: WishedTime,
  now: number,
  today: ClinicDay,
  timeZone: string,
): TimeProblem | null {
  if (!isDay(day)) return 'missing'
  if (day > lastDay(today)) return 'far'
  return windowOf({ day, part }, timeZone).to <= now ? 'past' : null
}

const windowOf = ({ day, part }: WishedTime, timeZone: string): TimeWindow => {
  const [from, to] = HOURS[part]
  return { from: momentAt(day, from, timeZone), to: momentAt(day, to, timeZone) }
}

/** Every wished time once, the earliest first. */
export const windowsOf = (times: readonly WishedTime[], timeZone: string): TimeWindow[] =>
  [...new Map(times.map((time) => [`${time.day} ${time.part}`, windowOf(time, timeZone)])).values()].sort(
    (a, b) => a.from - b.from || a.to - b.to,
  )

/** Read back from this device: whatever does not fit any more is left out. */
export function asWishForm(value: unknown): WishForm {
  if (typeof value !== 'object' || value === null) return NO_WISH
  const { times, visitKind, reason } = value as Partial<WishForm>
  const known = Array.isArray(times)
    ? times.filter(({ day, part }) => typeof day === 'string' && PARTS.includes(part)).slice(0, MAX_TIMES)
    : []
  return {
    times: known.length > 0 ? known : NO_WISH.times,
    visitKind: visitKind === 'in-person' || visitKind === 'telehealth' ? visitKind : 'either',
    reason: typeof reason === 'string' ? reason : '',
  }
}
