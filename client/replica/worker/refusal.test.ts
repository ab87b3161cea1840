import { describe, expect, it } from 'vitest'
import { type OutboxEntry, standingFields } from './outbox-entry.ts'
import { refuse } from './refusal.ts'
import { STATE } from './sealed-rows.ts'

const entry = (more: Partial<OutboxEntry>): OutboxEntry => ({
  n: 1,
  collection: 6,
  id: 'd',
  baseRev: 5,
  fields: [
    ['answers/a', 'good', 100],
    ['answers/b', 'bad', 110],
  ],
  state: STATE.handed,
  writer: 'me',
  since: 100,
  ...more,
})
const numbers = () => {
  let next = 10
  return () => next++
}

describe('a refused mutation', () => {
  it('[R12] is taken apart, so that only its bad field is refused again', () => {
    const { kept, again } = refuse(entry({}), 'invalid_document', [], numbers())
    expect(kept).toEqual([])
    expect(again).toMatchObject([
      { n: 10, baseRev: 5, state: STATE.handed, since: 100, fields: [['answers/a', 'good', 100]] },
      { n: 11, baseRev: 5, state: STATE.handed, since: 110, fields: [['answers/b', 'bad', 110]] },
    ])
  })

  it('[R49] goes again under another number where a copy of this device used its own, but for what was written anew', () => {
    const later = [entry({ n: 2, fields: [['answers/b', 'newer', 200]] })]
    const { kept, again } = refuse(entry({}), 'number_taken', later, numbers())
    expect(kept).toEqual([])
    expect(again).toMatchObject([{ n: 10, baseRev: 5, fields: [['answers/a', 'good', 100]] }])
    expect(refuse(entry({ fields: [['answers/b', 'bad', 110]] }), 'number_taken', later, numbers())).toEqual({
      kept: [],
      again: [],
    })
    const creation = entry({ baseRev: 0, body: { id: 'd' } })
    expect(refuse(creation, 'number_taken', later, numbers()).again).toMatchObject([{ ...creation, n: 10 }])
  })

  it.each([
    ['a single field', { fields: [['a', 1, 1]] }, 'invalid_document'],
    ['a creation', { baseRev: 0, body: { id: 'd' } }, 'invalid_document'],
    ['a refusal of the whole', {}, 'not_permitted'],
  ] as const)('[R12] stays whole: %s', (_, change, reason) => {
    const { kept, again } = refuse(entry(change), reason, [], numbers())
    expect(kept).toMatchObject([{ n: 1, state: STATE.attention, reason }])
    expect(again).toEqual([])
  })

  it('[R13] keeps a field that was written again since, and neither shows nor sends it', () => {
    const later = [entry({ n: 2, fields: [['answers/b', 'newer', 200]] })]
    const { kept, again } = refuse(entry({}), 'invalid_document', later, numbers())
    expect(again.map(({ fields }) => fields)).toEqual([[['answers/a', 'good', 100]]])
    expect(kept).toMatchObject([{ n: 1, fields: [['answers/b', 'bad', 110]] }])
    expect(kept.flatMap(standingFields)).toEqual([])
  })
})
