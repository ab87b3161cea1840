import { describe, expect, it } from 'vitest'
import type { OutboxEntry } from './outbox-entry.ts'
import { STATE } from './sealed-rows.ts'
import { applyOwn, applyRow, isReached, UNKNOWN, visible } from './server-state.ts'

const state = { rev: 3, body: { id: 'd', title: 'T', answers: { a: '1' } } }
const entry = (more: Partial<OutboxEntry>): OutboxEntry => ({
  n: 1,
  collection: 6,
  id: 'd',
  baseRev: 3,
  fields: [['answers/a', '2', 1]],
  state: STATE.waiting,
  writer: 'me',
  since: 1,
  ...more,
})

describe('[R9] rows', () => {
  it('apply to what they build on', () => {
    expect(applyRow(state, [6, 'd', 4, 1, [['answers/b', 'x']], 3, 9])).toEqual({
      rev: 4,
      body: { id: 'd', title: 'T', answers: { a: '1', b: 'x' }, updatedAt: 9 },
    })
    expect(applyRow(state, [6, 'd', 9, 0, { id: 'd' }])).toEqual({ rev: 9, body: { id: 'd' } })
    expect(applyRow(state, [6, 'd', 4, 2])).toEqual({ rev: 4, body: null })
  })
  it('[P17] are a gap where something is missing, and nothing where they are old', () => {
    expect(applyRow(state, [6, 'd', 5, 1, [['title', 'x']], 4, 9])).toBe('gap')
    expect(applyRow(UNKNOWN, [6, 'd', 2, 1, [['title', 'x']], 1, 9])).toBe('gap')
    expect(applyRow(state, [6, 'd', 2, 0, { id: 'd' }])).toBe(state)
    expect(applyRow(state, [6, 'd', 3, 1, [['title', 'x']], 2, 9])).toBe(state)
  })
  it('[R10] of a rewound history count even where they are lower', () => {
    expect(applyRow(state, [6, 'd', 2, 0, { id: 'd' }], true)).toEqual({ rev: 2, body: { id: 'd' } })
  })
})

describe('[R7] what the page sees', () => {
  it('is the server’s state under the pending changes, in their order', () => {
    const pending = [
      entry({}),
      entry({
        n: 2,
        fields: [
          ['answers/a', null, 2],
          ['answers/c', '3', 2],
        ],
      }),
    ]
    expect(visible(state, pending)).toEqual({ id: 'd', title: 'T', answers: { c: '3' } })
  })
  it('is the own creation until the server has its version of it', () => {
    const creation = entry({ baseRev: 0, body: { id: 'd', status: 'sent' } })
    expect(visible(UNKNOWN, [creation])).toEqual({ id: 'd', status: 'sent' })
    expect(visible({ rev: 1, body: { id: 'd', status: 'received' } }, [creation])).toEqual({
      id: 'd',
      status: 'received',
    })
  })
  it('does not bring a deleted document back', () => {
    expect(visible({ rev: 4, body: null }, [entry({})])).toBeNull()
  })
})

describe('[R9] an accepted change', () => {
  it('is applied where nothing lies between, else it stays pending', () => {
    expect(applyOwn(state, entry({}), 4, 9)).toMatchObject({
      rev: 4,
      body: { answers: { a: '2' }, updatedAt: 9 },
    })
    expect(applyOwn(state, entry({}), 5, 9)).toBe(state)
    const acked = entry({ state: STATE.acked, acked: { rev: 5, at: 9 } })
    expect(isReached(acked, state)).toBe(false)
    expect(isReached(acked, { rev: 5, body: null })).toBe(true)
  })
})
