/** REST of jobs that came to nothing: for the admins of a practice alone. */
import { z } from 'zod'
import { PageQuery, page } from '../../http/paging.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import type { JobsService } from './service.ts'

const admins = { audience: 'staff', roles: ['admin'] } as const
const tag = 'jobs'
const base = '/api/v1/staff/jobs/failed'
const params = z.object({ id: z.uuid().lowercase() })

const FailedJob = z.object({
  id: z.uuid().lowercase(),
  kind: z.string(),
  outcome: z.enum(['failed', 'expired']),
  attempts: z.number().int(),
  createdAt: z.number().int(),
  endedAt: z.number().int(),
  reason: z.string().nullable().meta({ description: 'A code, never content.' }),
  retriable: z.boolean(),
})

export const jobsRoutes = (jobs: JobsService): Route[] => [
  defineRoute({
    method: 'get',
    path: base,
    summary: 'Mails, notifications and webhooks that could not be delivered, the latest first',
    tag,
    access: admins,
    query: PageQuery,
    response: page(FailedJob),
    handler: ({ actor, query }) => jobs.failed(actor, query),
  }),
  defineRoute({
    method: 'post',
    path: `${base}/:id/retry`,
    summary: 'Try one again, from the start',
    tag,
    access: admins,
    params,
    response: z.null(),
    status: 204,
    handler: ({ actor, params: { id } }) => jobs.retry(actor, id),
  }),
  defineRoute({
    method: 'delete',
    path: `${base}/:id`,
    summary: 'Take one off the list, with what was kept of it',
    tag,
    access: admins,
    params,
    response: z.null(),
    status: 204,
    handler: ({ actor, params: { id } }) => jobs.dismiss(actor, id),
  }),
]
