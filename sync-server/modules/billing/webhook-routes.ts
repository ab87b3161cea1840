/** Where the payment service tells what happened. Public: its signature is its proof. */
import { z } from 'zod'
import { ok } from '../../../shared/kernel/result.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import type { PaymentWebhook } from './webhook.ts'

const MOST_BYTES = 256 * 1024

export const paymentWebhookRoutes = (webhook: PaymentWebhook): Route[] => [
  defineRoute({
    method: 'post',
    path: '/api/v1/payments/webhook',
    summary: 'Messages of the payment service, signed by it',
    tag: 'billing',
    access: 'public',
    takesBytes: MOST_BYTES,
    bytesAs: 'application/json',
    headers: z.object({ 'stripe-signature': z.string().max(2_000).default('') }),
    response: z.object({ received: z.literal(true) }),
    refusals: ['not_permitted', 'payments_off'],
    handler: async ({ bytes, headers }) => {
      const taken = await webhook.take(bytes, headers['stripe-signature'])
      return taken.ok ? ok({ received: true as const }) : taken
    },
  }),
]
