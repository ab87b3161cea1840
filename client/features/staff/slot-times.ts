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

/** What does not fit in whole is left out; nothing where the times make no sense. */
export function slotTimes(
  day: ClinicDay,
  { begins, ends, length, pause }: SlotTimes,
  timeZone: string,
): readonly { readonly startsAt: number; readonly endsAt: number }[] {
  const [from, to] = [minutesOf(begins), minutesOf(ends)]
  if (!(from < to) || !(length >= 5) || !(pause >= 0)) return []
  const count = Math.floor((to - from + pause) / (length + pause))
  return Array.from({ length: Math.max(0, count) }, (_, index) => {
    const at = from + index * (length + pause)
    return { startsAt: momentAt(day, at, timeZone), endsAt: momentAt(day, at + length, timeZone) }
  })
}
