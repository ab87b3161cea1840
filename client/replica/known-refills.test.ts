import { describe, expect, it } from 'vitest'
import type { Refill } from '../../shared/domains/medications/refill-schema.ts'
import { knownRefills, openFor, sortedRefills } from './known-refills.ts'
import type { PendingItem } from './portal-session.ts'

const refill = (id: string, fields: Partial<Refill> = {}): Refill => ({
  id,
  kind: 'refill',
  status: 'requested',
  subjectId: 'medication',
  requestedAt: 1,
  updatedAt: 1,
  ...fields,
})
const attention = (documentId: string) => ({ documentId, state: 'attention' }) as PendingItem

describe('refills on the device', () => {
  it('show one that the practice did not take, and do not count it as under way', () => {
    const refused = knownRefills([refill('late')], [attention('late')])
    expect(refused[0]).toMatchObject({ refused: true, refill: { id: 'late' } })
    expect(openFor(refused, 'medication')).toBeUndefined()
    const both = knownRefills([refill('late'), refill('first', { steps: [] })], [attention('late')])
    expect(openFor(both, 'medication')?.refill.id).toBe('first')
  })

  it('stay under way where only a change of them was refused', () => {
    const known = knownRefills([refill('first', { status: 'sent', steps: [] })], [attention('first')])
    expect(openFor(known, 'medication')?.refused).toBe(false)
  })

  it('put first what needs the client, and last what is over', () => {
    const known = knownRefills(
      [
        refill('a', { status: 'done' }),
        refill('b', { status: 'sent' }),
        refill('c', { status: 'more-information' }),
      ],
      [],
    )
    const { open, past } = sortedRefills(known)
    expect(open.map((one) => one.refill.id)).toEqual(['c', 'b'])
    expect(past.map((one) => one.refill.id)).toEqual(['a'])
  })
})
