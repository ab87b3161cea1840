/** The sync service with its times taken; part of the composition root. */
import type { Clock } from '../shared/kernel/clock.ts'
import type { Result } from '../shared/kernel/result.ts'
import type { Refusal } from '../shared/protocol/errors.ts'
import type { Metrics, SyncEvent } from './platform/metrics.ts'
import type { SyncService } from './replication/sync-service.ts'

/** A device whose clock is wrong must not make the longest bar of the histogram. */
const LONGEST_AGE_SECONDS = 90 * 86_400

export function meteredSync(sync: SyncService, metrics: Metrics, clock: Clock): SyncService {
  const metered = async <T>(event: SyncEvent, ask: () => Promise<Result<T, Refusal>>) => {
    const started = performance.now()
    let outcome = 'failed'
    try {
      const result = await ask()
      outcome = result.ok ? 'ok' : result.error.code
      return result
    } finally {
      metrics.sync({ event, outcome, seconds: (performance.now() - started) / 1000 })
    }
  }
  return {
    ...sync,
    hello: (actor, message) => metered('hello', () => sync.hello(actor, message)),
    pull: (actor, message) => metered('pull', () => sync.pull(actor, message)),
    push(actor, message) {
      const oldest = Math.min(...message.mutations.map((mutation) => mutation[4]))
      const seconds = Math.min(LONGEST_AGE_SECONDS, Math.max(0, (clock.now() - oldest) / 1000))
      metrics.outbox({ seconds, mutations: message.mutations.length })
      return metered('push', () => sync.push(actor, message))
    },
  }
}
