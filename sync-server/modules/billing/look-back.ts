/**
 * Looks by ourselves at what went back lately, for messages that never came: refunds that were made at the payment service
 * itself, disputes, and how they ended; and at payments that a database which was put back does not know. SPEC: B12, B15.
 */
import type { Clock } from '../../../shared/kernel/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { Logger } from '../../platform/logger.ts'
import type { PaymentProvider } from './provider.ts'
import { readInDispute } from './reader.ts'
import { recoverPayments } from './recover.ts'
import type { About, Settlement } from './settle.ts'

/** Longer than a payment service tries to tell. */
const LATELY_MS = 7 * 24 * 3_600_000
const AT_ONCE = 200

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly provider: PaymentProvider
  readonly settlement: Settlement
}

/** How many payments were looked at or found. Safe to call at any time, from several servers at once. */
export async function lookBack({ database, clock, logger, provider, settlement }: Deps): Promise<number> {
  const since = clock.now() - LATELY_MS
  const found = await recoverPayments({ database, provider, settlement }, since)
  if (found > 0) logger.warn({ payments: found }, 'payments that the database had lost were booked')
  const intents = await provider.wentBackSince(since)
  const disputed = await database.direct((tx) => readInDispute(tx, AT_ONCE))
  const all: readonly About[] = [
    ...[...new Set(intents)].map((intentId) => ({ intentId })),
    ...disputed.map(({ id }) => ({ payment: id })),
  ]
  for (const about of all) {
    try {
      await settlement.settle(provider, about)
    } catch (error) {
      logger.warn({ err: error, ...about }, 'what went back could not be looked up; tried again')
    }
  }
  return found + all.length
}
