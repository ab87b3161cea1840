import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { equalJson, type JsonObject } from '../kernel/json.ts'
import { applyPatch, diffFields, fieldValue } from './fields.ts'

const key = fc.constantFrom('a', 'b', 'x/y', 'linkId{1}', '__proto__', 'constructor')
const value = fc.oneof(fc.string(), fc.integer(), fc.boolean())
const document: fc.Arbitrary<JsonObject> = fc.record({
  id: fc.constant('1'),
  status: value,
  answers: fc
    .array(fc.tuple(key, value), { maxLength: 6 })
    .map((entries) => Object.fromEntries(entries) as JsonObject),
})

describe('fields', () => {
  it('[M1] applying the difference gives the other document', () => {
    fc.assert(
      fc.property(document, document, (before, after) => {
        const patch = diffFields(before, after, ['answers'])
        expect(equalJson(applyPatch(before, patch), after)).toBe(true)
        expect(diffFields(after, after, ['answers'])).toEqual([])
      }),
    )
  })

  it('[M1] splits at the first slash only and reads null where there is nothing', () => {
    const patched = applyPatch({ id: '1' }, [['answers//44250-9', 'LA6568-5']])
    expect(patched).toEqual({ id: '1', answers: { '/44250-9': 'LA6568-5' } })
    expect(fieldValue(patched, 'answers//44250-9')).toBe('LA6568-5')
    expect(fieldValue(patched, 'answers/none')).toBe(null)
    expect(fieldValue(patched, 'toString')).toBe(null)
  })

  it('[M1] [P2] never patches identity and keeps __proto__ inert', () => {
    const patched = applyPatch<JsonObject>({ id: '1', updatedAt: 5 }, [
      ['id', '2'],
      ['updatedAt', 9],
      ['answers/__proto__', 'x'],
    ])
    expect(patched.id).toBe('1')
    expect(patched.updatedAt).toBe(5)
    expect(fieldValue(patched, 'answers/__proto__')).toBe('x')
    expect(Object.getPrototypeOf(patched.answers)).toBe(Object.prototype)
  })
})
