import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { equalJson, type JsonObject } from '../kernel/json.ts'
import { type FieldEdit, type FieldMarks, type MergeInput, mergeFields } from './three-way.ts'

const PHONE = 'phone'
const TABLET = 'tablet'
const merge = (input: Partial<MergeInput> & { edits: readonly FieldEdit[] }) =>
  mergeFields({
    master: {},
    marks: {},
    baseRev: 1,
    nextRev: 9,
    device: PHONE,
    isText: (field) => field.startsWith('answers/story'),
    baseText: () => undefined,
    ...input,
  })
const byTablet = (field: string, at: number): FieldMarks => ({ [field]: { rev: 5, at, device: TABLET } })

describe('merging fields', () => {
  it('[M2] keeps a field edited only on the fork, and one edited only on the master', () => {
    const output = merge({
      master: { answers: { b: 'tablet' } },
      marks: byTablet('answers/b', 50),
      edits: [{ field: 'answers/a', value: 'phone', at: 10 }],
    })
    expect(output.merged).toEqual({ answers: { a: 'phone', b: 'tablet' } })
    expect(output).toMatchObject({ outcome: 'ok', losers: [], changed: ['answers/a'] })
    expect(output.marks['answers/a']).toEqual({ rev: 9, at: 10, device: PHONE })
  })

  it('[M2] takes an edit whose writer had seen the other value, whatever its clock says', () => {
    const output = merge({
      master: { answers: { a: 'old' } },
      marks: byTablet('answers/a', 1_000),
      baseRev: 5,
      edits: [{ field: 'answers/a', value: 'new', at: 10 }],
    })
    expect(output).toMatchObject({ merged: { answers: { a: 'new' } }, outcome: 'ok', losers: [] })
  })

  it.each([
    [60, 'phone', { value: 'tablet', device: TABLET, at: 50 }],
    [40, 'tablet', { value: 'phone', device: PHONE, at: 40 }],
    [50, 'tablet', { value: 'phone', device: PHONE, at: 50 }],
  ])('[M3] lets the newest clock win and keeps the other (clock %i)', (at, winner, loser) => {
    const output = merge({
      master: { answers: { a: 'tablet' } },
      marks: byTablet('answers/a', 50),
      edits: [{ field: 'answers/a', value: 'phone', at }],
    })
    expect(output.merged).toEqual({ answers: { a: winner } })
    expect(output.losers).toEqual([{ field: 'answers/a', reason: 'conflict', ...loser }])
    expect(output.outcome).toBe('conflict-kept')
  })

  it('[M3] counts clearing an answer as a value', () => {
    const output = merge({
      master: { answers: { a: 'tablet' } },
      marks: byTablet('answers/a', 50),
      edits: [{ field: 'answers/a', value: null, at: 60 }],
    })
    expect(output.merged).toEqual({ answers: {} })
    expect(output.losers[0]).toMatchObject({ value: 'tablet' })
  })

  it('[M4] remembers who wrote an equal value, so that neither is overwritten unseen', () => {
    const agreed = merge({
      master: { answers: { a: 'x' } },
      marks: byTablet('answers/a', 50),
      edits: [{ field: 'answers/a', value: 'x', at: 70 }],
    })
    expect(agreed).toMatchObject({ outcome: 'ok', changed: [], losers: [] })
    expect(agreed.marks['answers/a']).toEqual({
      rev: 5,
      at: 50,
      device: TABLET,
      agreed: [{ device: PHONE, at: 70 }],
    })
    const goneOn = merge({
      master: agreed.merged,
      marks: agreed.marks,
      device: TABLET,
      edits: [{ field: 'answers/a', value: 'z', at: 80 }],
    })
    expect(goneOn.losers).toEqual([
      { field: 'answers/a', value: 'x', device: PHONE, at: 70, reason: 'conflict' },
    ])
    const third = merge({
      master: agreed.merged,
      marks: agreed.marks,
      device: 'laptop',
      edits: [{ field: 'answers/a', value: 'older', at: 60 }],
    })
    expect(third.merged).toEqual({ answers: { a: 'x' } })
  })

  it('[M5] does not let a late older edit of a device undo its newer one', () => {
    const output = merge({
      master: { answers: { a: 'second' } },
      marks: { 'answers/a': { rev: 5, at: 50, device: PHONE } },
      edits: [{ field: 'answers/a', value: 'first', at: 40 }],
    })
    expect(output).toMatchObject({ merged: { answers: { a: 'second' } }, outcome: 'ok' })
    expect(output.losers).toEqual([
      { field: 'answers/a', value: 'first', device: PHONE, at: 40, reason: 'superseded' },
    ])
  })

  it('[M5] applies several edits of one field in their order, back to the start included', () => {
    const edits = ['x', 'y', 'x'].map((value, index) => ({ field: 'answers/a', value, at: 10 + index }))
    expect(merge({ master: { answers: { a: 'x' } }, edits }).merged).toEqual({ answers: { a: 'x' } })
    expect(merge({ edits: edits.slice(0, 2) }).merged).toEqual({ answers: { a: 'y' } })
  })

  it('[M6] merges long text by words and gives it to no device', () => {
    const output = merge({
      master: { answers: { story: 'I sleep very badly. Work is hard.' } },
      marks: byTablet('answers/story', 50),
      baseText: () => 'I sleep badly. Work is hard.',
      edits: [{ field: 'answers/story', value: 'I sleep badly. Work is too hard.', at: 40 }],
    })
    expect(output.merged).toEqual({ answers: { story: 'I sleep very badly. Work is too hard.' } })
    expect(output).toMatchObject({ outcome: 'merged', losers: [] })
    expect(output.marks['answers/story']).toEqual({ rev: 9, at: 50, device: null })
  })

  it.each([
    ['overlapping', 'I sleep badly.'],
    ['of unknown base', undefined],
  ])('[M6] keeps both texts whole when they are %s', (_, base) => {
    const output = merge({
      master: { answers: { story: 'I sleep well.' } },
      marks: byTablet('answers/story', 50),
      baseText: () => base,
      edits: [{ field: 'answers/story', value: 'I sleep little.', at: 60 }],
    })
    expect(output.merged).toEqual({ answers: { story: 'I sleep little.' } })
    expect(output.losers[0]).toMatchObject({ value: 'I sleep well.', device: TABLET })
  })
})

