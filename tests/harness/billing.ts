/** Billing over the real server parts and the demo's payment service, asked through the real SDK over loopback. */
import { randomBytes, randomUUID } from 'node:crypto'
import type { Payment, Statement } from '../../shared/domains/billing/schema.ts'
import type { Json } from '../../shared/kernel/json.ts'
import { startDemoStripe } from '../../sync-server/demo-stripe/start.ts'
import { signatureOf } from '../../sync-server/demo-stripe/tell.ts'
import { createCustomers } from '../../sync-server/modules/billing/customers.ts'
import { createDisputed } from '../../sync-server/modules/billing/disputed.ts'
import { lookBack } from '../../sync-server/modules/billing/look-back.ts'
import { createPayments } from '../../sync-server/modules/billing/payments.ts'
import { reconcilePayments } from '../../sync-server/modules/billing/reconcile.ts'
import { createBillingService } from '../../sync-server/modules/billing/service.ts'
import { createSettlement } from '../../sync-server/modules/billing/settle.ts'
import { createStaffBilling } from '../../sync-server/modules/billing/staff-service.ts'
import { createStripeProvider } from '../../sync-server/modules/billing/stripe-provider.ts'
import { createPaymentWebhook } from '../../sync-server/modules/billing/webhook.ts'
import { createLogger } from '../../sync-server/platform/logger.ts'
import { createOutbox } from '../../sync-server/platform/outbox.ts'
import type { Actor } from '../../sync-server/replication/actor.ts'
import { expectOk, type Practice } from './practice.ts'

export const VISA = { number: '4242424242424242', brand: 'visa', last4: '4242', month: 12, year: 2034 }
export const ASKS_BANK = { ...VISA, number: '4000002760003184', last4: '3184' }
export const DECLINED = { ...VISA, number: '4000000000000002', last4: '0002' }

export async function openBilling(practice: Practice) {
  const { database, replication } = practice
  const clock = { now: () => practice.clock.time }
  const logger = createLogger('silent')
  const outbox = createOutbox({ database, clock, logger, secret: randomBytes(32), keep: false })
  /** What the payment service has told, and nobody has delivered. */
  const told: string[] = []
  const demo = await startDemoStripe({
    file: undefined,
    secret: randomBytes(32),
    now: clock.now,
    origin: () => 'http://localhost:1',
    portal: () => 'http://127.0.0.1:1',
    logger: { warn: () => undefined },
    tell: ({ object }) => void told.push(JSON.stringify(object)),
  })
  const provider = createStripeProvider({
    secretKey: demo.secretKey,
    webhookSecrets: ['whsec_another', demo.webhookSecret],
    isDemo: true,
    at: demo.at,
  })
  const origin = () => 'http://localhost:1'
  const deps = { database, replication, clock, logger, outbox, provider, origin }
  const settlement = createSettlement(deps)
  const customers = createCustomers(deps)
  const payments = createPayments({ ...deps, settlement, customers })
  const webhook = createPaymentWebhook({ ...deps, settlement })
  const admin = await practice.account('admin')
  const desk = await practice.account('front-desk')

  const service = createBillingService(deps)
  return {
    ...{ service, demo, provider, settlement, customers, payments, webhook, admin, desk, told, outbox },
    staff: createStaffBilling({ ...deps, settlement, payments }),
    disputed: createDisputed(deps),
    reconcile: () => reconcilePayments({ ...deps, settlement }),
    lookBack: () => lookBack({ ...deps, settlement }),
    signature: (payload: string, at = practice.clock.time, secret = demo.webhookSecret) =>
      signatureOf(secret, payload, Math.floor(at / 1000)),
    /** Gives the portal a message, and does what comes of it. */
    async deliver(payload: string): Promise<void> {
      expectOk(await webhook.take(Buffer.from(payload), this.signature(payload)))
      await outbox.drain()
    },
    async put(
      clientId: string,
      id: string,
      fields: Readonly<Record<string, Json>>,
      baseRev = 0,
    ): Promise<void> {
      expectOk(
        await replication.commit({
          actor: admin,
          clientId,
          action: 'test',
          permit: ['admin'],
          onDevice: false,
          run: ({ apply, work }) =>
            apply({
              collection: 'billing',
              documentId: id,
              baseRev,
              edits: Object.entries(fields).map(([field, value]) => ({ field, value, at: work.receivedAt })),
              by: 'staff',
              writer: 'record system',
            }),
        }),
      )
    },
    async statement(
      clientId: string,
      total: number,
      more: Readonly<Record<string, Json>> = {},
    ): Promise<string> {
      const id = randomUUID()
      await this.put(clientId, id, {
        type: 'statement',
        number: `S-${id.slice(0, 4)}`,
        issuedAt: practice.clock.time,
        currency: 'USD',
        lines: [],
        total,
        balance: total,
        status: 'open',
        ...more,
      })
      return id
    },
    read: async (actor: Actor, clientId: string, id: string): Promise<Statement> =>
      expectOk(await service.statement(actor, clientId, id)),
    payment: async (actor: Actor, clientId: string, id: string): Promise<Payment> =>
      expectOk(await service.payment(actor, clientId, id)),
    [Symbol.asyncDispose]: () => demo.close(),
  }
}
