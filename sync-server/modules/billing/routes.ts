/** REST of billing for clients and proxies. A client's own record is meant where none is named. */
import { z } from 'zod'
import { MOST_AT_ONCE, MOST_MONEY } from '../../../shared/domains/billing/limits.ts'
import { Payment, Statement } from '../../../shared/domains/billing/schema.ts'
import { err, type Result } from '../../../shared/kernel/result.ts'
import type { Refusal } from '../../../shared/protocol/errors.ts'
import { PageQuery, page } from '../../http/paging.ts'
import { createdId, IdempotencyKey } from '../../http/preconditions.ts'
import { notFound } from '../../http/problem.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import type { Actor } from '../../replication/actor.ts'
import type { Customers } from './customers.ts'
import type { Payments } from './payments.ts'
import { sendPaper } from './send-paper.ts'
import type { BillingService } from './service.ts'

const access = { audience: 'portal', roles: ['client', 'proxy'] } as const
const tag = 'billing'
const base = '/api/v1/portal/billing'

const id = z.uuid().lowercase()
const OfClient = z.object({
  client: id.optional().meta({ description: 'The record; by default the own one.' }),
})
export const InLanguage = z.object({ language: z.enum(['en', 'es']).default('en') })
const ById = z.object({ id })
const Revision = z.object({ rev: z.number().int() })
export const Balances = z.object({
  balances: z.array(
    z.object({
      currency: z.string(),
      amount: z.number().int().meta({ description: 'Minor units; less than nothing: the practice owes it.' }),
    }),
  ),
})
const Methods = z.object({
  online: z.boolean().meta({ description: 'Does the practice take payments here at all?' }),
  demo: z.boolean().meta({ description: 'No real money is taken.' }),
  items: z.array(
    z.object({
      id: z.string(),
      label: z.string(),
      expires: z.object({ month: z.number().int(), year: z.number().int() }).optional(),
    }),
  ),
})
const Begun = z.object({
  id,
  status: z.enum(['pending', 'succeeded', 'failed']),
  url: z.string().optional().meta({ description: 'Where the payer goes on; absent: nothing more is asked.' }),
})
const Place = z.object({ url: z.string() })

/** In the record that is meant. */
const inRecord = <T>(
  { ownClientId }: Actor,
  { client = ownClientId }: z.infer<typeof OfClient>,
  run: (client: string) => Promise<Result<T, Refusal>>,
): Promise<Result<T, Refusal>> => (client === undefined ? Promise.resolve(err(notFound)) : run(client))

interface Parts {
  readonly service: BillingService
  readonly payments: Payments
  readonly customers: Customers
}

