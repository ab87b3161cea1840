import { expect, it } from 'vitest'
import { outboxWait } from './outbox-handler.ts'

it('[L21] waits longer after every failure, and never longer than an hour', () => {
  const waits = [1, 2, 3, 4, 9].map(outboxWait)
  expect(waits).toEqual([5_000, 20_000, 80_000, 320_000, 3_600_000])
})
