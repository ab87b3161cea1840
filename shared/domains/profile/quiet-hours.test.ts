import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { minuteAt } from '../../calendar/clinic-days.ts'
import { isPreference, quietHoursOf, quietMinute } from './preferences.ts'
import { quietUntil } from './quiet-hours.ts'

const NEW_YORK = 'America/New_York'
const clock = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'))
const moment = fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2030, 0) }).map((at) => at - (at % 60_000))
const zone = fc.constantFrom(NEW_YORK, 'Europe/Madrid', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'UTC')

describe('quiet hours', () => {
  it('[N4] end within a day, at a time that is not quiet, and never begin by themselves', () => {
    fc.assert(
      fc.property(moment, clock, clock, zone, (at, from, until, timeZone) => {
        const ends = quietUntil(at, { from, until, zone: timeZone }, 'UTC')
        expect(ends).toBeGreaterThanOrEqual(at)
        expect(ends - at).toBeLessThanOrEqual(25 * 3_600_000)
        const [begin, end] = [quietMinute(from), quietMinute(until)]
        const minute = minuteAt(at, timeZone)
        const wasQuiet = begin > end ? minute >= begin || minute < end : minute >= begin && minute < end
        if (!wasQuiet) expect(ends).toBe(at)
        // A time that the clock skips comes a little later.
        else if (ends > at) expect((minuteAt(ends, timeZone) - end + 1440) % 1440).toBeLessThanOrEqual(60)
      }),
    )
  })

  it('[N4] go by the clock on the wall, in the reader’s zone before the clinic’s', () => {
    const night = { from: '21:00', until: '08:00' }
    // 2026-11-01, 00:30 in New York; the clock is put back an hour at 2.
    const at = Date.UTC(2026, 10, 1, 4, 30)
    expect(quietUntil(at, night, NEW_YORK)).toBe(Date.UTC(2026, 10, 1, 13))
    expect(quietUntil(at, { ...night, zone: 'Europe/Madrid' }, NEW_YORK)).toBe(Date.UTC(2026, 10, 1, 7))
    expect(quietUntil(at, { ...night, zone: 'Mars/Olympus' }, NEW_YORK)).toBe(Date.UTC(2026, 10, 1, 13))
    expect(quietUntil(at, undefined, NEW_YORK)).toBe(at)
  })

  it('[N4] are nine in the evening to eight in the morning until somebody chooses otherwise', () => {
    expect(quietHoursOf({})).toEqual({ from: '21:00', until: '08:00' })
    expect(quietHoursOf({ quiet: false })).toBeUndefined()
    const chosen = { 'quiet.from': '22:30', 'quiet.until': '25:00', 'quiet.zone': 'Europe/Madrid' }
    expect(quietHoursOf(chosen)).toEqual({ from: '22:30', until: '08:00', zone: 'Europe/Madrid' })
    expect(isPreference('quiet.from', '22:30')).toBe(true)
    for (const [key, value] of [
      ['quiet.from', '25:00'],
      ['quiet.until', 8],
      ['quiet.zone', '<script>'],
      ['quiet', 'yes'],
    ] as const)
      expect(isPreference(key, value), key).toBe(false)
  })
})
