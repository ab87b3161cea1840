/** REST of what the record system reads, and of how it is told that there is something to read. */
import { z } from 'zod'
import { FILE_TYPES } from '../../../shared/domains/documents/limits.ts'
import type { Json } from '../../../shared/kernel/json.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import type { FedAnswerFiles } from './answer-files.ts'
import { CHANGE_TYPES } from './change-store.ts'
import type { ChangesService } from './changes.ts'
import { machine } from './routes.ts'
import type { Webhooks } from './webhooks.ts'

const base = '/api/v1/ehr'
const tag = 'EHR'
const Type = z.enum(CHANGE_TYPES)
const id = z.uuid().lowercase()
const ById = z.object({ id })
const Types = z
  .string()
  .max(200)
  .transform((value) => value.split(','))
  .pipe(z.array(Type).min(1).max(10))
const reading = machine('appointments:read', 'requests:read', 'messages:read', 'submissions:read')
const managing = machine('webhooks:manage')

const Change = z.object({
  type: Type,
  id: id.meta({ description: 'The portal’s.' }),
  rev: z.number().int(),
  client: z.object({
    id: z.string().nullable().meta({ description: 'The record system’s; null where it has none yet.' }),
    portalId: id,
  }),
  resource: z.record(z.string(), z.json() as unknown as z.ZodType<Json>).meta({
    description:
      'Appointment, Task (requests and refills), Communication or QuestionnaireResponse, as it is now.',
  }),
})
const Webhook = z.object({
  id,
  url: z.string(),
  types: z.array(Type),
  createdAt: z.number().int(),
  failures: z.number().int().meta({ description: 'In a row, up to now.' }),
  lastStatus: z.string().nullable(),
})
const secret = z.string().meta({ description: 'Shown once: `whsec_…`, as Standard Webhooks have it.' })
const Delivery = z.object({
  id,
  changes: z.number().int(),
  state: z.enum(['delivered', 'waiting', 'dead']),
  attempts: z.number().int(),
  createdAt: z.number().int(),
  deliveredAt: z.number().int().nullable(),
  lastStatus: z.string().nullable(),
})

export const changeRoutes = (changes: ChangesService): Route[] => [
  defineRoute({
    method: 'get',
    path: `${base}/changes`,
    summary:
      'What changed since a cursor, each document once, as it is now; what you wrote yourself is left out',
    tag,
    access: reading,
    query: z.object({
      since: z.string().max(40).optional().meta({ description: '`next` of the answer before.' }),
      types: Types.optional().meta({ description: `Of ${CHANGE_TYPES.join(', ')}, with commas between.` }),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    response: z.object({
      items: z.array(Change),
      next: z.string(),
      more: z.boolean().meta({ description: 'Ask again at once.' }),
    }),
    refusals: ['wrong_state'],
    handler: ({ actor, query, scopes }) => changes.read(actor, query, scopes),
  }),
  ...(['submissions', 'requests'] as const).map((type) =>
    defineRoute({
      method: 'get',
      path: `${base}/${type}/:id`,
      summary: `One of ${type}, by the portal’s id`,
      tag,
      access: machine(`${type}:read`),
      params: ById,
      response: Change,
      refusals: ['unreadable'],
      handler: ({ actor, params }) => changes.get(actor, type, params.id),
    }),
  ),
]

export const answerFileRoutes = (files: FedAnswerFiles): Route[] => [
  defineRoute({
    method: 'get',
    path: `${base}/submissions/:id/files/:file`,
    summary: 'The bytes of a file that was handed in with a form',
    tag,
    access: machine('submissions:read'),
    params: z.object({
      id: id.meta({ description: 'Of the QuestionnaireResponse.' }),
      file: id.meta({ description: 'From a `valueAttachment`: its `url` without `urn:uuid:`.' }),
    }),
    query: z.object({
      from: z.coerce.number().int().min(0).max(9_999).default(0).meta({
        description: 'The first part of 256 KiB that is wanted, for who has those before it.',
      }),
    }),
    response: z.undefined(),
    streams: Object.keys(FILE_TYPES),
    refusals: ['unreadable'],
    handler: ({ actor, params, query, response }) =>
      files.send(response, actor, { submission: params.id, file: params.file }, query.from),
  }),
]

export const webhookRoutes = (webhooks: Webhooks): Route[] => [
  defineRoute({
    method: 'get',
    path: `${base}/webhooks`,
    summary: 'Where this account is told of changes',
    tag,
    access: managing,
    response: z.object({ items: z.array(Webhook) }),
    handler: ({ actor }) => webhooks.list(actor),
  }),
  defineRoute({
    method: 'post',
    path: `${base}/webhooks`,
    summary: 'Be told of changes: which and whose, signed, and nothing of what they say',
    tag,
    access: managing,
    body: z.object({ url: z.string().max(500), types: z.array(Type).min(1).max(10) }),
    response: Webhook.extend({ secret }),
    status: 201,
    refusals: ['invalid_document', 'wrong_state'],
    handler: ({ actor, body }) => webhooks.create(actor, body),
  }),
  defineRoute({
    method: 'delete',
    path: `${base}/webhooks/:id`,
    summary: 'Be told no more',
    tag,
    access: managing,
    params: ById,
    response: z.null(),
    status: 204,
    handler: ({ actor, params }) => webhooks.remove(actor, params.id),
  }),
  defineRoute({
    method: 'post',
    path: `${base}/webhooks/:id/rotate`,
    summary: 'A new secret; the one before signs beside it for a day',
    tag,
    access: managing,
    params: ById,
    response: z.object({ secret }),
    handler: ({ actor, params }) => webhooks.rotate(actor, params.id),
  }),
  defineRoute({
    method: 'get',
    path: `${base}/webhooks/:id/deliveries`,
    summary: 'What was sent there, newest first; `dead` will not be tried again',
    tag,
    access: managing,
    params: ById,
    query: z.object({ undelivered: z.enum(['true', 'false']).optional() }),
    response: z.object({ items: z.array(Delivery) }),
    handler: ({ actor, params, query }) =>
      webhooks.deliveries(actor, params.id, query.undelivered === 'true'),
  }),
]
