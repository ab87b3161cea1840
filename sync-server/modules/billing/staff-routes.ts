/** REST of a client's account for the office. */
import { z } from 'zod'
import {
  DESK_WAYS,
  LONGEST_REASON,
  LONGEST_REFERENCE,
  MOST_MONEY,
} from '../../../shared/domains/billing/limits.ts'
import { Payment, Statement } from '../../../shared/domains/billing/schema.ts'
import { ok, type Result } from '../../../shared/kernel/result.ts'
import type { Refusal } from '../../../shared/protocol/errors.ts'
import { PageQuery, page } from '../../http/paging.ts'
import { createdId, IdempotencyKey } from '../../http/preconditions.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import { OFFICE } from './desk-payments.ts'
import type { createDisputed } from './disputed.ts'
import { Balances, InLanguage } from './routes.ts'
import { sendPaper } from './send-paper.ts'
import type { BillingService } from './service.ts'
import type { Account, StaffBilling } from './staff-service.ts'

const access = { audience: 'staff', roles: ['front-desk', 'admin'] } as const
const tag = 'staff'
const base = '/api/v1/staff/clients/:client/billing'

const id = z.uuid().lowercase()
const OfClient = z.object({ client: id })
const Revision = z.object({ rev: z.number().int() })
const LedgerView = z.object({
  entries: z.array(
    z.object({
      id,
      kind: z.enum(['charge', 'adjustment', 'payment', 'refund', 'dispute']),
      origin: z.enum(['record', 'staff', 'portal']),
      statementId: id,
      paymentId: id.optional(),
      amount: z.number().int(),
      currency: z.string(),
      at: z.number().int(),
    }),
  ),
  next: z.string().nullable().meta({ description: 'For the entries before these; null at the first.' }),
})
const AccountView = Balances.extend({
  clientName: z.string(),
  refundable: z.array(id).meta({ description: 'Payments that can be paid back from here.' }),
  statements: z.array(Statement.extend(Revision.shape)),
  payments: z.array(Payment.extend(Revision.shape)),
  ...LedgerView.shape,
})

const shown = <T extends Pick<Account, 'entries'>>(answer: Result<T, Refusal>) =>
  answer.ok
    ? ok({
        ...answer.value,
        entries: answer.value.entries.map(({ at, ...entry }) => ({ ...entry, at: at.getTime() })),
      })
    : answer

const amount = z.number().int().min(-MOST_MONEY).max(MOST_MONEY)

interface Parts {
  readonly service: StaffBilling
  readonly papers: BillingService
  readonly disputed: ReturnType<typeof createDisputed>
}

export const staffBillingRoutes = ({ service, papers, disputed }: Parts): Route[] => [
  defineRoute({
    method: 'get',
    path: '/api/v1/staff/billing/disputes',
    summary: 'Payments that payers and their banks do not agree with, those that were made last first',
    tag,
    access,
    query: PageQuery,
    response: page(
      z.object({
        id: id.meta({ description: 'Of the payment.' }),
        clientId: id,
        clientName: z.string(),
        amount: z.number().int().meta({ description: 'Of the whole payment, minor units.' }),
        currency: z.string(),
        paidAt: z.number().int(),
      }),
    ),
    handler: ({ actor, query }) => disputed(actor, query),
  }),
  defineRoute({
    method: 'get',
    path: base,
    summary: 'The account of a client: statements, payments, the ledger',
    tag,
    access,
    params: OfClient,
    response: AccountView,
    handler: async ({ actor, params }) => shown(await service.account(actor, params.client)),
  }),
  defineRoute({
    method: 'get',
    path: `${base}/entries`,
    summary: 'The ledger of a client further back than the account shows it',
    tag,
    access,
    params: OfClient,
    query: z.object({ cursor: z.string().max(200).meta({ description: '`next` of what came before.' }) }),
    response: LedgerView,
    handler: async ({ actor, params, query }) =>
      shown(await service.entries(actor, params.client, query.cursor)),
  }),
  defineRoute({
    method: 'post',
    path: `${base}/adjustments`,
    summary: 'Adjust a statement, with a reason that the client reads',
    tag,
    access,
    params: OfClient,
    headers: IdempotencyKey,
    body: z.object({
      statementId: id,
      amount: amount
        .refine((value) => value !== 0, 'must not be 0')
        .meta({
          description: 'Minor units; less than nothing takes from what is left to pay.',
        }),
      reason: z.string().trim().min(3).max(LONGEST_REASON),
    }),
    response: AccountView,
    status: 201,
    refusals: ['invalid_document', 'wrong_state', 'already_exists'],
    handler: async ({ actor, params, headers, body }) =>
      shown(
        await service.adjust(
          actor,
          params.client,
          createdId(headers, actor, params.client, 'adjustment'),
          body,
        ),
      ),
  }),
  defineRoute({
    method: 'post',
    path: `${base}/payments`,
    summary: 'Write down a payment that the office took itself',
    tag,
    access,
    params: OfClient,
    headers: IdempotencyKey,
    body: z.strictObject({
      statementId: id,
      amount: z.number().int().min(1).max(MOST_MONEY),
      how: z.enum(DESK_WAYS),
      reference: z.string().trim().min(1).max(LONGEST_REFERENCE).optional(),
    }),
    response: AccountView,
    status: 201,
    refusals: ['invalid_document', 'wrong_state', 'already_exists', 'unavailable'],
    handler: async ({ actor, params, headers, body }) =>
      shown(
        await service.record(
          actor,
          params.client,
          createdId(headers, actor, params.client, 'desk-payment'),
          body,
        ),
      ),
  }),
  defineRoute({
    method: 'post',
    path: `${base}/payments/:id/refunds`,
    summary: 'Pay back what was paid, whole or in part',
    tag,
    access,
    params: OfClient.extend({ id }),
    headers: IdempotencyKey,
    body: z.object({ amount: z.number().int().min(1).max(MOST_MONEY) }),
    response: AccountView,
    status: 201,
    refusals: ['invalid_document', 'wrong_state', 'already_exists', 'payments_off', 'unavailable'],
    handler: async ({ actor, params, headers, body }) =>
      shown(
        await service.refund(actor, params.client, createdId(headers, actor, params.client, 'refund'), {
          paymentId: params.id,
          amount: body.amount,
        }),
      ),
  }),
  defineRoute({
    method: 'get',
    path: `${base}/statements/:id/pdf`,
    summary: 'A client’s statement as a PDF',
    tag,
    access,
    params: OfClient.extend({ id }),
    query: InLanguage,
    response: z.undefined(),
    streams: ['application/pdf'],
    handler: async ({ actor, params, query, response }) =>
      sendPaper(response, await papers.statementPdf(actor, params.client, params.id, query.language, OFFICE)),
  }),
]
