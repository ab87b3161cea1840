/**
 * A date as a person types it: three texts. Nothing is guessed (no two-digit years, no swapped day and month); a
 * month may be a number or a name in the page's language or in English. Pure.
 */
export interface DateParts {
  readonly month: string
  readonly day: string
  readonly year: string
}

export const NO_DATE: DateParts = { month: '', day: '', year: '' }

export const isBlank = (parts: DateParts): boolean =>
  parts.month.trim() === '' && parts.day.trim() === '' && parts.year.trim() === ''

const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/[\u0300-\u036f.]/g, '')
    .trim()
    .toLocaleLowerCase('en')

const monthNames = (locale: string): string[] => {
  const format = new Intl.DateTimeFormat(locale, { month: 'long', timeZone: 'UTC' })
  return Array.from({ length: 12 }, (_, month) => plain(format.format(Date.UTC(2024, month, 15))))
}

/** 1…12, or null. `Sept`, `september`, `9` and `09` are all September; three letters are enough. */
export function parseMonth(text: string, locale = 'en'): number | null {
  const typed = plain(text)
  if (/^\d{1,2}$/.test(typed)) {
    const month = Number(typed)
    return month >= 1 && month <= 12 ? month : null
  }
  if (typed.length < 3) return null
  for (const names of [monthNames(locale), monthNames('en')]) {
    const found = names.flatMap((name, index) => (name.startsWith(typed) ? [index + 1] : []))
    if (found.length === 1) return found[0] ?? null
  }
  return typed === 'sept' ? 9 : null
}

/** `YYYY-MM-DD` if the three parts are a day that exists, else null. */
export function isoDate(parts: DateParts, locale = 'en'): string | null {
  const month = parseMonth(parts.month, locale)
  const day = /^\d{1,2}$/.test(parts.day.trim()) ? Number(parts.day) : 0
  const year = /^\d{4}$/.test(parts.year.trim()) ? Number(parts.year) : 0
  if (month === null || day < 1 || year < 1) return null
  const date = new Date(Date.UTC(2000, month - 1, day))
  date.setUTCFullYear(year, month - 1, day)
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

/** `YYYY` or `YYYY-MM` where the smaller parts are left empty, for questions that a year answers; else null. */
export function partialDate(parts: DateParts, locale = 'en'): string | null {
  const year = parts.year.trim()
  if (!/^\d{4}$/.test(year) || Number(year) < 1 || parts.day.trim() !== '') return null
  if (parts.month.trim() === '') return year
  const month = parseMonth(parts.month, locale)
  return month === null ? null : `${year}-${String(month).padStart(2, '0')}`
}

/** What the boxes show for a stored `YYYY-MM-DD`, `YYYY-MM` or `YYYY`. */
export function datePartsOf(iso: string): DateParts {
  const match = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$/.exec(iso)
  if (!match) return NO_DATE
  const plainNumber = (text: string | undefined) => (text === undefined ? '' : String(Number(text)))
  return { year: match[1] ?? '', month: plainNumber(match[2]), day: plainNumber(match[3]) }
}
