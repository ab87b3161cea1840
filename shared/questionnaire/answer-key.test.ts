import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inRow, itemKey, optionKey, parseAnswerKey, rowKey, rowOf } from './answer-key.ts'

const linkId = fc.string({
  unit: fc.constantFrom('a', '/', '{', '}', '[', ']', '%', '7', 'ñ'),
  minLength: 1,
  maxLength: 12,
})
const rowId = fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/)

describe('answer keys', () => {
  it('[M8] are the link id itself for an ordinary question', () => {
    expect(itemKey('/44250-9')).toBe('/44250-9')
    expect(optionKey('symptoms', 'low-mood')).toBe('symptoms{low-mood}')
    expect(inRow(rowKey('medications', 'r1'), itemKey('dose'))).toBe('medications[r1]/dose')
  })

  it('[M8] have exactly one reading, whatever the link ids hold', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(linkId, rowId), { maxLength: 3 }),
        linkId,
        linkId,
        rowId,
        (rows, id, code, last) => {
          const row = rows.reduce((prefix, [link, each]) => inRow(prefix, rowKey(link, each)), '')
          const expected = { rows: rows.map(([link, each]) => ({ linkId: link, rowId: each })), linkId: id }
          expect(parseAnswerKey(inRow(row, itemKey(id)))).toEqual(expected)
          expect(parseAnswerKey(inRow(row, optionKey(id, code)))).toEqual({ ...expected, option: code })
          expect(parseAnswerKey(inRow(row, rowKey(id, last)))).toEqual({ ...expected, rowId: last })
          expect(rowOf(inRow(row, itemKey(id)))).toBe(row)
        },
      ),
      { numRuns: 500 },
    )
  })

  it.each(['', 'a{b', 'a}', 'a[b c]', 'a[]', 'a[r]/', '[r]/a', 'a{x}/b', 'x'.repeat(501)])(
    'are no key: %s',
    (key) => {
      expect(parseAnswerKey(key)).toBe(null)
    },
  )

  it('refuse row ids that would not be one', () => {
    expect(() => rowKey('a', 'b]/c')).toThrow(RangeError)
  })
})
