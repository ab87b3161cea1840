import { describe, expect, it } from 'vitest'
import type { OutboxEntry } from './outbox-entry.ts'
import { partsOf, wholes } from './rejoin.ts'
import { STATE } from './sealed-rows.ts'

const part = (n: number, field: string, more: Partial<OutboxEntry> = {}): OutboxEntry => ({
  n,
  collection: 7,
  id: 's',
  baseRev: 0,
  fields: [[field, `value of ${field}`, 100]],
  state: STATE.attention,
  writer: 'me',
  since: 100,
  reason: 'invalid_document',
  ...more,
})
const body = { id: 's' }

describe('partsOf', () => {
  const parts = [part(3, 'draftId', { body }), part(4, 'answers'), part(5, 'submittedAt')]

  it('[R61] finds the refused parts of a creation, from each of them', () => {
    const other = part(6, 'answers', { id: 'another' })
    for (const each of parts) expect(partsOf(each, [...parts, other])).toEqual(parts)
    expect(partsOf(other, [...parts, other])).toEqual([other])
  })

  it('[R61] takes a part along that was retried alone, and no later change of it', () => {
    const [first, second] = parts as [OutboxEntry, OutboxEntry]
    const retried = part(9, 'submittedAt')
    const later = part(10, 'answers')
    expect(partsOf(first, [first, second, retried, later])).toEqual([first, second, retried])
    expect(partsOf(later, [first, second, retried, later])).toEqual([later])
  })

  it('leaves alone what waits, and changes of documents that the server knows', () => {
    const waiting = part(4, 'answers', { state: STATE.waiting })
    const edit = part(5, 'submittedAt', { baseRev: 2 })
    const all = [part(3, 'draftId', { body }), waiting, edit]
    expect(wholes(all)).toEqual(all)
  })

  it('[R61] shows a creation once', () => {
    expect(wholes(parts)).toMatchObject([
      {
        n: 3,
        body,
        fields: [['draftId'], ['answers'], ['submittedAt']].map(([name]) => [name, expect.any(String), 100]),
      },
    ])
  })
})
