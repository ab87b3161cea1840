import { describe, expect, it } from 'vitest'
import { slotTimes } from './slot-times.ts'

const ZONE = 'America/New_York'
const clock = (at: number) =>
  new Intl.DateTimeFormat('en-GB', { timeZone: ZONE, hour: '2-digit', minute: '2-digit' }).format(at)
const shown = (day: string, times: Parameters<typeof slotTimes>[1]) =>
  slotTimes(day, times, ZONE).map(({ startsAt, endsAt }) => `${clock(startsAt)}-${clock(endsAt)}`)

describe('times that are put up', () => {
  it('follow each other with their pause, and end before the end', () => {
    expect(shown('2026-12-03', { begins: '09:00', ends: '12:00', length: 50, pause: 10 })).toEqual([
      '09:00-09:50',
      '10:00-10:50',
      '11:00-11:50',
    ])
    expect(shown('2026-12-03', { begins: '09:00', ends: '10:49', length: 50, pause: 0 })).toHaveLength(2)
  })

  it('are those of the clock on the wall on a day that has 23 hours', () => {
    expect(shown('2026-03-08', { begins: '09:00', ends: '11:00', length: 60, pause: 0 })).toEqual([
      '09:00-10:00',
      '10:00-11:00',
    ])
  })

  it('have their length in the night in which the clock is put forward or back', () => {
    const night = { begins: '01:00', ends: '04:00', length: 60, pause: 0 }
    expect(shown('2026-03-08', night)).toEqual(['01:00-03:00', '03:00-04:00'])
    expect(shown('2026-11-01', night)).toEqual(['01:00-01:00', '01:00-02:00', '02:00-03:00', '03:00-04:00'])
  })

  it('are none where they make no sense', () => {
    for (const times of [
      { begins: '10:00', ends: '09:00', length: 50, pause: 0 },
      { begins: '', ends: '09:00', length: 50, pause: 0 },
      { begins: '08:00', ends: '09:00', length: 0, pause: 0 },
      { begins: '08:00', ends: '09:00', length: Number.NaN, pause: 0 },
    ])
      expect(slotTimes('2026-12-03', times, ZONE)).toEqual([])
  })
})
