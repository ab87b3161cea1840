/** REST of messages, for clients and proxies. A client's own record is meant where none is named. */
import { z } from 'zod'
import { saysSomething } from '../../../shared/domains/messages/said.ts'
import { Message, WrittenParts } from '../../../shared/domains/messages/schema.ts'
import { err } from '../../../shared/kernel/result.ts'
import { PageQuery, page } from '../../http/paging.ts'
import { createdId, IdempotencyKey } from '../../http/preconditions.ts'
import { notFound } from '../../http/problem.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import type { Actor } from '../../replication/actor.ts'
import type { MessagesService } from './service.ts'

const access = { audience: 'portal', roles: ['client', 'proxy'] } as const
const tag = 'messages'
const base = '/api/v1/portal/messages'

const OfClient = z.object({
  client: z.uuid().lowercase().optional().meta({ description: 'The record; by default the own one.' }),
})
const OfThread = z.object({ id: z.uuid().lowercase().meta({ description: 'The conversation.' }) })
const LAST_MOMENT = 4_102_444_800_000
const Thread = z.object({
  id: z.uuid(),
  subject: z.string(),
  messages: z.number().int(),
  unread: z.number().int(),
  last: Message,
})
const Parts = WrittenParts.pick({ body: true, attachments: true }).extend({
  priority: WrittenParts.shape.priority.default('normal'),
})
const Reply = Parts.refine(saysSomething, { path: ['body'] })
const Compose = Parts.extend({ subject: WrittenParts.shape.subject }).refine(saysSomething, {
  path: ['body'],
})

const recordOf = (actor: Actor, query: z.infer<typeof OfClient>) => query.client ?? actor.ownClientId

export const messagesRoutes = (messages: MessagesService): Route[] => [
  defineRoute({
    method: 'get',
    path: base,
    summary: 'Conversations, the newest first',
    tag,
    access,
    query: OfClient.extend(PageQuery.shape),
    response: page(Thread),
    refusals: ['not_found'],
    handler: async ({ actor, query }) => {
      const client = recordOf(actor, query)
      return client === undefined ? err(notFound) : messages.threads(actor, client, query)
    },
  }),
  defineRoute({
    method: 'get',
    path: `${base}/:id`,
    summary: 'One conversation, the newest message first',
    tag,
    access,
    params: OfThread,
    query: OfClient.extend(PageQuery.shape),
    response: page(Message),
    handler: async ({ actor, params, query }) => {
      const client = recordOf(actor, query)
      return client === undefined ? err(notFound) : messages.thread(actor, client, params.id, query)
    },
  }),
  defineRoute({
    method: 'post',
    path: base,
    summary: 'Begin a conversation',
    tag,
    access,
    query: OfClient,
    headers: IdempotencyKey,
    body: Compose,
    response: Message,
    status: 201,
    refusals: ['not_found', 'already_exists', 'invalid_document'],
    handler: async ({ actor, query, headers, body }) => {
      const clientId = recordOf(actor, query)
      if (clientId === undefined) return err(notFound)
      const id = createdId(headers, actor, clientId, 'message')
      return messages.send(actor, { ...body, clientId, id, threadId: id })
    },
  }),
  defineRoute({
    method: 'post',
    path: `${base}/:id/reply`,
    summary: 'Answer in a conversation',
    tag,
    access,
    params: OfThread,
    query: OfClient,
    headers: IdempotencyKey,
    body: Reply,
    response: Message,
    status: 201,
    refusals: ['already_exists', 'invalid_document'],
    handler: async ({ actor, params, query, headers, body }) => {
      const clientId = recordOf(actor, query)
      if (clientId === undefined) return err(notFound)
      const id = createdId(headers, actor, clientId, 'message')
      return messages.reply(actor, { ...body, clientId, id, threadId: params.id })
    },
  }),
  defineRoute({
    method: 'put',
    path: `${base}/:id/read`,
    summary: 'Say how far a conversation was read',
    tag,
    access,
    params: OfThread,
    query: OfClient,
    body: z.object({
      readUpTo: z
        .number()
        .int()
        .nonnegative()
        .max(LAST_MOMENT)
        .meta({ description: '`receivedAt` of the newest message that was read.' }),
    }),
    response: z.object({ readUpTo: z.number().int() }),
    handler: async ({ actor, params, query, body }) => {
      const client = recordOf(actor, query)
      return client === undefined ? err(notFound) : messages.read(actor, client, params.id, body.readUpTo)
    },
  }),
]
