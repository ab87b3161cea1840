import { describe, expect, it } from 'vitest'
import { isVisitMoved } from '../seen-visit.ts'
import type { StoredDocument, WriteRow } from '../worker-port.ts'
import { checkSeenVisit, withSubjectRev } from './seen-visit.ts'

const SEEN = {
  startsAt: 1,
  endsAt: 2,
  timeZone: 'UTC',
  title: 'Visit',
  clinicianName: 'Dr. M',
  place: 'Room 4',
  status: 'booked',
}
const document = (fields: object) => ({ id: 'r', ...fields }) as unknown as StoredDocument
const row = (now: object, before?: object): WriteRow =>
  ({
    id: 'r',
    document: document(now),
    ...(before ? { previous: document(before) } : {}),
  }) as unknown as WriteRow
const holds = (fields: object | null) => ({ stored: fields as StoredDocument | null })

describe('what a request rests on', () => {
  it('[R43] is the appointment as it was shown, or nothing is written', () => {
    const asks = row({ subjectId: 'v', seen: SEEN })
    expect(() => checkSeenVisit(holds({ ...SEEN, joinUrl: 'https://video.example' }), asks)).not.toThrow()
    for (const moved of [{ ...SEEN, startsAt: 5 }, { ...SEEN, status: 'cancelled' }, null]) {
      let thrown: unknown
      try {
        checkSeenVisit(holds(moved), asks)
      } catch (error) {
        thrown = error
      }
      expect(isVisitMoved(thrown)).toBe(true)
    }
    // A withdrawal says nothing of the appointment, whatever became of it.
    const withdrawal = row(
      { subjectId: 'v', seen: SEEN, status: 'withdrawn' },
      { subjectId: 'v', seen: SEEN },
    )
    expect(() => checkSeenVisit(holds(null), withdrawal)).not.toThrow()
  })

  it('[R43] goes along as the revision that this device has', () => {
    const asks = document({ subjectId: 'v', seen: SEEN })
    expect(withSubjectRev([['seen', SEEN]], asks, 7)).toEqual([
      ['seen', SEEN],
      ['subjectRev', 7],
    ])
    expect(withSubjectRev([['status', 'withdrawn']], asks, 7)).toEqual([['status', 'withdrawn']])
    expect(withSubjectRev([['reason', 'x']], document({}), 7)).toEqual([['reason', 'x']])
  })
})
