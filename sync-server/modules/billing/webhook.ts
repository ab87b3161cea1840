/**
 * What the payment service tells: believed to come from it by its signature over the bytes as they came, and only taken
 * as a hint. It is answered as soon as the hint is on the disk; what it is about is looked up afterwards, once for each,
 * again where that failed. SPEC: shared/domains/billing/SPEC.md, B6.
 */
import { z } from 'zod'
import type { Clock } from '../../../shared/kernel/clock.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { Database } from '../../platform/database.ts'
import type { Outbox } from '../../platform/outbox.ts'
import { noteEvent } from './payment-store.ts'
import { PAYMENTS_OFF } from './payments.ts'
import type { PaymentProvider } from './provider.ts'
import type { Settlement } from './settle.ts'

const KIND = 'billing.settle'
const GOOD_FOR = 3 * 24 * 3_600_000
const Task = z.union([z.object({ payment: z.string() }), z.object({ intentId: z.string() })])
const NOT_SIGNED = refusal('not_permitted', 'This was not signed by the payment service, or too long ago.')

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly outbox: Outbox
  readonly provider: PaymentProvider | undefined
  readonly settlement: Settlement
}

export function createPaymentWebhook({ database, clock, outbox, provider, settlement }: Deps) {
  if (provider !== undefined)
    outbox.handle(KIND, {
      schema: Task,
      outside: async (task: z.infer<typeof Task>) => void (await settlement.settle(provider, task)),
    })
  return {
    async take(payload: Uint8Array, signature: string): Promise<Result<null, Refusal>> {
      if (provider === undefined) return err(PAYMENTS_OFF)
      const event = provider.readEvent(payload, signature, clock.now())
      if (event === undefined) return err(NOT_SIGNED)
      const { id, about } = event
      // Of a kind that means nothing here, or of somebody else who uses the same account.
      if (about === undefined || (await settlement.find(about)) === undefined) return ok(null)
      await database.transaction(async (tx) => {
        if (await noteEvent(tx, id, clock.now())) await outbox.add(tx, KIND, about, GOOD_FOR)
      })
      outbox.nudge()
      return ok(null)
    },
  }
}
export type PaymentWebhook = ReturnType<typeof createPaymentWebhook>