const value = fc.constantFrom('u', 'v', 'w', null)
const edit = fc.record({
  field: fc.constantFrom('answers/a', 'answers/b', 'answers/story'),
  value,
  at: fc.integer({ min: 1, max: 9 }),
})
const start = fc.record({
  master: fc.record({
    answers: fc.dictionary(fc.constantFrom('a', 'b', 'story'), fc.constantFrom('u', 'v')),
  }),
  marks: fc.dictionary(
    fc.constantFrom('answers/a', 'answers/b', 'answers/story'),
    fc.record({
      rev: fc.integer({ min: 1, max: 8 }),
      at: fc.integer({ min: 1, max: 9 }),
      device: fc.constantFrom(PHONE, TABLET, null),
    }),
  ),
  baseRev: fc.integer({ min: 0, max: 8 }),
})

describe('merging fields, as properties', () => {
  it('[M3] every value offered or standing is the winner or a loser, or was replaced with its writer knowing', () => {
    fc.assert(
      fc.property(start, edit, (from, offered) => {
        const input = { ...from, edits: [offered] }
        const output = merge(input)
        const answers = output.merged.answers as JsonObject
        const key = offered.field.slice('answers/'.length)
        const kept = [answers[key] ?? null, ...output.losers.map((loser) => loser.value)]
        expect(kept).toContain(offered.value)
        const mark = from.marks[offered.field]
        if (mark && mark.rev > from.baseRev && mark.device !== PHONE)
          expect(kept).toContain(from.master.answers[key] ?? null)
      }),
      { numRuns: 1_000 },
    )
  })

  it('[M7] a repeated mutation changes nothing more', () => {
    fc.assert(
      fc.property(start, fc.array(edit, { minLength: 1, maxLength: 4 }), (from, edits) => {
        const once = merge({ ...from, edits: edits.toSorted((a, b) => a.at - b.at) })
        const twice = merge({
          ...from,
          edits: edits.toSorted((a, b) => a.at - b.at),
          master: once.merged,
          marks: once.marks,
          nextRev: 10,
        })
        expect(equalJson(twice.merged, once.merged)).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })
})