export const billingRoutes = ({ service, payments, customers }: Parts): Route[] => [
  defineRoute({
    method: 'get',
    path: `${base}/statements`,
    summary: 'Statements, the newest first',
    tag,
    access,
    query: OfClient.extend(PageQuery.shape),
    response: page(Statement.extend(Revision.shape)),
    refusals: ['not_found'],
    handler: ({ actor, query }) =>
      inRecord(actor, query, (client) => service.statements(actor, client, query)),
  }),
  defineRoute({
    method: 'get',
    path: `${base}/statements/:id`,
    summary: 'One statement with its lines, adjustments and what is left to pay',
    tag,
    access,
    params: ById,
    query: OfClient,
    response: Statement.extend(Revision.shape),
    handler: ({ actor, params, query }) =>
      inRecord(actor, query, (client) => service.statement(actor, client, params.id)),
  }),
  defineRoute({
    method: 'get',
    path: `${base}/statements/:id/pdf`,
    summary: 'The statement as a PDF',
    tag,
    access,
    params: ById,
    query: OfClient.extend(InLanguage.shape),
    response: z.undefined(),
    streams: ['application/pdf'],
    handler: ({ actor, params, query, response }) =>
      inRecord(actor, query, async (client) =>
        sendPaper(response, await service.statementPdf(actor, client, params.id, query.language)),
      ),
  }),
  defineRoute({
    method: 'get',
    path: `${base}/balance`,
    summary: 'What is left to pay of everything, from the ledger',
    tag,
    access,
    query: OfClient,
    response: Balances,
    refusals: ['not_found'],
    handler: ({ actor, query }) => inRecord(actor, query, (client) => service.balance(actor, client)),
  }),
  defineRoute({
    method: 'get',
    path: `${base}/payments`,
    summary: 'Payments, the newest first',
    tag,
    access,
    query: OfClient.extend(PageQuery.shape),
    response: page(Payment.extend(Revision.shape)),
    refusals: ['not_found'],
    handler: ({ actor, query }) => inRecord(actor, query, (client) => service.payments(actor, client, query)),
  }),
  defineRoute({
    method: 'get',
    path: `${base}/payments/:id`,
    summary: 'One payment',
    tag,
    access,
    params: ById,
    query: OfClient,
    response: Payment.extend(Revision.shape),
    handler: ({ actor, params, query }) =>
      inRecord(actor, query, (client) => service.payment(actor, client, params.id)),
  }),
  defineRoute({
    method: 'post',
    path: `${base}/payments/:id/check`,
    summary: 'Look up at the payment service what became of a payment',
    tag,
    access,
    params: ById,
    query: OfClient,
    response: Payment.extend(Revision.shape),
    refusals: ['unavailable'],
    handler: ({ actor, params, query }) =>
      inRecord(actor, query, async (client) => {
        const found = await service.payment(actor, client, params.id)
        if (!found.ok || found.value.status !== 'pending') return found
        const looked = await payments.check(params.id)
        return looked.ok ? service.payment(actor, client, params.id) : looked
      }),
  }),
  defineRoute({
    method: 'get',
    path: `${base}/payments/:id/receipt`,
    summary: 'The receipt of a payment as a PDF',
    tag,
    access,
    params: ById,
    query: OfClient.extend(InLanguage.shape),
    response: z.undefined(),
    streams: ['application/pdf'],
    handler: ({ actor, params, query, response }) =>
      inRecord(actor, query, async (client) =>
        sendPaper(response, await service.receiptPdf(actor, client, params.id, query.language)),
      ),
  }),
  defineRoute({
    method: 'post',
    path: `${base}/payment`,
    summary: 'Begin a payment for one statement or several, whole or in part',
    tag,
    access,
    query: OfClient,
    headers: IdempotencyKey,
    body: z.strictObject({
      shares: z
        .array(z.object({ statementId: id, amount: z.number().int().min(1).max(MOST_MONEY) }))
        .min(1)
        .max(MOST_AT_ONCE),
      methodId: z
        .string()
        .regex(/^\w{4,100}$/)
        .optional()
        .meta({ description: 'A saved method of the account; absent: the payment page asks.' }),
    }),
    response: Begun,
    status: 201,
    refusals: [
      'not_found',
      'invalid_document',
      'wrong_state',
      'already_exists',
      'payments_off',
      'unavailable',
    ],
    handler: ({ actor, query, headers, body }) =>
      inRecord(actor, query, (client) =>
        payments.pay(actor, client, createdId(headers, actor, client, 'payment'), body),
      ),
  }),
  defineRoute({
    method: 'get',
    path: `${base}/methods`,
    summary: 'Saved payment methods of the account',
    tag,
    access,
    response: Methods,
    refusals: ['unavailable'],
    handler: ({ actor }) => customers.list(actor),
  }),
  defineRoute({
    method: 'post',
    path: `${base}/methods`,
    summary: 'Where to save a payment method: a page of the payment service',
    tag,
    access,
    body: z.strictObject({
      currency: z
        .string()
        .regex(/^[A-Z]{3}$/)
        .default('USD'),
    }),
    response: Place,
    status: 201,
    refusals: ['payments_off', 'unavailable'],
    handler: ({ actor, body }) => customers.add(actor, body.currency),
  }),
  defineRoute({
    method: 'delete',
    path: `${base}/methods/:method`,
    summary: 'Remove a saved payment method',
    tag,
    access,
    params: z.object({ method: z.string().regex(/^\w{4,100}$/) }),
    response: z.null(),
    status: 204,
    refusals: ['not_found', 'payments_off', 'unavailable'],
    handler: ({ actor, params }) => customers.remove(actor, params.method),
  }),
]
