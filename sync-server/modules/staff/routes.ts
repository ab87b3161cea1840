/** REST of the staff console. A document is named with its client, as everywhere; what is not one's own to see is not found. */
import { z } from 'zod'
import { Answers, FormDefinition, Returned, Submission } from '../../../shared/domains/forms/schema.ts'
import type { Json } from '../../../shared/kernel/json.ts'
import { PageQuery, page } from '../../http/paging.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import type { StaffService } from './service.ts'

const clinicians = { audience: 'staff', roles: ['clinician'] } as const
const staff = { audience: 'staff', roles: ['clinician', 'front-desk', 'admin'] } as const
const tag = 'staff'
const base = '/api/v1/staff'

const ById = z.object({ id: z.uuid().lowercase() })
const OfClient = z.object({ client: z.uuid().lowercase() })
const time = z.number().int()
const json = z.json() as z.ZodType<Json>

const InboxItem = z.object({
  clientId: z.uuid().lowercase(),
  clientName: z.string(),
  submissionId: z.uuid().lowercase(),
  formKey: z.string(),
  title: z.string(),
  flagged: z.boolean(),
  receivedAt: time,
})
const HistoryEntry = z.object({
  value: json,
  kind: z.enum(['previous', 'submitted', 'lost']),
  deviceName: z.string(),
  at: time,
})
const Facts = z.record(z.string(), json)
const StaffSubmission = z.object({
  clientId: z.uuid().lowercase(),
  clientName: z.string(),
  submission: Submission,
  definition: FormDefinition,
  scores: z.array(Facts),
  flags: z.array(Facts),
  reviewNotes: z.string().nullable(),
  previous: z
    .object({ id: z.uuid(), submittedAt: time, answers: Answers, scores: z.array(Facts) })
    .nullable()
    .meta({ description: 'The one before of the same form.' }),
  earlierScores: z
    .array(z.object({ id: z.uuid(), submittedAt: time, scores: z.array(Facts) }))
    .meta({ description: 'Scores of the same form before, at most 24, the newest first.' }),
  ip: z.string(),
  userAgent: z.string(),
  history: z
    .record(z.string(), z.array(HistoryEntry))
    .meta({ description: 'By answer: what stood there before, what was sent, what lost a conflict.' }),
})

export const staffRoutes = (service: StaffService): Route[] => [
  defineRoute({
    method: 'get',
    path: `${base}/inbox`,
    summary: 'Submissions that wait for review, flagged ones first',
    tag,
    access: clinicians,
    query: PageQuery,
    response: page(InboxItem),
    handler: ({ actor, query }) => service.inbox(actor, query),
  }),
  defineRoute({
    method: 'get',
    path: `${base}/clients`,
    summary: 'Clients that this account looks after, by name',
    tag,
    access: staff,
    query: PageQuery.extend({
      cursor: z.uuid().lowercase().optional(),
      limit: z.coerce.number().int().min(1).max(100).default(100),
    }),
    response: page(z.object({ clientId: z.uuid().lowercase(), name: z.string() })),
    handler: ({ actor, query }) => service.clients(actor, query),
  }),
  defineRoute({
    method: 'get',
    path: `${base}/submissions/:id`,
    summary: 'One submission with its form, score, flags and the history of each answer',
    tag,
    access: clinicians,
    params: ById,
    query: OfClient,
    response: StaffSubmission,
    handler: ({ actor, params, query }) => service.submission(actor, query.client, params.id),
  }),
  defineRoute({
    method: 'post',
    path: `${base}/submissions/:id/review`,
    summary: 'Mark a submission reviewed, with notes that only staff see',
    tag,
    access: clinicians,
    params: ById,
    query: OfClient,
    body: z.object({ notes: z.string().max(10_000).optional() }),
    response: StaffSubmission,
    refusals: ['wrong_state'],
    handler: ({ actor, params, query, body }) =>
      service.review(actor, { clientId: query.client, submissionId: params.id, notes: body.notes }),
  }),
  defineRoute({
    method: 'post',
    path: `${base}/submissions/:id/return`,
    summary: 'Ask the client for more: opens a correction, with the questions that are meant',
    tag,
    access: clinicians,
    params: ById,
    query: OfClient,
    body: z.object({
      note: Returned.shape.note,
      questions: Returned.shape.questions,
      notes: z.string().max(10_000).optional(),
    }),
    response: StaffSubmission,
    refusals: ['wrong_state'],
    handler: ({ actor, params, query, body: { notes, ...asks } }) =>
      service.review(actor, { clientId: query.client, submissionId: params.id, notes, asks }),
  }),
]
