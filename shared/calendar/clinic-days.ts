/**
 * Days and times of day in the clinic's zone, correct across daylight saving. Moments are ms; a day is `YYYY-MM-DD`; a
 * time of day is minutes after midnight as the clock on the wall shows them. A time that the clock skips is the one an
 * hour later; of a time that comes twice it is the first. Pure, but for the zone rules of the platform.
 */
import { CalendarDateTime, fromAbsolute, parseDate, toCalendarDate } from '@internationalized/date'

export type ClinicDay = string

/** Is it a zone that this platform knows? */
export function isZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
    return true
  } catch {
    return false
  }
}

/** The day on which a moment falls. */
export const dayAt = (at: number, timeZone: string): ClinicDay =>
  toCalendarDate(fromAbsolute(at, timeZone)).toString()

/** What the clock on the wall shows, in minutes after midnight. */
export function minuteAt(at: number, timeZone: string): number {
  const { hour, minute } = fromAbsolute(at, timeZone)
  return hour * 60 + minute
}

/** The moment of a time of day. 24:00 is midnight of the next day. */
export function momentAt(day: ClinicDay, minute: number, timeZone: string): number {
  const { year, month, day: dayOfMonth } = parseDate(day).add({ days: Math.floor(minute / 1440) })
  const rest = minute % 1440
  const wall = new CalendarDateTime(year, month, dayOfMonth, Math.floor(rest / 60), rest % 60)
  return wall.toDate(timeZone).getTime()
}

/** Its first moment, and the first that is not of it any more: 23, 24 or 25 hours. */
export const dayBounds = (
  day: ClinicDay,
  timeZone: string,
): { readonly from: number; readonly to: number } => ({
  from: momentAt(day, 0, timeZone),
  to: momentAt(day, 1440, timeZone),
})

export const addDays = (day: ClinicDay, days: number): ClinicDay => parseDate(day).add({ days }).toString()
