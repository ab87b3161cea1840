/** `March 27, 1984` for a stored `YYYY-MM-DD`, less for less: a calendar day has no zone. Pure. */
export function calendarDay(locale: string, iso: string): string {
  const [, year, month, day] = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$/.exec(iso) ?? []
  if (year === undefined || month === undefined) return iso
  const options: Intl.DateTimeFormatOptions =
    day === undefined ? { month: 'long', year: 'numeric' } : { dateStyle: 'long' }
  const at = Date.parse(`${year}-${month}-${day ?? '01'}T00:00:00Z`)
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(at)
}

/** `2:30 PM` for a stored `14:30`, and with its seconds where there are any. */
export function clockTime(locale: string, time: string): string {
  const at = Date.parse(`2000-01-01T${time}Z`)
  const timeStyle = at % 60_000 === 0 ? 'short' : 'medium'
  return Number.isNaN(at) ? time : new Intl.DateTimeFormat(locale, { timeStyle, timeZone: 'UTC' }).format(at)
}

/** A day with a time as the clock on the wall showed it where it was typed. */
export function dayAndTime(locale: string, iso: string): string {
  const [day = '', time] = iso.split('T')
  const shown = calendarDay(locale, day)
  return time === undefined ? shown : `${shown}, ${clockTime(locale, time.replace(/(?:Z|[+-][\d:]+)$/, ''))}`
}
