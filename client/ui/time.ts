/** Times for people, in a named zone. Pure but for the current language, which the caller passes. */
const cache = new Map<string, Intl.DateTimeFormat>()

const format = (locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
  const key = `${locale}${JSON.stringify(options)}`
  const found = cache.get(key) ?? new Intl.DateTimeFormat(locale, options)
  cache.set(key, found)
  return found
}

const inZone = (timeZone: string | undefined): Intl.DateTimeFormatOptions => (timeZone ? { timeZone } : {})

/** `Thursday, March 5` */
export const dayOf = (locale: string, at: number, timeZone?: string): string =>
  format(locale, { weekday: 'long', month: 'long', day: 'numeric', ...inZone(timeZone) }).format(at)

/** `2:30 PM` */
export const clockOf = (locale: string, at: number, timeZone?: string): string =>
  format(locale, { hour: 'numeric', minute: '2-digit', ...inZone(timeZone) }).format(at)

/** `2:30 – 3:20 PM` */
export const spanOf = (locale: string, from: number, to: number, timeZone?: string): string =>
  format(locale, { hour: 'numeric', minute: '2-digit', ...inZone(timeZone) }).formatRange(from, to)

/** `Eastern Time`; the zone's own id where the language has no name for it. */
export const zoneName = (locale: string, at: number, timeZone: string): string =>
  format(locale, { timeZoneName: 'longGeneric', timeZone })
    .formatToParts(at)
    .find((part) => part.type === 'timeZoneName')?.value ?? timeZone

/** `March 5, 2026` */
export const dateOf = (locale: string, at: number, timeZone?: string): string =>
  format(locale, { dateStyle: 'long', ...inZone(timeZone) }).format(at)

/** `Mar 5, 2026` */
export const shortDateOf = (locale: string, at: number): string =>
  format(locale, { dateStyle: 'medium' }).format(at)

/** `March 5, 2026 at 2:30 PM` */
export const momentOf = (locale: string, at: number): string =>
  format(locale, { dateStyle: 'long', timeStyle: 'short' }).format(at)

/** `2:30 PM` today, `Mar 5, 2:30 PM` on other days. */
export function recentOf(locale: string, at: number, now: number): string {
  const day = format(locale, { dateStyle: 'short' })
  return day.format(at) === day.format(now)
    ? clockOf(locale, at)
    : format(locale, { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' }).format(at)
}

/** Today where the person is: `YYYY-MM-DD`. */
export function today(now = new Date()): string {
  const two = (part: number) => String(part).padStart(2, '0')
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`
}
