import { describe, expect, it } from 'vitest'
import { bodyOf, firstFields, givesTime, problemsOf } from './decision.ts'
import type { RequestDetail } from './request-data.ts'

const FROM = Date.UTC(2026, 11, 3, 19)
const detail = (request: Partial<RequestDetail['request']> = {}): RequestDetail => ({
  clientId: 'c',
  clientName: 'Alex',
  request: {
    id: 'r',
    kind: 'reschedule',
    status: 'requested',
    preferredTimes: [{ from: FROM, to: FROM + 4 * 3_600_000 }],
    requestedAt: 0,
    updatedAt: 0,
    rev: 1,
    ...request,
  },
  appointment: {
    id: 'v',
    startsAt: FROM - 86_400_000,
    endsAt: FROM - 86_400_000 + 50 * 60_000,
    timeZone: 'America/New_York',
    title: 'Visit',
    clinicianName: 'Dr. M',
    place: 'Room 4',
    status: 'booked',
    updatedAt: 0,
    rev: 3,
  },
  timeZone: 'America/New_York',
  clinicians: [{ id: 'd', name: 'Dr. M' }],
})

describe('an answer to a request', () => {
  it('starts at what the client would like, as long as the visit is', () => {
    expect(firstFields(detail())).toMatchObject({
      day: '2026-12-03',
      begins: '14:00',
      ends: '14:50',
      place: 'Room 4',
    })
    const chosenTime = { from: FROM + 3_600_000, to: FROM + 2 * 3_600_000 }
    expect(firstFields(detail({ chosenTime }))).toMatchObject({ begins: '15:00', ends: '16:00' })
  })

  it('gives the moment in the clinic’s zone', () => {
    const fields = firstFields(detail())
    expect(bodyOf(fields, detail(), [])).toEqual({
      decision: 'approve',
      place: {
        startsAt: FROM,
        endsAt: FROM + 50 * 60_000,
        clinicianName: 'Dr. M',
        place: 'Room 4',
        kind: 'in-person',
      },
    })
    const slot = {
      id: 's',
      startsAt: 1,
      endsAt: 2,
      kind: 'in-person',
      place: 'x',
      clinicianName: 'y',
    } as const
    expect(bodyOf({ ...fields, slotId: 's' }, detail(), [slot]).place).toEqual({ slotId: 's' })
    expect(bodyOf({ ...fields, choice: 'propose', slotId: 's' }, detail(), [slot]).times).toEqual([
      { from: 1, to: 2 },
    ])
  })

  it('says why it refuses, and needs a time only where one is given', () => {
    const fields = firstFields(detail())
    expect(problemsOf({ ...fields, choice: 'decline' }, detail())).toEqual(['note'])
    expect(problemsOf({ ...fields, day: '', ends: '13:00', place: '' }, detail())).toEqual([
      'day',
      'time',
      'place',
    ])
    expect(problemsOf({ ...fields, day: '' }, detail({ kind: 'cancel' }))).toEqual([])
    expect(givesTime({ choice: 'approve' }, detail({ reviewReason: 'withdrawn-late' }))).toBe(false)
    expect(bodyOf(fields, detail({ kind: 'cancel' }), [])).toEqual({ decision: 'approve' })
  })
})
