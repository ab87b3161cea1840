/** Between the boxes of a day with a time and what is stored for it. Pure but for the zone of this device. */
import type { AnswerValue } from '../../../shared/domains/forms/schema.ts'
import { type DateParts, datePartsOf, isBlank, isoDate, NO_DATE, partialDate } from '../../ui/date-parts.ts'

export interface DateTimeParts extends DateParts {
  /** `hh:mm`, or nothing. */
  readonly time: string
}

const typed = (value: unknown): string => (typeof value === 'string' ? value : '')

export function dateTimePartsOf(value: AnswerValue | undefined): DateTimeParts {
  if (typeof value === 'string') {
    const [day = '', rest = ''] = value.split('T')
    return { ...datePartsOf(day), time: /^\d{2}:\d{2}/.exec(rest)?.[0] ?? '' }
  }
  if (typeof value !== 'object') return { ...NO_DATE, time: '' }
  return {
    month: typed(value.month),
    day: typed(value.day),
    year: typed(value.year),
    time: typed(value.time),
  }
}

/** Null: nothing is there. The texts as they are, while they are no day yet. */
export function dateTimeValue(parts: DateTimeParts, locale: string): AnswerValue | null {
  const day = isoDate(parts, locale)
  if (parts.time === '') {
    if (isBlank(parts)) return null
    return day ?? partialDate(parts, locale) ?? asTyped(parts)
  }
  return day === null ? asTyped(parts) : `${day}T${parts.time}:00${zoneAt(`${day}T${parts.time}`)}`
}

const asTyped = ({ month, day, year, time }: DateTimeParts) => ({
  month,
  day,
  year,
  ...(time === '' ? {} : { time }),
})

/** `+02:00`: how far this device's clock is from UTC at that moment. */
function zoneAt(local: string): string {
  const minutes = -new Date(local).getTimezoneOffset()
  const two = (count: number) => String(Math.floor(count)).padStart(2, '0')
  return `${minutes < 0 ? '-' : '+'}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`
}
