/**
 * Times of one length, one after the other, from when to when on one day of the clinic. Pure.
 */
import { type ClinicDay, momentAt } from '../../../shared/calendar/clinic-days.ts'

export interface SlotTimes {
  /** `HH:MM` as the clock on the clinic's wall shows it. */
  readonly begins: string
  readonly ends: string
  /** Minutes of each, and between two of them. */
  readonly length: number
  readonly pause: number
}

const minutesOf = (text: string): number => {
  const [, hours, minutes] = /^(\d{2}):(\d{2})$/.exec(text) ?? []
  return hours === undefined || minutes === undefined ? Number.NaN : Number(hours) * 60 + Number(minutes)
}

const MINUTE_MS = 60_000

/**
 * What does not fit in whole is left out; nothing where the times make no sense. Each is as long as it says, also where the
 * clock is put forward or back between the two.
 */
export function slotTimes(
  day: ClinicDay,
  { begins, ends, length, pause }: SlotTimes,
  timeZone: string,
): readonly { readonly startsAt: number; readonly endsAt: number }[] {
  const [from, to] = [minutesOf(begins), minutesOf(ends)]
  if (!(from < to) || !(length >= 5) || !(pause >= 0)) return []
  const opens = momentAt(day, from, timeZone)
  const minutes = (momentAt(day, to, timeZone) - opens) / MINUTE_MS
  const count = Math.floor((minutes + pause) / (length + pause))
  return Array.from({ length: Math.max(0, count) }, (_, index) => {
    const startsAt = opens + index * (length + pause) * MINUTE_MS
    return { startsAt, endsAt: startsAt + length * MINUTE_MS }
  })
}
