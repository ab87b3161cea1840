import { expect, it } from 'vitest'
import { waitAfter } from '../../keys/unlock.ts'
import { createBackoff } from './backoff.ts'
import { createPortion } from './portion.ts'

it('[R22] waits longer after each failure, within bounds, and starts over after a success', () => {
  const longest = createBackoff(() => 1)
  const waits = Array.from({ length: 75 }, () => longest.next())
  expect(waits.slice(0, 5)).toEqual([1_000, 2_000, 4_000, 8_000, 8_000])
  expect(Math.max(...waits)).toBe(8_000)
  expect(longest.next()).toBe(60_000)
  longest.reset()
  expect(longest.next()).toBe(1_000)
  const shortest = createBackoff(() => 0)
  expect(Array.from({ length: 200 }, () => shortest.next())).toEqual(Array(200).fill(200))
})

it('[R22] spreads devices evenly over the whole wait', () => {
  // Each of 8,000 devices at its fifth failure; equal parts of the wait get equal numbers of them.
  let seed = 1
  const chance = () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff
    return seed / 0x7fffffff
  }
  const parts = Array<number>(8).fill(0)
  for (let device = 0; device < 8_000; device += 1) {
    const backoff = createBackoff(chance)
    for (let failure = 1; failure < 5; failure += 1) backoff.next()
    const part = Math.min(7, Math.floor(((backoff.next() - 200) / 7_800) * 8))
    parts[part] = (parts[part] ?? 0) + 1
  }
  for (const devices of parts) expect(Math.abs(devices - 1_000)).toBeLessThan(150)
})

it('[R24] sends less after a failure, never nothing, and comes back to the most', () => {
  const portion = createPortion({ most: 256_000, least: 2_000 })
  portion.cut()
  expect(portion.size).toBe(64_000)
  for (let times = 0; times < 10; times += 1) portion.cut()
  expect(portion.size).toBe(2_000)
  for (let times = 0; times < 12; times += 1) portion.answered()
  expect(portion.size).toBe(256_000)
})

it('[R18] lets five passwords be wrong, then makes each wait longer, an hour at most', () => {
  expect([1, 4, 5, 6, 7].map(waitAfter)).toEqual([0, 0, 30_000, 60_000, 120_000])
  expect(waitAfter(50)).toBe(60 * 60 * 1000)
})
