import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NotPacked, pack, unpack } from './packed-json.ts'
import { LIMITS } from './terms.ts'

const ID = '0196f3c1-0000-7000-8000-00000000000a'

describe('packed values', () => {
  it('[P27] any JSON value survives unchanged', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.uuid(),
      fc.constantFrom('c4671b7568aa2502', '\ud800', '\ufeffx', ''),
    )
    const values = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        texts,
        fc.maxSafeInteger(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value')),
        fc.dictionary(texts, tie('value'), { noNullPrototype: true }),
      ),
    })).value
    fc.assert(
      fc.property(values, (value) => {
        expect(unpack(pack(value))).toEqual(value)
      }),
      { numRuns: 300 },
    )
    for (const exact of [
      0,
      127,
      128,
      2 ** 31,
      2 ** 53 - 1,
      -1,
      -(2 ** 53 - 1),
      0.1,
      1e300,
      Number.MIN_VALUE,
      2 ** 53,
    ])
      expect(unpack(pack(exact))).toBe(exact)
    const proto = JSON.parse('{"__proto__":{"admin":true}}')
    expect(Object.hasOwn(unpack(pack(proto)) as object, '__proto__')).toBe(true)
  })

  it('[P27] what messages are made of is small', () => {
    const size = (value: unknown) => pack(value).length
    expect([size(ID), size('c4671b7568aa2502'), size(Date.UTC(2026, 0)), size(7), size(700)]).toEqual([
      17, 9, 7, 1, 3,
    ])
    // Another spelling is another text: it is not made an id by the way it travels.
    expect(unpack(pack(ID.toUpperCase()))).toBe(ID.toUpperCase())
  })

  it('[P27] bytes of anybody are a value or a refusal, never a crash, never a long wait', () => {
    const read = (bytes: Uint8Array) => {
      try {
        unpack(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(NotPacked)
      }
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), read), { numRuns: 2_000 })
    const sound = pack({
      a: [1, 'text', ID, 0.5, '\ud800'],
      b: Array.from({ length: 40 }, (_, n) => n * 1_000),
    })
    for (let at = 0; at < sound.length; at += 1) {
      expect(() => unpack(sound.subarray(0, at))).toThrow(NotPacked)
      const flipped = Uint8Array.from(sound)
      flipped[at] = (flipped[at] ?? 0) ^ 0xff
      read(flipped)
    }
    // Lengths that lie, and a nest without an end.
    expect(() => unpack(Uint8Array.of(0xc7, 0xff, 0xff, 0xff, 0xff, 0x0f))).toThrow(NotPacked)
    expect(() => unpack(Uint8Array.of(0xc6, 0xff, 0xff, 0xff, 0xff, 0x0f))).toThrow(NotPacked)
    expect(() => unpack(new Uint8Array(LIMITS.messageBytes).fill(0xa1))).toThrow(NotPacked)
    expect(() => unpack(Uint8Array.of(1, 2))).toThrow(NotPacked)
  })
})
