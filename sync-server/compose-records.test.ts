import { afterEach, expect, it, vi } from 'vitest'
import { composeRecords } from './compose-records.ts'
import type { Database } from './platform/database.ts'
import { createLogger } from './platform/logger.ts'

afterEach(() => vi.useRealTimers())

it('[A13] every server forgets within 30 seconds what another one erased, also where a look failed', async () => {
  vi.useFakeTimers()
  const forgotten: string[] = []
  const asked: unknown[] = []
  let away = true
  const prisma = {
    $queryRaw: async (_text: unknown, since: Date) => {
      asked.push(since.getTime())
      if (away) throw new Error('The database is away.')
      return [{ id: 'erased' }]
    },
  }
  const records = composeRecords({
    database: { kind: 'postgres', prisma } as unknown as Database,
    clock: { now: () => Date.now() },
    logger: createLogger('silent'),
    replication: { forget: (ids) => void forgotten.push(...ids) },
    onErasing: async () => undefined,
    gateway: () => undefined,
  })
  const start = Date.now()
  await vi.advanceTimersByTimeAsync(15_000)
  expect(forgotten).toEqual([])
  away = false
  await vi.advanceTimersByTimeAsync(10_000)
  expect(forgotten).toEqual(['erased'])
  // Back to before the server began, and no later for the look that failed.
  expect(asked.every((since) => Number(since) < start)).toBe(true)
  records.close()
})
