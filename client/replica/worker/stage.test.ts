import { describe, expect, it } from 'vitest'
import { type OutboxEntry, toMutation } from './outbox-entry.ts'
import { STATE } from './sealed-rows.ts'
import { type StageInput, stage } from './stage.ts'

const entry = (more: Partial<OutboxEntry>): OutboxEntry => ({
  n: 1,
  collection: 6,
  id: 'd',
  baseRev: 5,
  fields: [['answers/a', 'old', 100]],
  state: STATE.waiting,
  writer: 'me',
  since: 100,
  ...more,
})
const input = (more: Partial<StageInput>): StageInput => ({
  collection: 6,
  id: 'd',
  patch: [['answers/a', 'new']],
  at: 200,
  pending: [],
  serverRev: 8,
  writer: 'me',
  next: 10,
  ...more,
})

describe('stage', () => {
  it('[R5] takes the revision this device has for a field that does not wait', () => {
    const { put, next } = stage(input({}))
    expect(put).toMatchObject([{ n: 10, baseRev: 8, fields: [['answers/a', 'new', 200]] }])
    expect(next).toBe(11)
  })

  it('[R5] keeps the base of a field that waits and splits a change with two bases', () => {
    const pending = [entry({ state: STATE.handed })]
    const patch = [
      ['answers/a', 'new'],
      ['answers/b', 'new'],
    ] as const
    const { put } = stage(input({ pending, patch }))
    expect(put.map(({ n, baseRev, fields }) => [n, baseRev, fields[0]?.[0]])).toEqual([
      [10, 5, 'answers/a'],
      [11, 8, 'answers/b'],
    ])
  })

  it('adds to its own unsent mutation, keeping the other fields and their times', () => {
    const pending = [
      entry({
        fields: [
          ['answers/a', 'old', 100],
          ['answers/b', 'b', 110],
        ],
      }),
    ]
    const { put, next } = stage(input({ pending, serverRev: 5 }))
    expect(put).toMatchObject([
      {
        n: 1,
        fields: [
          ['answers/a', 'new', 200],
          ['answers/b', 'b', 110],
        ],
      },
    ])
    expect(next).toBe(10)
    expect(toMutation(put[0] as OutboxEntry)).toEqual([
      1,
      6,
      'd',
      5,
      200,
      [
        ['answers/a', 'new'],
        ['answers/b', 'b', 90],
      ],
    ])
  })

  it.each([
    ['handed to the socket', { state: STATE.handed }],
    ['acked', { state: STATE.acked, acked: { rev: 6, at: 1 } }],
    ['refused', { state: STATE.attention }],
    ['made by another session', { writer: 'another tab' }],
  ] as const)('[R3] never adds to a mutation that was %s', (_, change) => {
    const { put } = stage(input({ pending: [entry(change)] }))
    expect(put).toMatchObject([{ n: 10, baseRev: 5 }])
  })

  it('[R13] takes a field from a refused change, with its base, and only once', () => {
    const refused = entry({ state: STATE.attention })
    const { put, covered } = stage(input({ pending: [refused] }))
    expect(put).toMatchObject([{ n: 10, baseRev: 5 }])
    expect(covered).toEqual([{ ...refused, covered: ['answers/a'] }])
    expect(stage(input({ pending: covered }))).toMatchObject({ put: [{ baseRev: 8 }], covered: [] })
  })

  it('[R3] does not move a change before a later one of the same field', () => {
    const pending = [entry({}), entry({ n: 2, state: STATE.handed })]
    expect(stage(input({ pending })).put).toMatchObject([{ n: 10 }])
  })

  it('[R61] never takes a creation apart, however long it is', () => {
    const long = 'x'.repeat(40_000)
    const body = { id: 'd', a: long, b: long }
    const { put } = stage(
      input({
        serverRev: 0,
        body,
        patch: [
          ['a', long],
          ['b', long],
        ],
      }),
    )
    expect(put).toMatchObject([
      {
        baseRev: 0,
        body,
        fields: [
          ['a', long, 200],
          ['b', long, 200],
        ],
      },
    ])
    const changed = { ...body, a: `${long}!` }
    const more = stage(input({ serverRev: 0, body: changed, pending: put, patch: [['a', changed.a]] }))
    expect(more.put).toMatchObject([
      {
        n: 10,
        body: changed,
        fields: [
          ['a', changed.a, 200],
          ['b', long, 200],
        ],
      },
    ])
  })

  it('adds to a single large value as to any other', () => {
    const long = 'x'.repeat(100_000)
    const pending = [entry({ fields: [['answers/a', long, 100]] })]
    const { put } = stage(input({ pending, serverRev: 5, patch: [['answers/a', `${long}!`]] }))
    expect(put).toMatchObject([{ n: 1, fields: [['answers/a', `${long}!`, 200]] }])
  })

  it('[R62] sets a value aside that no packet carries, with what is typed on in it, and sends the others', () => {
    const huge = 'x'.repeat(1_000_000)
    const pending = [entry({})]
    const patch = [
      ['answers/a', huge],
      ['answers/b', 'b'],
    ] as const
    const { put, next } = stage(input({ pending, serverRev: 5, patch }))
    expect(put).toMatchObject([
      {
        n: 10,
        state: STATE.attention,
        unheard: true,
        reason: 'too_large',
        fields: [['answers/a', huge, 200]],
      },
      { n: 11, state: STATE.waiting, fields: [['answers/b', 'b', 200]] },
    ])
    const all = [...pending, ...put]
    const more = stage(input({ pending: all, serverRev: 5, patch: [['answers/a', `${huge}!`]], next }))
    expect(more).toMatchObject({
      put: [{ n: 10, fields: [['answers/a', `${huge}!`, 200]] }],
      covered: [],
      next,
    })
    const short = stage(input({ pending: all, serverRev: 5, patch: [['answers/a', 'short']], next }))
    expect(short).toMatchObject({
      put: [{ n: 11, baseRev: 5, state: STATE.waiting }],
      covered: [{ n: 10, covered: ['answers/a'] }],
    })
  })
})
