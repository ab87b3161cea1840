/** REST of the audit trail: for the admins of a practice alone. */
import { z } from 'zod'
import { PageQuery, page } from '../../http/paging.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import type { AuditService } from './service.ts'

const admins = { audience: 'staff', roles: ['admin'] } as const
const tag = 'audit'
const base = '/api/v1/staff/audit'

const id = z.uuid().lowercase()
const ms = z.coerce.number().int().min(0).max(8_640_000_000_000_000)
const Filter = z.object({
  client: id.optional().meta({ description: 'Events in this record.' }),
  account: id.optional().meta({ description: 'What this account did.' }),
  action: z
    .string()
    .regex(/^[a-z]+\.[a-z-]+$/)
    .max(60)
    .optional(),
  outcome: z.enum(['allowed', 'denied']).optional(),
  from: ms.optional().meta({ description: 'ms since 1970, inclusive.' }),
  until: ms.optional().meta({ description: 'ms since 1970, exclusive.' }),
})
const AuditItem = z.object({
  at: z.number().int(),
  chain: id,
  seq: z.number().int(),
  clientId: id.nullable(),
  clientName: z.string().nullable(),
  accountId: id
    .nullable()
    .meta({ description: 'Who did it; beside `role`, so that a proxy is told from the client.' }),
  accountName: z.string().nullable(),
  role: z.string().nullable(),
  deviceId: id.nullable(),
  deviceName: z.string().nullable(),
  action: z.string(),
  outcome: z.enum(['allowed', 'denied']),
  collection: z.number().int().nullable(),
  documentId: id.nullable(),
  count: z.number().int(),
  reason: z.string().nullable(),
  ip: z.string(),
  userAgent: z.string(),
  hash: z.string(),
})

export const auditRoutes = (service: AuditService): Route[] => [
  defineRoute({
    method: 'get',
    path: base,
    summary: 'Events of the practice, newest first',
    tag,
    access: admins,
    query: Filter.extend(PageQuery.shape),
    response: page(AuditItem),
    handler: ({ actor, query }) => service.search(actor, query),
  }),
  defineRoute({
    method: 'get',
    path: `${base}/export`,
    summary: 'The same events as a file, whole; itself in the trail',
    tag,
    access: admins,
    query: Filter.extend({ format: z.enum(['csv', 'jsonl']) }),
    streams: ['text/csv', 'application/jsonl'],
    response: z.null(),
    handler: ({ actor, query, response }) =>
      service.export(actor, query, () =>
        response
          .type(query.format === 'csv' ? 'text/csv' : 'application/jsonl')
          .attachment(`audit.${query.format}`),
      ),
  }),
]
