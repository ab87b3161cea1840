import { expect, it } from 'vitest'
import { waitAfter } from '../../keys/unlock.ts'
import { createBackoff } from './backoff.ts'

it('waits longer after each failure, within bounds, and starts over after a success', () => {
  const longest = createBackoff(() => 1)
  const waits = Array.from({ length: 20 }, () => longest.next())
  expect(waits.slice(0, 3)).toEqual([1_000, 2_000, 4_000])
  expect(Math.max(...waits)).toBe(15_000)
  longest.reset()
  expect(longest.next()).toBe(1_000)
  expect(createBackoff(() => 0).next()).toBe(500)
})

it('[R18] lets five passwords be wrong, then makes each wait longer, an hour at most', () => {
  expect([1, 4, 5, 6, 7].map(waitAfter)).toEqual([0, 0, 30_000, 60_000, 120_000])
  expect(waitAfter(50)).toBe(60 * 60 * 1000)
})
