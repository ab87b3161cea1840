import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allOf, contentsOf, layOut } from './block-layout.ts'

const back = (contents: readonly object[]) => allOf(contentsOf<object>(layOut(contents)))

describe('the layout of a block', () => {
  it('[R31] gives back every value, whatever the documents have in common', () => {
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }))), (documents) => {
        const contents = documents.map((d, s) => ({ d, s }))
        const expected = JSON.parse(JSON.stringify(contents)) as object[]
        expect(back(contents)).toEqual(expected)
      }),
    )
  })

  it('[R31] keeps documents apart that have different fields of one name', () => {
    const contents = [
      { d: { a: { b: 1 } } },
      { d: { a: 1 } },
      { d: { a: {} } },
      { d: { a: null } },
      { d: { a: [{ b: 1 }] } },
      { d: {} },
    ]
    const many = Array.from({ length: 20 }, () => contents).flat()
    expect(back(many)).toEqual(many)
  })

  it('[R31] makes alike documents much shorter, and no object of a key that would be its prototype', () => {
    const alike = Array.from({ length: 100 }, (_, s) => ({
      d: { answers: { first: 'yes', second: `${s}` } },
      s,
    }))
    expect(layOut(alike).length).toBeLessThan(JSON.stringify(alike).length / 3)
    const strange = Array.from({ length: 10 }, () => ({ d: JSON.parse('{"__proto__":{"a":1}}') as object }))
    expect(JSON.stringify(back(strange))).toBe(JSON.stringify(strange))
    const inherited = Array.from({ length: 10 }, () => ({
      d: { constructor: { a: 1 }, valueOf: { toString: 2 } },
    }))
    expect(JSON.stringify(back(inherited))).toBe(JSON.stringify(inherited))
  })

  it('[R31] keeps fields that are named as what every object has, and touches nothing but the document', () => {
    const named = Array.from({ length: 10 }, () => ({
      d: { valueOf: { '': 0 }, constructor: { prototype: { polluted: 1 } }, toString: 'a' },
    }))
    expect(JSON.stringify(back(named))).toBe(JSON.stringify(named))
    expect('polluted' in {}).toBe(false)
  })

  it('[R31] reads a block of an older build', () => {
    expect(allOf(contentsOf('[{"d":{"id":"a"},"s":1}]'))).toEqual([{ d: { id: 'a' }, s: 1 }])
    expect(allOf(contentsOf('[\n{"d":{"id":"a"},"s":1}\n]'))).toEqual([{ d: { id: 'a' }, s: 1 }])
  })
})
