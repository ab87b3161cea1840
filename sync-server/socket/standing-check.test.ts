import { afterEach, expect, it, vi } from 'vitest'
import { createLogger } from '../platform/logger.ts'
import type { FanOut } from './fan-out.ts'
import type { PortalServer } from './gateway.ts'
import type { Notice } from './notice.ts'
import { type EndedSession, startStandingCheck } from './standing-check.ts'

afterEach(() => {
  vi.useRealTimers()
})

it('[S7] finds a session that ended elsewhere within five seconds, though nobody told and nothing seems missing', async () => {
  vi.useFakeTimers()
  const ended: EndedSession[] = [{ session: 'of another server', device: 'a', deviceRevoked: false }]
  const delivered: Notice[] = []
  const sockets = new Map([['socket', { data: { identity: { sessionId: 'here' } } }]])
  const stop = startStandingCheck(
    { sockets: { sockets } } as unknown as PortalServer,
    { told: () => new Map(), deliver: (notice: Notice) => delivered.push(notice) } as unknown as FanOut,
    {
      isCertain: () => true,
      movedHeads: async () => [],
      endedSessions: async () => [],
      endedLately: async () => ended,
      logger: createLogger('silent'),
    },
  )
  await vi.advanceTimersByTimeAsync(5_000)
  expect(delivered).toEqual([])
  ended.push({ session: 'here', device: 'b', deviceRevoked: false })
  await vi.advanceTimersByTimeAsync(5_000)
  expect(delivered).toContainEqual({ kind: 'session', session: 'here' })
  stop()
})
