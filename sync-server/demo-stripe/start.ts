/** The demo's payment service put together: its API for the SDK, its pages for browsers, its messages for the portal. */
import { createHash } from 'node:crypto'
import type { RequestHandler } from 'express'
import type { Logger } from '../platform/logger.ts'
import { createDemoApi } from './answers.ts'
import { serveDemoApi } from './api.ts'
import { createDemoCore } from './core.ts'
import { demoPaymentPages } from './pages.ts'
import { createDemoPayer, type DemoPayer } from './payer.ts'
import { openMemory } from './state.ts'
import { createTeller } from './tell.ts'

interface Options {
  /** Where it is remembered; undefined: in memory. */
  readonly file: string | undefined
  /** What its keys are made from. */
  readonly secret: Uint8Array
  readonly now: () => number
  /** Where browsers see the portal, and where its server listens. */
  readonly origin: () => string
  readonly portal: () => string
  readonly logger: Pick<Logger, 'warn'>
  /** Instead of sending messages: for tests that deliver them late, twice or not at all. */
  readonly tell?: ReturnType<typeof createTeller>['tell']
}
export interface DemoStripe {
  readonly secretKey: string
  readonly webhookSecret: string
  readonly at: { readonly host: string; readonly port: number; readonly protocol: 'http' }
  readonly pages: RequestHandler
  /** For tests: what somebody does on the pages, and what a bank does later. */
  readonly payer: DemoPayer
  close(): Promise<void>
}

export async function startDemoStripe({
  file,
  secret,
  now,
  origin,
  portal,
  logger,
  tell,
}: Options): Promise<DemoStripe> {
  const keyOf = (name: string) => createHash('sha256').update(secret).update(name).digest('hex').slice(0, 40)
  const [secretKey, webhookSecret] = [`sk_test_demo${keyOf('api')}`, `whsec_${keyOf('webhook')}`]
  const memory = openMemory(file)
  const teller = createTeller({
    secret: webhookSecret,
    now,
    address: () => `${portal()}/api/v1/payments/webhook`,
    logger,
  })
  const core = createDemoCore({ memory, now, pages: origin, tell: tell ?? teller.tell })
  const payer = createDemoPayer(core)
  const api = await serveDemoApi(createDemoApi(core), memory, secretKey)
  return {
    secretKey,
    webhookSecret,
    at: { host: '127.0.0.1', port: api.port, protocol: 'http' },
    pages: demoPaymentPages(payer),
    payer,
    async close() {
      teller.close()
      await api.close()
    },
  }
}
