/**
 * Looks by ourselves at payments that nobody told of: a message that never came, a browser that never came back, a server
 * that died in between. And finishes refunds that were decided. SPEC: shared/domains/billing/SPEC.md, B7.
 */

import type { AccountId } from '../../../shared/kernel/brand.ts'
import type { Clock } from '../../../shared/kernel/clock.ts'
import { ok } from '../../../shared/kernel/result.ts'
import type { Database } from '../../platform/database.ts'
import type { Logger } from '../../platform/logger.ts'
import { BY_SERVER } from '../../replication/client-access-store.ts'
import type { Replication } from '../../replication/replication.ts'
import { findOpenRefunds, findUnsettled, forgetEvents, putOffCheck } from './payment-store.ts'
import type { PaymentProvider } from './provider.ts'
import { readUnopened } from './reader.ts'
import type { Settlement } from './settle.ts'
import { openAccount } from './statement-account.ts'

const AT_ONCE = 50
const FIRST_WAIT_MS = 2 * 60_000
const LONGEST_WAIT_MS = 60 * 60_000
/** Nobody is still at their bank. */
const GIVEN_UP_MS = 2 * 60 * 60_000
/** The service forgets keys after a day. */
const KEY_MS = 20 * 60 * 60_000
const EVENTS_KEPT_MS = 40 * 24 * 60 * 60_000

interface Deps {
  readonly database: Database
  readonly replication: Replication
  readonly clock: Clock
  readonly logger: Logger
  readonly provider: PaymentProvider
  readonly settlement: Settlement
}

/** How many were looked at. Safe to call at any time, from several servers at once. */
export async function reconcilePayments({
  database,
  clock,
  logger,
  provider,
  settlement,
}: Deps): Promise<number> {
  const now = clock.now()
  const unsettled = await database.direct((tx) => findUnsettled(tx, now, AT_ONCE))
  for (const { id } of unsettled) {
    try {
      await lookAt(provider, settlement, id, now)
    } catch (error) {
      logger.warn({ err: error, payment: id }, 'a payment could not be looked up; tried again')
    }
    const attempt = await settlement.find({ payment: id })
    if (attempt?.state === 'open') {
      const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt.checks)
      await database.direct((tx) => putOffCheck(tx, id, now + wait))
    }
  }
  const refunds = await database.direct((tx) => findOpenRefunds(tx, now - FIRST_WAIT_MS, AT_ONCE))
  for (const { id, paymentId, intentId, amount, createdAt } of refunds) {
    try {
      const isTried = now - createdAt.getTime() < KEY_MS
      const isRefused = isTried && !(await provider.refund({ id, intentId, amount }))
      const settled = await settlement.settle(provider, { payment: paymentId })
      // What the service knows nothing of by then, it does not do later.
      const isLost = !isTried && settled?.seen?.refunds.every(({ ours }) => ours !== id) === true
      if (settled !== undefined && (isRefused || isLost)) await settlement.dropRefund(settled.attempt, id)
    } catch (error) {
      logger.warn({ err: error, payment: paymentId }, 'a refund could not be finished; tried again')
    }
  }
  await database.direct((tx) => forgetEvents(tx, now - EVENTS_KEPT_MS))
  return unsettled.length + refunds.length
}

async function lookAt(
  provider: PaymentProvider,
  settlement: Settlement,
  id: string,
  now: number,
): Promise<void> {
  const settled = await settlement.settle(provider, { payment: id })
  if (settled?.attempt.state !== 'open') return
  const { attempt, seen } = settled
  if (seen === undefined) await settlement.abandon(attempt)
  else if (seen.state === 'unfinished' && now - attempt.createdAt.getTime() > GIVEN_UP_MS) {
    await provider.end(attempt)
    await settlement.settle(provider, { payment: id })
  }
}

/** Statements from before there was a ledger get their entries. How many records it was. */
export async function openAccounts({
  database,
  replication,
}: Pick<Deps, 'database' | 'replication'>): Promise<number> {
  let records = 0
  for (;;) {
    const unopened = await database.direct((tx) => readUnopened(tx, AT_ONCE))
    for (const { clientId, practiceId, ids } of unopened) {
      await replication.commit({
        actor: {
          accountId: NOBODY,
          role: 'admin',
          practiceId,
          deviceId: null,
          name: '',
          ip: 'server',
          userAgent: 'server',
        },
        clientId,
        action: 'billing.opened',
        permit: BY_SERVER,
        onDevice: false,
        async run({ work }) {
          for (const id of ids.split(' ')) {
            const stored = await work.load('billing', id)
            if (stored !== undefined) await openAccount(work, stored)
          }
          return ok(null)
        },
      })
    }
    records += unopened.length
    if (unopened.length < AT_ONCE) return records
  }
}
const NOBODY = '00000000-0000-0000-0000-000000000000' as AccountId
