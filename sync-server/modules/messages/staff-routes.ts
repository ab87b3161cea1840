/** The practice's side of messages: shared inbox, one conversation, answers, whose turn it is, texts to start from. */
import { z } from 'zod'
import { saysSomething } from '../../../shared/domains/messages/said.ts'
import { Message, WrittenParts } from '../../../shared/domains/messages/schema.ts'
import { ok } from '../../../shared/kernel/result.ts'
import { PageQuery, page } from '../../http/paging.ts'
import { createdId, IdempotencyKey } from '../../http/preconditions.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import type { StaffMessages } from './staff-service.ts'
import type { Templates } from './templates.ts'

const access = { audience: 'staff', roles: ['clinician'] } as const
const tag = 'staff'
const base = '/api/v1/staff/clients/:client/messages'
const id = z.uuid().lowercase()
const OfClient = z.object({ client: id })
const OfThread = z.object({ client: id, thread: id })
const Colleague = z.object({ accountId: z.uuid(), name: z.string() })
const InboxThread = z.object({
  clientId: z.uuid(),
  clientName: z.string(),
  threadId: z.uuid(),
  subject: z.string(),
  excerpt: z.string(),
  lastAt: z.number().int(),
  lastAuthor: z.string(),
  waitingSince: z.number().int().nullable(),
  urgent: z.boolean(),
  unread: z.boolean(),
  assigned: Colleague.nullable(),
})
const StaffThread = page(Message).extend({
  clientName: z.string(),
  subject: z.string(),
  waitingSince: z.number().int().nullable(),
  assigned: Colleague.nullable(),
  colleagues: z.array(Colleague),
  readByClient: z.number().int(),
})
const Parts = WrittenParts.pick({ body: true, attachments: true }).extend({
  priority: WrittenParts.shape.priority.default('normal'),
})
const Reply = Parts.refine(saysSomething, { path: ['body'] })
const Compose = Parts.extend({ subject: WrittenParts.shape.subject }).refine(saysSomething, {
  path: ['body'],
})
const Template = z.object({ id: z.uuid(), title: z.string(), body: z.string() })
const LAST_MOMENT = 4_102_444_800_000

interface StaffMessageRoutes {
  readonly messages: StaffMessages
  readonly templates: Templates
}

export const staffMessageRoutes = ({ messages, templates }: StaffMessageRoutes): Route[] => [
  defineRoute({
    method: 'get',
    path: '/api/v1/staff/messages',
    summary: 'Conversations of the clients one looks after, the newest first',
    tag,
    access,
    query: PageQuery.extend({
      show: z.enum(['waiting', 'mine', 'all']).default('waiting').meta({
        description: '`waiting`: without an answer; `mine`: taken on by the one who asks.',
      }),
    }),
    response: page(InboxThread),
    handler: ({ actor, query: { show, ...asked } }) => messages.inbox(actor, show, { limit: 25, ...asked }),
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/staff/message-templates',
    summary: 'Texts to start an answer with',
    tag,
    access,
    response: z.object({ items: z.array(Template) }),
    handler: async ({ actor }) => ok({ items: await templates.list(actor) }),
  }),
  defineRoute({
    method: 'post',
    path: '/api/v1/staff/message-templates',
    summary: 'Keep a text to start answers with; it must hold nothing about a client',
    tag,
    access,
    body: z.object({
      title: z.string().trim().min(1).max(100),
      body: z.string().trim().min(1).max(5_000),
    }),
    response: Template,
    status: 201,
    refusals: ['wrong_state'],
    handler: ({ actor, body }) => templates.add(actor, body),
  }),
  defineRoute({
    method: 'delete',
    path: '/api/v1/staff/message-templates/:id',
    summary: 'Remove a text to start answers with',
    tag,
    access,
    params: z.object({ id }),
    response: z.object({}),
    handler: ({ actor, params }) => templates.remove(actor, params.id),
  }),
  defineRoute({
    method: 'post',
    path: base,
    summary: 'Begin a conversation with a client',
    tag,
    access,
    params: OfClient,
    headers: IdempotencyKey,
    body: Compose,
    response: Message,
    status: 201,
    refusals: ['already_exists', 'invalid_document'],
    handler: ({ actor, params, headers, body }) => {
      const id = createdId(headers, actor, params.client, 'message')
      return messages.send(actor, { ...body, clientId: params.client, id, threadId: id })
    },
  }),
  defineRoute({
    method: 'get',
    path: `${base}/:thread`,
    summary: 'One conversation, the newest message first',
    tag,
    access,
    params: OfThread,
    query: PageQuery,
    response: StaffThread,
    handler: ({ actor, params, query }) => messages.thread(actor, params.client, params.thread, query),
  }),
  defineRoute({
    method: 'post',
    path: `${base}/:thread/reply`,
    summary: 'Answer a client',
    tag,
    access,
    params: OfThread,
    headers: IdempotencyKey,
    body: Reply,
    response: Message,
    status: 201,
    refusals: ['already_exists', 'invalid_document'],
    handler: ({ actor, params, headers, body }) =>
      messages.reply(actor, {
        ...body,
        clientId: params.client,
        id: createdId(headers, actor, params.client, 'message'),
        threadId: params.thread,
      }),
  }),
  defineRoute({
    method: 'put',
    path: `${base}/:thread/read`,
    summary: 'Say how far the practice has read; the client sees it',
    tag,
    access,
    params: OfThread,
    body: z.object({ readUpTo: z.number().int().nonnegative().max(LAST_MOMENT) }),
    response: z.object({ readUpTo: z.number().int() }),
    handler: ({ actor, params, body }) => messages.read(actor, params.client, params.thread, body.readUpTo),
  }),
  defineRoute({
    method: 'put',
    path: `${base}/:thread/assigned`,
    summary: 'Say who answers; null for nobody in particular',
    tag,
    access,
    params: OfThread,
    body: z.object({ accountId: id.nullable() }),
    response: z.object({}),
    handler: ({ actor, params, body }) =>
      messages.assign(actor, params.client, params.thread, body.accountId),
  }),
  defineRoute({
    method: 'put',
    path: `${base}/:thread/settled`,
    summary: 'Nothing is left to answer',
    tag,
    access,
    params: OfThread,
    response: z.object({}),
    handler: ({ actor, params }) => messages.settle(actor, params.client, params.thread),
  }),
]
