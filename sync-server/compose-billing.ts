/** Billing put together, with the payment service that is configured, or the demo's; part of the composition root. */
import { join } from 'node:path'
import type { RequestHandler } from 'express'
import type { Clock } from '../shared/kernel/clock.ts'
import type { Config } from './config.ts'
import { startDemoStripe } from './demo-stripe/start.ts'
import type { Route } from './http/route.ts'
import { createCustomers } from './modules/billing/customers.ts'
import { createDisputed } from './modules/billing/disputed.ts'
import { lookBack } from './modules/billing/look-back.ts'
import { createPayments } from './modules/billing/payments.ts'
import type { PaymentProvider } from './modules/billing/provider.ts'
import { openAccounts, reconcilePayments } from './modules/billing/reconcile.ts'
import { billingRoutes } from './modules/billing/routes.ts'
import { createBillingService } from './modules/billing/service.ts'
import { createSettlement } from './modules/billing/settle.ts'
import { staffBillingRoutes } from './modules/billing/staff-routes.ts'
import { createStaffBilling } from './modules/billing/staff-service.ts'
import { createStripeProvider } from './modules/billing/stripe-provider.ts'
import { createPaymentWebhook } from './modules/billing/webhook.ts'
import { paymentWebhookRoutes } from './modules/billing/webhook-routes.ts'
import type { Database } from './platform/database.ts'
import type { Logger } from './platform/logger.ts'
import type { Outbox } from './platform/outbox.ts'
import type { Replication } from './replication/replication.ts'

interface Deps {
  readonly config: Config
  readonly database: Database
  readonly replication: Replication
  readonly clock: Clock
  readonly logger: Logger
  readonly outbox: Outbox
  readonly origin: () => string
  /** Where this server listens, on this machine. */
  readonly local: () => string
}
interface Service {
  readonly provider: PaymentProvider | undefined
  readonly pages?: RequestHandler
  close?(): Promise<void>
}

const RECONCILE_MS = 3 * 60_000
const LOOK_BACK_MS = 60 * 60_000
const FIRST_LOOK_BACK_MS = 60_000

async function openService({ config, clock, logger, origin, local }: Deps): Promise<Service> {
  const { stripe, production, inMemory, dataDir, secrets } = config
  if (stripe !== undefined) return { provider: createStripeProvider({ ...stripe, isDemo: false }) }
  if (production) return { provider: undefined }
  const demo = await startDemoStripe({
    file: inMemory ? undefined : join(dataDir, 'demo-payments.json'),
    secret: secrets.pepper,
    now: () => clock.now(),
    origin,
    portal: local,
    logger,
  })
  const { secretKey, webhookSecret, at } = demo
  const provider = createStripeProvider({ secretKey, webhookSecrets: [webhookSecret], isDemo: true, at })
  return { provider, pages: demo.pages, close: demo.close }
}

export async function composeBilling(deps: Deps) {
  const { logger, origin } = deps
  const { provider, pages, close } = await openService(deps)
  const settlement = createSettlement(deps)
  const customers = createCustomers({ ...deps, provider })
  const payments = createPayments({ ...deps, provider, settlement, customers, origin })
  const service = createBillingService(deps)
  const webhook = createPaymentWebhook({ ...deps, provider, settlement })
  const routes: readonly Route[] = [
    ...billingRoutes({ service, payments, customers }),
    ...paymentWebhookRoutes(webhook),
    ...staffBillingRoutes({
      service: createStaffBilling({ ...deps, provider, settlement, payments }),
      papers: service,
      disputed: createDisputed(deps),
    }),
  ]
  const reconcile = async () => {
    if (provider !== undefined) await reconcilePayments({ ...deps, provider, settlement })
  }
  let running: Promise<unknown> = Promise.resolve()
  const look = (run: () => Promise<unknown>) => {
    running = running
      .then(run)
      .catch((error: unknown) => logger.warn({ err: error }, 'payments could not be looked at; tried again'))
    return running
  }
  const lookBackNow = async () => {
    if (provider !== undefined) await lookBack({ ...deps, provider, settlement })
  }
  const timers = [
    setInterval(() => void look(reconcile), RECONCILE_MS),
    setInterval(() => void look(lookBackNow), LOOK_BACK_MS),
  ]
  const first = setTimeout(() => void look(lookBackNow), FIRST_LOOK_BACK_MS).unref()
  for (const timer of timers) timer.unref()
  return {
    routes,
    pages,
    /** In the transaction that erases a record. */
    forget: customers.forget,
    /** Payments whose message never came. Called by a timer, and by whoever keeps the jobs. */
    reconcilePayments: reconcile,
    start: () => void look(async () => void (await openAccounts(deps))).then(() => look(reconcile)),
    async close() {
      for (const timer of timers) clearInterval(timer)
      clearTimeout(first)
      await running
      await close?.()
    },
  }
}
