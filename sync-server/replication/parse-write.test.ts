import { describe, expect, it } from 'vitest'
import type { Json } from '../../shared/kernel/json.ts'
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import type { Mutation } from '../../shared/protocol/messages.ts'
import { parseWrite } from './parse-write.ts'

const NOW = 1_000_000_000
const id = '6fa459ea-ee8a-4ca4-894e-db77e160355e'
const mutation = (
  changes: Mutation[5],
  clock = NOW,
  collection: number = COLLECTIONS.drafts.number,
): Mutation => [1, collection, id, 1, clock, changes]
const parse = (changes: Mutation[5], clock?: number) => parseWrite(mutation(changes, clock), 'device', NOW)

describe('a mutation on its way to the write path', () => {
  it('[P11] each field has its own time, none later than a minute after the receipt', () => {
    const result = parse(
      [
        ['answers/a', 1, 5_000],
        ['answers/b', 2],
        ['answers/c', 3, NOW * 2],
      ],
      NOW + 90_000,
    )
    expect(result.ok && result.value.edits.map(({ at }) => at - NOW)).toEqual([60_000, 60_000, -NOW])
    const honest = parse([['answers/a', 1, 5_000]])
    expect(honest.ok && honest.value.edits[0]?.at).toBe(NOW - 5_000)
  })

  it('[P1] an unknown collection is refused', () => {
    expect(parseWrite(mutation([['a', 1]], NOW, 99), 'device', NOW)).toMatchObject({
      error: { code: 'invalid_document' },
    })
  })

  it.each([
    ['id', 'x'],
    ['updatedAt', 1],
    ['_rev', 'x'],
    ['__proto__', {}],
    ['constructor', {}],
    ['__proto__/polluted', 1],
    ['answers', {}],
    ['answers/', 1],
    ['status/x', 1],
    ['answers/a\u0000', 1],
    ['answers/\ud800', 1],
  ] as const)('refuses the field %j', (field, value) => {
    expect(parse([[field, value]])).toMatchObject({ error: { code: 'invalid_document' } })
  })

  it('[P35] what is handed in as text is no change of any collection', () => {
    for (const { number } of Object.values(COLLECTIONS))
      expect(parseWrite(mutation([['as-text/answers/a/1', 'x']], NOW, number), 'device', NOW)).toMatchObject({
        error: { code: 'invalid_document' },
      })
  })

  it('[P24] a value that is nested too deeply is refused', () => {
    let deep: Json = 1
    for (let level = 0; level < 40; level++) deep = [deep]
    expect(parse([['answers/a', deep]])).toMatchObject({ error: { code: 'too_large' } })
  })
})
