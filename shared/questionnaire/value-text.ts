/** A stored value as a person reads it. Pure; the words for yes, no and "no answer" come from the caller's language. */
import { calendarDay, clockTime, dayAndTime } from '../calendar/calendar-day.ts'
import { sizeOf } from '../kernel/file-size.ts'
import { readAttached } from './attached-file.ts'
import type { Answer, Item } from './questionnaire.ts'
import { isSigned, readSignature } from './signature.ts'
import { unitOf } from './units.ts'

export interface AnswerWords {
  readonly locale: string
  readonly yes: string
  readonly no: string
  readonly none: string
  /** For a signature that is a drawing. */
  readonly drawn: string
}

/** One stored value of a question. */
export function valueText(item: Item, value: Answer | null | undefined, words: AnswerWords): string {
  if (value === null || value === undefined || value === '') return words.none
  if (typeof value === 'boolean') return value ? words.yes : words.no
  if (typeof value === 'object') return partsText(item, value, words) || words.none
  const option = item.options.find(({ token }) => token === String(value))
  if (option) return option.label
  return typeof value === 'number' ? numberText(item, value, words) : plainText(item, value, words)
}

/** Making one takes longer than all else that a key calls for. */
const formats = new Map<string, Intl.NumberFormat>()
function formatOf(locale: string): Intl.NumberFormat {
  const known =
    formats.get(locale) ?? new Intl.NumberFormat(locale, { useGrouping: false, maximumFractionDigits: 10 })
  formats.set(locale, known)
  return known
}

function numberText({ unit }: Item, value: number, { locale }: AnswerWords): string {
  const number = formatOf(locale).format(value)
  return unit?.label ? `${number} ${unit.label}` : number
}

function plainText({ type }: Item, value: string, { locale }: AnswerWords): string {
  if (type === 'time') return clockTime(locale, value)
  if (type === 'date') return calendarDay(locale, value)
  return type === 'dateTime' ? dayAndTime(locale, value) : value
}

/** A file; a signature; a date that is not complete yet, or an amount with its unit: the parts as they were typed. */
function partsText(item: Item, value: Extract<Answer, object>, words: AnswerWords): string {
  const attached = item.type === 'attachment' ? readAttached(value) : null
  if (attached) return `${attached.name} (${sizeOf(words.locale, attached.bytes)})`
  const signature = isSigned(item) ? readSignature(value) : null
  if (signature) return signature.name ?? words.drawn
  const amount = typeof value.value === 'number' ? formatOf(words.locale).format(value.value) : value.value
  return [value.month, value.day, value.year, value.time, amount, unitOf(item, value)?.label]
    .filter((part) => part !== undefined && part !== null && part !== '')
    .join(' ')
}
