/**
 * What is kept for a time, and no longer: docs/operations.md, "How long things are kept". Every server looks each hour;
 * several at once share the rows. Part of the composition root.
 */
import type { Clock } from '../shared/kernel/clock.ts'
import { forgetEnded } from './modules/auth/retention-store.ts'
import type { Database } from './platform/database.ts'
import type { Logger } from './platform/logger.ts'
import { outageReason } from './platform/outage.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly logger: Logger
}

const DAY = 24 * 3_600_000
/** Longer than a device that was signed out may hand in what it had not sent (30 days), and than anybody looks back. */
export const SESSIONS_KEPT_MS = 90 * DAY
export const FAILURES_KEPT_MS = DAY
export const CODES_KEPT_MS = 30 * DAY
const EVERY_MS = 3_600_000
const AT_ONCE = 1_000

export function createRetention({ database, clock }: Omit<Deps, 'logger'>) {
  return {
    /** Until nothing is left that is too old. How many rows went. */
    async run(): Promise<number> {
      const now = clock.now()
      const before = {
        sessions: now - SESSIONS_KEPT_MS,
        failures: now - FAILURES_KEPT_MS,
        codes: now - CODES_KEPT_MS,
      }
      let rows = 0
      for (;;) {
        const gone = await database.transaction((tx) => forgetEnded(tx, before, AT_ONCE))
        rows += gone.reduce((sum, count) => sum + count, 0)
        if (gone.every((count) => count < AT_ONCE)) return rows
      }
    },
  }
}

export function composeRetention({ logger, ...deps }: Deps): { close(): Promise<void> } {
  const retention = createRetention(deps)
  let running: Promise<void> = Promise.resolve()
  const look = async () => {
    try {
      const rows = await retention.run()
      if (rows > 0) logger.info({ rows }, 'what was kept long enough is gone')
    } catch (error) {
      // The next hour makes up for it.
      if (outageReason(error) === undefined) logger.error({ err: error }, 'retention: could not be kept')
    }
  }
  const timer = setInterval(() => {
    running = running.then(look)
  }, EVERY_MS)
  timer.unref()
  return {
    async close() {
      clearInterval(timer)
      await running
    },
  }
}
