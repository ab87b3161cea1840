import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { equalJson, type Json, type JsonObject } from '../kernel/json.ts'
import { type ContestedEntry, MAX_CONTESTED, mergeContested } from './contested.ts'
import { fieldValue } from './fields.ts'
import type { FieldEdit, FieldMarks } from './three-way.ts'

interface State {
  readonly document: JsonObject
  readonly marks: FieldMarks
  readonly rev: number
  readonly outcome: string
}
const EMPTY: State = { document: { answers: {}, contested: {} }, marks: {}, rev: 1, outcome: 'ok' }

const write = (state: State, device: string, baseRev: number, edits: readonly FieldEdit[]): State => {
  const output = mergeContested({
    master: state.document,
    marks: state.marks,
    baseRev,
    nextRev: state.rev + 1,
    device,
    edits,
    isText: (field) => field === 'answers/story',
    baseText: () => '',
    deviceName: (id) => (id === null ? '' : `${id}'s name`),
  })
  return { document: output.merged, marks: output.marks, rev: state.rev + 1, outcome: output.outcome }
}
const answer = (value: Json, at: number, field = 'answers/a'): FieldEdit[] => [{ field, value, at }]
const dismiss = (at: number): FieldEdit => ({ field: 'contested/a', value: null, at })
const contested = (state: State, key = 'a') =>
  (fieldValue(state.document, `contested/${key}`) ?? []) as unknown as readonly ContestedEntry[]

describe('contested answers', () => {
  const conflict = write(write(EMPTY, 'phone', 1, answer('x', 10)), 'tablet', 1, answer('y', 20))

  it('[M9] shows the losing answer with device and time beside the winner', () => {
    expect(fieldValue(conflict.document, 'answers/a')).toBe('y')
    expect(contested(conflict)).toEqual([{ value: 'x', device: 'phone', deviceName: "phone's name", at: 10 }])
    expect(conflict.outcome).toBe('conflict-kept')
  })

  it('[M9] keeps it while somebody who has seen it goes on writing', () => {
    const goesOn = write(conflict, 'phone', conflict.rev, answer('z', 30))
    expect(fieldValue(goesOn.document, 'answers/a')).toBe('z')
    expect(contested(goesOn).map((entry) => entry.value)).toEqual(['x'])
  })

  it('[M10] keeps the newest per device and drops what its device replaced unseen', () => {
    const lost = write(conflict, 'phone', 1, answer('x2', 15))
    expect(contested(lost).map((entry) => entry.value)).toEqual(['x2'])
    const older = write(lost, 'phone', 1, answer('x1', 12))
    expect(contested(older).map((entry) => entry.value)).toEqual(['x2'])
    const won = write(older, 'phone', 1, answer('x3', 40))
    expect(fieldValue(won.document, 'answers/a')).toBe('x3')
    expect(contested(won).map((entry) => entry.value)).toEqual(['y'])
  })

  it('[M10] shows at most 20, the newest', () => {
    let state = write(EMPTY, 'winner', 1, answer('winner', 1_000))
    for (let n = 0; n < 30; n++) state = write(state, `device-${n}`, 1, answer(`value-${n}`, n))
    expect(contested(state)).toHaveLength(MAX_CONTESTED)
    expect(contested(state)[0]?.value).toBe('value-29')
  })

  it('[M11] goes with a dismissal, together with the choice of the other answer', () => {
    const chosen = write(conflict, 'phone', conflict.rev, [...answer('x', 30), dismiss(30)])
    expect(fieldValue(chosen.document, 'answers/a')).toBe('x')
    expect(contested(chosen)).toEqual([])
    expect(chosen.document.contested).toEqual({})
  })

  it('[M11] survives a dismissal by somebody who had not seen it', () => {
    const stale = write(conflict, 'phone', conflict.rev - 1, [dismiss(30)])
    expect(contested(stale)).toEqual(contested(conflict))
    expect(stale.outcome).toBe('conflict-kept')
  })

  it('[M11] a dismissal in a mutation that itself conflicts keeps what newly lost', () => {
    const third = write(conflict, 'laptop', conflict.rev, answer('w', 25))
    const choice = write(third, 'phone', conflict.rev, [...answer('x', 30), dismiss(30)])
    expect(fieldValue(choice.document, 'answers/a')).toBe('x')
    expect(contested(choice).map((entry) => entry.value)).toEqual(['w'])
  })

  it('[M11] takes no list from a client', () => {
    const forged: FieldEdit = { field: 'contested/a', value: [{ value: 'forged' }] as unknown as Json, at: 9 }
    expect(contested(write(conflict, 'phone', conflict.rev, [forged]))).toEqual(contested(conflict))
  })

  it('[M6] [M9] keeps both texts whole when they overlap', () => {
    const first = write(EMPTY, 'phone', 1, answer('I sleep badly', 10, 'answers/story'))
    const both = write(first, 'tablet', 1, answer('Nothing to say', 20, 'answers/story'))
    expect(fieldValue(both.document, 'answers/story')).toBe('Nothing to say')
    expect(contested(both, 'story').map((entry) => entry.value)).toEqual(['I sleep badly'])
  })
})

