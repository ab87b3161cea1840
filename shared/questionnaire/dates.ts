/**
 * FHIR dates and times as text: real calendar days only. Comparable as text where both have the same precision and
 * zone; `comparableTime` makes them so.
 */
const DATE = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/
const TIME = /^([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?$/
const DATE_TIME = /^(\d{4}-\d{2}-\d{2})T([^Z+-]+)(Z|[+-](?:0\d|1[0-4]):[0-5]\d)?$/

const isLeapYear = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0

const daysIn = (year: number, month: number): number =>
  month === 2 ? (isLeapYear(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31

/** `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, of a day that exists. */
export function isDate(text: string): boolean {
  const match = DATE.exec(text)
  if (!match) return false
  const year = Number(match[1])
  if (year === 0) return false
  if (match[2] === undefined) return true
  const month = Number(match[2])
  if (month < 1 || month > 12) return false
  if (match[3] === undefined) return true
  const day = Number(match[3])
  return day >= 1 && day <= daysIn(year, month)
}

export const isFullDate = (text: string): boolean => text.length === 10 && isDate(text)

/** `hh:mm`, with seconds if known. */
export const isTime = (text: string): boolean => TIME.test(text)

/** A date, or a full date with a time and, if known, a zone. */
export function isDateTime(text: string): boolean {
  if (isDate(text)) return true
  const match = DATE_TIME.exec(text)
  return match?.[1] !== undefined && match[2] !== undefined && isDate(match[1]) && isTime(match[2])
}

/** As text that sorts: the moment of a date-time in UTC; a time of day with its seconds, as is one of a day without a zone. */
export function comparableTime(text: string): string {
  if (isTime(text)) return wholeTime(text)
  const [, day, time, zone] = DATE_TIME.exec(text) ?? []
  if (time === undefined || !isTime(time)) return text
  if (zone === undefined) return `${day}T${wholeTime(time)}`
  const moment = Date.parse(text)
  return Number.isNaN(moment) ? text : new Date(moment).toISOString()
}

/** A clock leaves the seconds out, and a fraction may end in nothing. */
const wholeTime = (time: string): string =>
  time.length === 5 ? `${time}:00` : time.replace(/\.\d+$/, (fraction) => fraction.replace(/\.?0+$/, ''))
