/** Where providers tell what became of addresses. Open to the internet; only what is signed changes anything. */
import { z } from 'zod'
import { ok } from '../../../shared/kernel/result.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import { type ProviderEvents, TWILIO_PATH } from './provider-events.ts'

const tag = 'notifications'
const text = z.string().max(1_000).default('')

export const providerRoutes = (events: ProviderEvents): Route[] => [
  defineRoute({
    method: 'post',
    path: '/api/v1/hooks/sendgrid',
    summary: 'SendGrid’s Event Webhook, signed (ECDSA): addresses that bounced or complained',
    tag,
    access: 'public',
    takesBytes: 1_000_000,
    bytesAs: 'application/json',
    headers: z.object({
      'x-twilio-email-event-webhook-signature': text,
      'x-twilio-email-event-webhook-timestamp': text,
    }),
    response: z.null(),
    status: 204,
    refusals: ['not_permitted'],
    handler: ({ bytes, headers }) =>
      events.sendGrid(bytes, {
        signature: headers['x-twilio-email-event-webhook-signature'],
        timestamp: headers['x-twilio-email-event-webhook-timestamp'],
      }),
  }),
  defineRoute({
    method: 'post',
    path: TWILIO_PATH,
    summary: 'Twilio’s messages and reports, signed (X-Twilio-Signature): numbers that said STOP or START',
    tag,
    access: 'public',
    takesBytes: 20_000,
    bytesAs: 'application/x-www-form-urlencoded',
    headers: z.object({ 'x-twilio-signature': text }),
    query: z.object({ notice: z.uuid().lowercase().optional() }),
    response: z.null(),
    streams: ['text/xml'],
    refusals: ['not_permitted'],
    handler: async ({ bytes, headers, query: { notice }, response }) => {
      const done = await events.twilio(bytes, { signature: headers['x-twilio-signature'], notice })
      if (!done.ok) return done
      // Nothing is answered: Twilio itself confirms a STOP.
      response.type('text/xml').send('<?xml version="1.0" encoding="UTF-8"?><Response></Response>')
      return ok(null)
    },
  }),
]
