/** `March 27, 1984` for a stored `YYYY-MM-DD`, less for less: a calendar day has no zone. Pure. */
export function calendarDay(locale: string, iso: string): string {
  const [, year, month, day] = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$/.exec(iso) ?? []
  if (year === undefined || month === undefined) return iso
  const options: Intl.DateTimeFormatOptions =
    day === undefined ? { month: 'long', year: 'numeric' } : { dateStyle: 'long' }
  const at = Date.parse(`${year}-${month}-${day ?? '01'}T00:00:00Z`)
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(at)
}
