/** What is kept for a time, and no longer: docs/operations.md. */
import { describe, expect, it } from 'vitest'
import {
  CODES_KEPT_MS,
  createRetention,
  FAILURES_KEPT_MS,
  SESSIONS_KEPT_MS,
} from '../../sync-server/compose-retention.ts'
import type { DatabaseKind } from '../harness/database.ts'
import { startPortal } from '../harness/server.ts'
import { ask, login, signIn, signOut } from '../harness/sign-in.ts'

const MINUTE = 60_000

describe.each<DatabaseKind>(['pglite', 'postgres'])('retention over %s', (database) => {
  it('takes sessions, failures and codes that are old enough, and nothing that is not', async () => {
    let now = Date.now()
    await using server = await startPortal({ database, clock: { now: () => now } })
    const { prisma } = server.portal.database
    const retention = createRetention({ database: server.portal.database, clock: { now: () => now } })
    const ended = await signIn(server.url, 'client@demo.test')
    expect((await signOut(ended)).status).toBe(204)
    await login(server.url, 'client2@demo.test', { password: 'not this one' })
    await ask(`${server.url}/api/v1/portal/auth/forgot-password`, {
      method: 'POST',
      body: { email: 'client@demo.test' },
    })
    await expect.poll(() => prisma.oneTimeCode.count()).toBeGreaterThan(0)
    const rows = async () => ({
      sessions: await prisma.session.count(),
      failures: await prisma.loginThrottle.count(),
      codes: await prisma.oneTimeCode.count(),
    })
    const before = await rows()
    expect(before).toMatchObject({ sessions: 1, failures: 1 })
    const audited = await prisma.auditEvent.count()

    now += FAILURES_KEPT_MS - MINUTE
    await retention.run()
    expect(await rows()).toEqual(before)
    now += 2 * MINUTE
    await retention.run()
    expect(await rows()).toEqual({ ...before, failures: 0 })
    now += CODES_KEPT_MS
    await retention.run()
    expect(await rows()).toEqual({ sessions: 1, failures: 0, codes: 0 })

    now += SESSIONS_KEPT_MS - CODES_KEPT_MS - FAILURES_KEPT_MS - 2 * MINUTE
    const fresh = await signIn(server.url, 'client@demo.test')
    await retention.run()
    expect((await rows()).sessions).toBe(2)
    now += 5 * MINUTE
    await retention.run()
    expect((await prisma.session.findMany()).map(({ deviceId }) => deviceId)).toEqual([fresh.deviceId])
    // Who signed in when stays on record.
    expect(await prisma.auditEvent.count()).toBeGreaterThanOrEqual(audited)
  })
})
