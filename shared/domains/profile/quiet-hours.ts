/**
 * Hours in which nothing rings: from an evening to a morning of the person's zone, or of the clinic's where they named
 * none. Pure; over a change of the clock the wall's time counts.
 */
import { addDays, dayAt, isZone, minuteAt, momentAt } from '../../calendar/clinic-days.ts'
import { type QuietHours, quietMinute } from './preferences.ts'

const DAY_MINUTES = 24 * 60

/** The first moment from `at` on that is not quiet. */
export function quietUntil(at: number, quiet: QuietHours | undefined, clinicZone: string): number {
  if (quiet === undefined) return at
  const zone = quiet.zone !== undefined && isZone(quiet.zone) ? quiet.zone : clinicZone
  const [from, until] = [quietMinute(quiet.from), quietMinute(quiet.until)]
  const minute = minuteAt(at, zone)
  const overnight = from > until
  const isQuiet = overnight ? minute >= from || minute < until : minute >= from && minute < until
  if (!isQuiet) return at
  const day = dayAt(at, zone)
  const ends = momentAt(overnight && minute >= from ? addDays(day, 1) : day, until % DAY_MINUTES, zone)
  // An hour that comes twice ends with its first coming, which may be past.
  return Math.max(at, ends)
}