/** What one device writes: a device sends only what changes, so no value follows itself, and the field starts empty. */
const script = fc
  .array(fc.constantFrom('u', 'v', 'w', null), { minLength: 1, maxLength: 3 })
  .filter((values) => values.every((value, index) => value !== (values[index - 1] ?? null)))
type Step = { device: string; value: Json; at: number }
/** Every way to interleave the scripts, each in its own order. */
function* interleavings(queues: readonly (readonly Step[])[]): Generator<Step[]> {
  if (queues.every((queue) => queue.length === 0)) yield []
  for (const [index, queue] of queues.entries()) {
    const [head, ...rest] = queue
    if (head) for (const tail of interleavings(queues.with(index, rest))) yield [head, ...tail]
  }
}
const shown = (steps: readonly Step[]) => {
  const end = steps.reduce((state, step) => write(state, step.device, 1, answer(step.value, step.at)), EMPTY)
  const values = [fieldValue(end.document, 'answers/a'), ...contested(end).map((entry) => entry.value)]
  return { winner: values[0] ?? null, values: new Set(values.map((value) => JSON.stringify(value))) }
}

describe('contested answers, as properties', () => {
  it('[M12] the order of arrival changes neither the winner nor what stands beside it', () => {
    fc.assert(
      fc.property(
        script,
        script,
        fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 6, maxLength: 6 }),
        (a, b, clocks) => {
          const steps = (device: string, values: readonly Json[], from: number): Step[] => {
            const times = clocks.slice(from, from + values.length).toSorted((x, y) => x - y)
            return values.map((value, index) => ({ device, value, at: (times[index] ?? 0) * 4 + index }))
          }
          const queues = [steps('phone', a, 0), steps('tablet', b, 3)]
          const results = [...interleavings(queues)].map(shown)
          for (const result of results) {
            expect(result.winner).toEqual(results[0]?.winner)
            for (const values of [a, b]) expect(result.values).toContain(JSON.stringify(values.at(-1)))
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  it('[M12] of several devices with one answer each, every answer is shown in every order', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom('u', 'v', 'w', 'x'), { minLength: 2, maxLength: 4 }),
        (values) => {
          const queues = values.map((value, index) => [{ device: `d${index}`, value, at: (index * 7) % 3 }])
          const results = [...interleavings(queues)].map(shown)
          for (const result of results) expect(result).toEqual(results[0])
          expect(results[0]?.values.size).toBe(values.length)
        },
      ),
    )
  })

  it('[M7] a repeated mutation changes nothing more', () => {
    fc.assert(
      fc.property(script, script, (a, b) => {
        const steps = [
          ...a.map((value, index) => ({ device: 'phone', value, at: index * 2 })),
          ...b.map((value, index) => ({ device: 'tablet', value, at: index * 2 + 1 })),
        ]
        const once = steps.reduce((state, s) => write(state, s.device, 1, answer(s.value, s.at)), EMPTY)
        const last = steps.at(-1)
        if (!last) return
        const twice = write(once, last.device, 1, answer(last.value, last.at))
        expect(equalJson(twice.document, once.document)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})
