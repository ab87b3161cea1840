import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, dayAt, dayBounds, isZone, minuteAt, momentAt } from './clinic-days.ts'

const HOUR = 3_600_000
const NEW_YORK = 'America/New_York'
/** With and without daylight saving, half and quarter hours, over the date line, a change of 30 minutes, one at midnight. */
const zone = fc.constantFrom(
  NEW_YORK,
  'America/Phoenix',
  'America/St_Johns',
  'America/Santiago',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Europe/Dublin',
  'Pacific/Auckland',
  'Pacific/Apia',
  'Africa/Cairo',
)
const moment = fc.integer({ min: Date.UTC(2015, 0), max: Date.UTC(2037, 0) }).map((at) => at - (at % 60_000))

/** What the platform's own formatter says. */
const wall = (at: number, timeZone: string) =>
  new Intl.DateTimeFormat('en-CA', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'short',
    hourCycle: 'h23',
  }).format(at)

describe('days of the clinic', () => {
  it('are those that the platform shows', () => {
    fc.assert(
      fc.property(moment, zone, (at, timeZone) => {
        const minute = minuteAt(at, timeZone)
        const clock = [Math.floor(minute / 60), minute % 60]
          .map((part) => String(part).padStart(2, '0'))
          .join(':')
        expect(`${dayAt(at, timeZone)}, ${clock}`).toBe(wall(at, timeZone))
      }),
    )
  })

  it('lead from a time on the wall to a moment that shows this very time, unless the clock skips it', () => {
    fc.assert(
      fc.property(moment, zone, fc.integer({ min: 0, max: 1439 }), (at, timeZone, minute) => {
        const day = dayAt(at, timeZone)
        const found = momentAt(day, minute, timeZone)
        const shown = minuteAt(found, timeZone)
        if (dayAt(found, timeZone) === day && shown === minute) return
        // A skipped time is a little later, never earlier, and never by more than the clock was put forward.
        const { from, to } = dayBounds(day, timeZone)
        expect(to - from).toBeLessThan(24 * HOUR)
        expect(shown - minute).toBeGreaterThan(0)
        expect(shown - minute).toBeLessThanOrEqual(60)
      }),
    )
  })

  it('follow each other without a gap, and hold their own moments', () => {
    fc.assert(
      fc.property(moment, zone, (at, timeZone) => {
        const day = dayAt(at, timeZone)
        const { from, to } = dayBounds(day, timeZone)
        expect(at).toBeGreaterThanOrEqual(from)
        expect(at).toBeLessThan(to)
        expect(dayBounds(addDays(day, 1), timeZone).from).toBe(to)
      }),
    )
  })

  it('have 23, 24 or 25 hours', () => {
    const hours = (day: string) => {
      const { from, to } = dayBounds(day, NEW_YORK)
      return (to - from) / HOUR
    }
    expect(['2026-03-08', '2026-06-01', '2026-11-01'].map(hours)).toEqual([23, 24, 25])
  })

  it('keep an hour on the wall over a change of the clock', () => {
    // 2:30 does not exist on the first of these days, and 1:30 exists twice on the second.
    expect(minuteAt(momentAt('2026-03-08', 150, NEW_YORK), NEW_YORK)).toBe(210)
    expect(momentAt('2026-11-01', 90, NEW_YORK)).toBe(Date.UTC(2026, 10, 1, 5, 30))
    const weekly = ['2026-10-29', '2026-11-05'].map((day) => momentAt(day, 14 * 60, NEW_YORK))
    expect((weekly[1] ?? 0) - (weekly[0] ?? 0)).toBe(7 * 24 * HOUR + HOUR)
  })

  it('need a zone that the platform knows', () => {
    expect(['Europe/Lisbon', 'Mars/Olympus', ''].map(isZone)).toEqual([true, false, false])
  })
})
