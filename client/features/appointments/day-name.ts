/** Names of days that are no moments: `YYYY-MM-DD`, of no zone. Pure but for the language, which the caller passes. */
import { type CalendarDate, parseDate, startOfWeek } from '@internationalized/date'
import type { ClinicDay } from '../../../shared/calendar/clinic-days.ts'

const atNoonUtc = (day: ClinicDay) => new Date(`${day}T12:00:00Z`)
const format = (locale: string, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' })

/** `Thursday, December 3, 2026` */
export const dayName = (locale: string, day: ClinicDay): string =>
  format(locale, { weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' }).format(atNoonUtc(day))

/** `Thu 3` */
export const shortDayName = (locale: string, day: ClinicDay): string =>
  `${format(locale, { weekday: 'short' }).format(atNoonUtc(day))} ${Number(day.slice(-2))}`

/** `Nov 29 – Dec 5, 2026` */
export const daysName = (locale: string, from: ClinicDay, to: ClinicDay): string =>
  format(locale, { month: 'short', day: 'numeric', year: 'numeric' }).formatRange(
    atNoonUtc(from),
    atNoonUtc(to),
  )

/** The first day of its week, as the language counts weeks. */
export const weekStart = (locale: string, day: ClinicDay): ClinicDay =>
  startOfWeek(parseDate(day), locale).toString()

export const calendarDate = (day: ClinicDay): CalendarDate => parseDate(day)
