import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { COLLECTION_NAMES, type CollectionName } from '../../protocol/collections.ts'
import { comesOfAge, endOf, isAdult, latestEnd, mayRead, mayReadSome, mayWrite } from './policy.ts'
import { covers, GRANT_SCOPES, type Granted, grantedOf, grantTexts } from './scopes.ts'

const granted = fc.dictionary(
  fc.constantFrom(...GRANT_SCOPES),
  fc.constantFrom('read', 'write'),
) as fc.Arbitrary<Granted>
const day = (text: string) => Date.parse(`${text}T00:00:00Z`)

describe('what a grant covers', () => {
  it('is written and read back alike, and unknown words give nothing', () => {
    fc.assert(
      fc.property(granted, (given) => {
        expect(grantedOf(grantTexts(given))).toEqual(given)
        expect(grantedOf([...grantTexts(given), 'labs:write', 'forms:own', 'forms', ''])).toEqual(given)
      }),
    )
  })

  it('to act in an area is also to see it', () => {
    for (const scope of GRANT_SCOPES) {
      expect([
        covers({ [scope]: 'write' }, scope, 'read'),
        covers({ [scope]: 'read' }, scope, 'write'),
      ]).toEqual([true, false])
      expect(covers({}, scope, 'read')).toBe(false)
    }
  })

  it('never shows a document whose collection it hides, and never lets change what it hides', () => {
    const bodies = fc.record(
      {
        kind: fc.constantFrom('refill', 'cancel', 'new-appointment', 7),
        collection: fc.constantFrom('drafts', 'messages', 'requests', 'nonsense', 4),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(granted, fc.constantFrom(...COLLECTION_NAMES), bodies, (given, collection, body) => {
        if (!mayReadSome(given, collection)) expect(mayRead(given, collection, body)).toBe(false)
        if (mayWrite(given, collection, body)) expect(mayRead(given, collection, body)).toBe(true)
      }),
    )
  })

  it.each<[CollectionName, object, Granted, boolean]>([
    ['requests', { kind: 'refill' }, { prescriptions: 'read' }, true],
    ['requests', { kind: 'refill' }, { appointments: 'write' }, false],
    ['requests', { kind: 'cancel' }, { appointments: 'read' }, true],
    ['requests', { kind: 'cancel' }, { prescriptions: 'write' }, false],
    ['requests', {}, { appointments: 'write' }, false],
    ['requests', {}, { appointments: 'read', prescriptions: 'read' }, true],
    ['notices', { collection: 'messages' }, { messages: 'read' }, true],
    ['notices', { collection: 'messages' }, { forms: 'write' }, false],
    ['notices', { collection: 'something else' }, { messages: 'write', forms: 'write' }, false],
    ['drafts', {}, { forms: 'read' }, false],
    ['drafts', {}, { forms: 'write' }, true],
    ['submissions', {}, { forms: 'read' }, true],
  ])('%s %o with %o: %s', (collection, body, given, expected) => {
    expect(mayRead(given, collection, { ...body })).toBe(expected)
  })
})

describe('who may give access, and until when', () => {
  it.each([
    ['2008-11-28', '2026-11-27', false],
    ['2008-11-28', '2026-11-28', true],
    ['2008-02-29', '2026-02-28', false],
    ['2008-02-29', '2026-03-01', true],
    [null, '2026-03-01', false],
  ])('born %s, on %s: %s', (born, today, adult) => {
    expect(isAdult(born, day(today))).toBe(adult)
  })

  it('what is given for a child ends when the child comes of age', () => {
    const now = day('2026-11-28')
    const birthday = day('2030-05-01')
    expect(comesOfAge('2012-05-01')).toBe(birthday)
    expect(endOf(null, '2012-05-01', now)).toBe(birthday)
    expect(endOf(day('2040-01-01'), '2012-05-01', now)).toBe(birthday)
    expect(endOf(day('2027-01-01'), '2012-05-01', now)).toBe(day('2027-01-01'))
    expect(latestEnd('1990-05-01', now)).toBeNull()
    expect(endOf(null, '1990-05-01', now)).toBeNull()
  })
})
