/** REST of what was set aside: a client's own record by default, and the clinician's view of it. */
import { z } from 'zod'
import type { Json } from '../../../shared/kernel/json.ts'
import { err } from '../../../shared/kernel/result.ts'
import { PageQuery, page } from '../../http/paging.ts'
import { notFound } from '../../http/problem.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import type { QuarantineService } from './service.ts'

const tag = 'quarantine'
const time = z.number().int()
const SetAsideChange = z.object({
  id: z.uuid().lowercase(),
  deviceName: z.string(),
  collection: z.string().optional(),
  documentId: z.uuid().lowercase(),
  reason: z.string(),
  detail: z.string(),
  changedAt: time,
  receivedAt: time,
  fields: z.array(z.object({ field: z.string(), value: z.json() as z.ZodType<Json> })),
})
const OfClient = PageQuery.extend({
  client: z.uuid().lowercase().optional().meta({ description: 'The record; by default the own one.' }),
})

export const quarantineRoutes = (quarantine: QuarantineService): Route[] => [
  defineRoute({
    method: 'get',
    path: '/api/v1/portal/quarantine',
    summary: 'Changes that were refused, or came from a device that was signed out',
    tag,
    access: { audience: 'portal', roles: ['client', 'proxy'] },
    query: OfClient,
    response: page(SetAsideChange),
    refusals: ['not_found'],
    handler: async ({ actor, query: { client = actor.ownClientId, ...paging } }) =>
      client === undefined ? err(notFound) : quarantine.ofClient(actor, client, paging),
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/staff/clients/:id/quarantine',
    summary: 'What of this client was refused, or came from a device that was signed out',
    tag,
    access: { audience: 'staff', roles: ['clinician'] },
    params: z.object({ id: z.uuid().lowercase() }),
    query: PageQuery,
    response: page(SetAsideChange),
    handler: ({ actor, params, query }) => quarantine.forClinician(actor, params.id, query),
  }),
]
