import { describe, expect, it } from 'vitest'
import type { Appointment } from '../../../shared/domains/appointments/schema.ts'
import { byDay, clinicZone, isUpcoming, zoneOf } from './by-day.ts'

const visit = (startsAt: number, timeZone = 'America/New_York'): Appointment => ({
  id: crypto.randomUUID(),
  startsAt,
  endsAt: startsAt + 50 * 60_000,
  timeZone,
  title: 'Visit',
  clinicianName: 'Dr. M',
  place: 'Room 4',
  status: 'booked',
  updatedAt: 0,
})

describe('the days of appointments', () => {
  it('are the clinic’s, wherever the device is', () => {
    const late = visit(Date.UTC(2026, 11, 4, 2))
    const east = visit(Date.UTC(2026, 11, 3, 20), 'Pacific/Auckland')
    expect([...byDay([late, east]).keys()]).toEqual(['2026-12-03', '2026-12-04'])
  })

  it('do without a zone that nobody knows', () => {
    expect(zoneOf({ timeZone: 'Nowhere/At_all' })).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone)
    expect(byDay([visit(0, 'Nowhere/At_all')]).size).toBe(1)
  })

  it('take the zone of the next visit, and of the last one where none is to come', () => {
    const [past, next] = [visit(1_000, 'Europe/Lisbon'), visit(5_000_000_000, 'Asia/Tokyo')]
    expect(clinicZone([past, next], 4_000_000_000)).toBe('Asia/Tokyo')
    expect(clinicZone([past], 4_000_000_000)).toBe('Europe/Lisbon')
    expect(clinicZone([], 0, 'Pacific/Auckland')).toBe('Pacific/Auckland')
    expect(clinicZone([], 0, 'Nowhere/Land')).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone)
  })

  it('count a visit that is under way as one to come', () => {
    const now = visit(1_000)
    expect([isUpcoming(now, now.endsAt - 1), isUpcoming(now, now.endsAt)]).toEqual([true, false])
  })
})
