/** REST of prescriptions for clients: the same services as replication. A client's own record is meant where none is named. */
import { z } from 'zod'
import { LONGEST_NOTE, LONGEST_PHARMACY } from '../../../shared/domains/medications/limits.ts'
import { Refill } from '../../../shared/domains/medications/refill-schema.ts'
import { Medication } from '../../../shared/domains/medications/schema.ts'
import { err, type Result } from '../../../shared/kernel/result.ts'
import type { Refusal } from '../../../shared/protocol/errors.ts'
import { PageQuery, page } from '../../http/paging.ts'
import { createdId, IdempotencyKey, IfMatch, revisionSeen, sendRevision } from '../../http/preconditions.ts'
import { notFound } from '../../http/problem.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import type { Actor } from '../../replication/actor.ts'
import type { Revised } from '../../replication/revised.ts'
import type { PrescriptionsService } from './service.ts'

const access = { audience: 'portal', roles: ['client', 'proxy'] } as const
const tag = 'prescriptions'
const base = '/api/v1/portal/prescriptions'

const OfClient = z.object({
  client: z.uuid().lowercase().optional().meta({ description: 'The record; by default the own one.' }),
})
const ById = z.object({ id: z.uuid().lowercase() })
const Revision = z.object({
  rev: z.number().int().meta({ description: 'Also in `ETag`: for `If-Match`.' }),
})
const MedicationView = Medication.extend(Revision.shape)
export const RefillView = Refill.extend(Revision.shape)

const recordOf = (actor: Actor, query: z.infer<typeof OfClient>) => query.client ?? actor.ownClientId

const withRevision = async (
  response: Parameters<typeof sendRevision>[0],
  answer: Promise<Result<Revised<Refill>, Refusal>>,
): Promise<Result<Revised<Refill>, Refusal>> => {
  const found = await answer
  if (found.ok) sendRevision(response, found.value.rev)
  return found
}

const CHANGES = {
  withdraw: 'Take a request back that is not decided',
  received: 'Say that the medication is there',
} as const

export const prescriptionsRoutes = (service: PrescriptionsService): Route[] => [
  defineRoute({
    method: 'get',
    path: base,
    summary: 'Medications, the last changed first',
    tag,
    access,
    query: OfClient.extend(PageQuery.shape).extend({ status: Medication.shape.status.optional() }),
    response: page(MedicationView),
    refusals: ['not_found'],
    handler: async ({ actor, query }) => {
      const client = recordOf(actor, query)
      return client === undefined ? err(notFound) : service.medications(actor, client, query)
    },
  }),
  defineRoute({
    method: 'post',
    path: `${base}/refill`,
    summary: 'Ask for a refill; one at a time for each medication',
    tag,
    access,
    query: OfClient,
    headers: IdempotencyKey,
    body: z.object({
      medicationId: z.uuid().lowercase(),
      pharmacy: z.string().max(LONGEST_PHARMACY).optional(),
      note: z.string().max(LONGEST_NOTE).optional(),
    }),
    response: RefillView,
    status: 201,
    refusals: ['not_found', 'invalid_document', 'already_requested', 'already_exists'],
    handler: async ({ actor, query, headers, body, response }) => {
      const client = recordOf(actor, query)
      if (client === undefined) return err(notFound)
      const id = createdId(headers, actor, client, 'refill')
      return withRevision(response, service.ask(actor, client, id, body))
    },
  }),
  defineRoute({
    method: 'get',
    path: `${base}/refills`,
    summary: 'Requests for refills, the newest first',
    tag,
    access,
    query: OfClient.extend(PageQuery.shape),
    response: page(RefillView),
    refusals: ['not_found'],
    handler: async ({ actor, query }) => {
      const client = recordOf(actor, query)
      return client === undefined ? err(notFound) : service.refills(actor, client, query)
    },
  }),
  defineRoute({
    method: 'get',
    path: `${base}/refills/:id`,
    summary: 'One request with who decided what, when and why; its revision is in `ETag`',
    tag,
    access,
    params: ById,
    query: OfClient,
    response: RefillView,
    handler: async ({ actor, params, query, response }) => {
      const client = recordOf(actor, query)
      if (client === undefined) return err(notFound)
      return withRevision(response, service.refill(actor, client, params.id))
    },
  }),
  defineRoute({
    method: 'put',
    path: `${base}/refills/:id/answer`,
    summary: 'Answer what the practice wants to know',
    tag,
    access,
    params: ById,
    query: OfClient,
    headers: IfMatch,
    body: z.object({
      answer: z.string().min(1).max(LONGEST_NOTE),
      pharmacy: z.string().max(LONGEST_PHARMACY).optional(),
    }),
    response: RefillView,
    refusals: ['wrong_state', 'precondition_failed', 'precondition_required'],
    handler: async ({ actor, params, query, headers, body, response }) => {
      const client = recordOf(actor, query)
      const rev = revisionSeen(headers)
      if (client === undefined) return err(notFound)
      if (!rev.ok) return rev
      return withRevision(response, service.change(actor, client, params.id, rev.value, body))
    },
  }),
  ...(['withdraw', 'received'] as const).map((change) =>
    defineRoute({
      method: 'put',
      path: `${base}/refills/:id/${change}`,
      summary: CHANGES[change],
      tag,
      access,
      params: ById,
      query: OfClient,
      headers: IfMatch,
      response: RefillView,
      refusals: ['wrong_state', 'precondition_failed', 'precondition_required'],
      handler: async ({ actor, params, query, headers, response }) => {
        const client = recordOf(actor, query)
        const rev = revisionSeen(headers)
        if (client === undefined) return err(notFound)
        if (!rev.ok) return rev
        const edit = change === 'withdraw' ? 'withdrawn' : 'done'
        return withRevision(response, service.change(actor, client, params.id, rev.value, edit))
      },
    }),
  ),
]
