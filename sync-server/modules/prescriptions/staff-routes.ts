/** REST of refills for clinicians. */
import { z } from 'zod'
import { LONGEST_NOTE } from '../../../shared/domains/medications/limits.ts'
import { REFILL_DECISIONS } from '../../../shared/domains/medications/refill-rules.ts'
import { REFILL_STATES } from '../../../shared/domains/medications/refill-schema.ts'
import { Medication } from '../../../shared/domains/medications/schema.ts'
import { PageQuery, page } from '../../http/paging.ts'
import { IfMatch, revisionSeen, sendRevision } from '../../http/preconditions.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import { RefillView } from './routes.ts'
import type { StaffRefills } from './staff-service.ts'

const access = { audience: 'staff', roles: ['clinician'] } as const
const tag = 'staff'
const base = '/api/v1/staff/refill-requests'

const id = z.uuid().lowercase()
const ById = z.object({ id })
const OfClient = z.object({ client: id })
const ToDecide = z.object({
  clientId: id,
  clientName: z.string(),
  requestId: id,
  status: z.enum(REFILL_STATES),
  requestedAt: z.number().int(),
})
const Detail = z.object({
  clientId: id,
  clientName: z.string(),
  request: RefillView,
  medication: Medication.extend({ rev: z.number().int() })
    .nullable()
    .meta({ description: 'As it is now; null where it was taken off the list.' }),
  others: z.array(RefillView).meta({ description: 'Other requests of the client, the newest first.' }),
})

export const staffRefillRoutes = (service: StaffRefills): Route[] => [
  defineRoute({
    method: 'get',
    path: base,
    summary: 'Refills of the clients one looks after, the oldest first',
    tag,
    access,
    query: PageQuery.extend({
      show: z.enum(['waiting', 'under-way']).default('waiting').meta({
        description: '`waiting`: for a decision; `under-way`: for the client, or to be sent or completed.',
      }),
    }),
    response: page(ToDecide),
    handler: ({ actor, query: { show, ...asked } }) => service.list(actor, show, asked),
  }),
  defineRoute({
    method: 'get',
    path: `${base}/:id`,
    summary: 'One request for a refill, with its medication as it is now',
    tag,
    access,
    params: ById,
    query: OfClient,
    response: Detail,
    handler: async ({ actor, params, query, response }) => {
      const found = await service.get(actor, query.client, params.id)
      if (found.ok) sendRevision(response, found.value.request.rev)
      return found
    },
  }),
  defineRoute({
    method: 'put',
    path: `${base}/:id/decision`,
    summary: 'Agree, refuse with the reason, ask back, or say that it was sent or is done',
    tag,
    access,
    params: ById,
    query: OfClient,
    headers: IfMatch,
    body: z.object({
      decision: z.enum(REFILL_DECISIONS),
      note: z
        .string()
        .max(LONGEST_NOTE)
        .optional()
        .meta({ description: 'The client reads it; a refusal and a question need one.' }),
    }),
    response: RefillView,
    refusals: ['wrong_state', 'invalid_document', 'precondition_failed', 'precondition_required'],
    handler: async ({ actor, params, query, headers, body, response }) => {
      const rev = revisionSeen(headers)
      if (!rev.ok) return rev
      const seen = { clientId: query.client, requestId: params.id, rev: rev.value }
      const decided = await service.decide(actor, { ...body, ...seen })
      if (decided.ok) sendRevision(response, decided.value.rev)
      return decided
    },
  }),
]
