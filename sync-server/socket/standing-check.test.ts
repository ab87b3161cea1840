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
      changedGrants: async () => [],
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

it('[P32] finds within five seconds that access was taken back elsewhere, and asks of nobody’s own record', async () => {
  vi.useFakeTimers()
  const asked: unknown[] = []
  const delivered: Notice[] = []
  const identity = { sessionId: 'here', actor: { accountId: 'aunt' } }
  const proxyOf = { client: 'niece', generation: 3 }
  const sockets = new Map<string, object>([
    ['own', { data: { identity } }],
    ['other', { data: { identity, proxyOf } }],
  ])
  const stop = startStandingCheck(
    { sockets: { sockets } } as unknown as PortalServer,
    { told: () => new Map(), deliver: (notice: Notice) => delivered.push(notice) } as unknown as FanOut,
    {
      isCertain: () => true,
      movedHeads: async () => [],
      endedSessions: async () => [],
      endedLately: async () => [],
      changedGrants: async (known) => {
        asked.push(...known)
        return known
      },
      logger: createLogger('silent'),
    },
  )
  await vi.advanceTimersByTimeAsync(5_000)
  expect(asked).toContainEqual({ account: 'aunt', client: 'niece', generation: 3 })
  expect(delivered).toContainEqual({ kind: 'regrant', account: 'aunt', client: 'niece' })
  expect(asked.length).toBeLessThanOrEqual(2)
  stop()
})
