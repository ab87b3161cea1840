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
import type { PageInput } from '../../replication/across-clients.ts'
import type { Actor } from '../../replication/actor.ts'
import type { Page } from '../../replication/revised.ts'
import type { Customers } from './customers.ts'
import type { Payments } from './payments.ts'
import { sendPaper } from './send-paper.ts'
import type { BillingService, Paper } from './service.ts'

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

type Answer<T> = Promise<Result<T, Refusal>>
interface DocumentRoutes<T> {
  readonly path: string
  readonly document: z.ZodType<T>
  /** Summaries. */
  readonly says: { readonly list: string; readonly one: string; readonly paper: string }
  /** The last part of the paper's path. */
  readonly paperAt: string
  readonly list: (actor: Actor, client: string, page: PageInput) => Answer<Page<T>>
  readonly one: (actor: Actor, client: string, id: string) => Answer<T>
  readonly paper: (actor: Actor, client: string, id: string, language: string) => Answer<Paper>
}

/** Statements and payments are read alike: a list of them, one, and one on paper. */
const documentRoutes = <T>({
  path,
  document,
  says,
  paperAt,
  list,
  one,
  paper,
}: DocumentRoutes<T>): Route[] => [
  defineRoute({
    method: 'get',
    path: `${base}/${path}`,
    summary: says.list,
    tag,
    access,
    query: OfClient.extend(PageQuery.shape),
    response: page(document),
    refusals: ['not_found'],
    handler: ({ actor, query }) => inRecord(actor, query, (client) => list(actor, client, query)),
  }),
  defineRoute({
    method: 'get',
    path: `${base}/${path}/:id`,
    summary: says.one,
    tag,
    access,
    params: ById,
    query: OfClient,
    response: document,
    handler: ({ actor, params, query }) => inRecord(actor, query, (client) => one(actor, client, params.id)),
  }),
  defineRoute({
    method: 'get',
    path: `${base}/${path}/:id/${paperAt}`,
    summary: says.paper,
    tag,
    access,
    params: ById,
    query: OfClient.extend(InLanguage.shape),
    response: z.undefined(),
    streams: ['application/pdf'],
    handler: ({ actor, params, query, response }) =>
      inRecord(actor, query, async (client) =>
        sendPaper(response, await paper(actor, client, params.id, query.language)),
      ),
  }),
]

interface Parts {
  readonly service: BillingService
  readonly payments: Payments
  readonly customers: Customers
}

export const billingRoutes = ({ service, payments, customers }: Parts): Route[] => [
  ...documentRoutes({
    path: 'statements',
    document: Statement.extend(Revision.shape),
    says: {
      list: 'Statements, the newest first',
      one: 'One statement with its lines, adjustments and what is left to pay',
      paper: 'The statement as a PDF',
    },
    paperAt: 'pdf',
    list: service.statements,
    one: service.statement,
    paper: service.statementPdf,
  }),
  ...documentRoutes({
    path: 'payments',
    document: Payment.extend(Revision.shape),
    says: {
      list: 'Payments, the newest first',
      one: 'One payment',
      paper: 'The receipt of a payment as a PDF',
    },
    paperAt: 'receipt',
    list: service.payments,
    one: service.payment,
    paper: service.receiptPdf,
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
      ...InLanguage.shape,
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
      ...InLanguage.shape,
    }),
    response: Place,
    status: 201,
    refusals: ['payments_off', 'unavailable'],
    handler: ({ actor, body }) => customers.add(actor, body.currency, body.language),
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
