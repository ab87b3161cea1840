/**
 * REST of what is attached to messages, for both sides, and of files that are answers: announce, part by part, finish, take back, open. The caller makes
 * the file's id, so that a device that was offline, or died half-way, goes on with the file that it meant.
 */
import { z } from 'zod'
import { PART_BYTES } from '../../../shared/domains/documents/limits.ts'
import { NAME_LENGTH } from '../../../shared/domains/messages/limits.ts'
import { Attachment } from '../../../shared/domains/messages/schema.ts'
import { err } from '../../../shared/kernel/result.ts'
import { notFound } from '../../http/problem.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import type { Actor } from '../../replication/actor.ts'
import type { Permit } from '../../replication/client-access-store.ts'
import type { Attaching, Attachments } from './attachments.ts'
import type { FileContents } from './file-links.ts'
import { Link } from './routes.ts'
import { Announcement, OfPart, Upload } from './staff-routes.ts'

const id = z.uuid().lowercase()
const Begun = Announcement.extend({
  name: z
    .string()
    .trim()
    .min(1)
    .max(NAME_LENGTH)
    .meta({ description: 'As it is shown; its type is told by content.' }),
})

interface Door {
  readonly attachments: Attachments
  readonly contents: FileContents
  /** Who may read. */
  readonly readers: Permit
}

/** What clients send: files for messages, or files that are answers. */
interface Kind {
  readonly base: string
  readonly tag: string
  readonly body: z.ZodType<Omit<Attaching, 'id'>>
  /** Of the download, in the audit trail. */
  readonly action: string
  readonly words: Readonly<Record<'begin' | 'finish' | 'cancel' | 'download', string>>
}

const OF_MESSAGES: Kind = {
  base: '/api/v1/portal/attachments/:id',
  tag: 'messages',
  body: Begun,
  action: 'attachments.download',
  words: {
    begin: 'Announce a file for a message; the same again goes on where it stopped',
    finish: 'The file is whole: look at it. Now a message may name it, as this answer does',
    cancel: 'Take a file back that no message has named',
    download: 'A link to a file that came with a message',
  },
}

const OF_ANSWERS: Kind = {
  base: '/api/v1/portal/answer-files/:id',
  tag: 'forms',
  body: Begun.extend({ draft: id.meta({ description: 'The form whose question it answers.' }) }),
  action: 'answer-files.download',
  words: {
    begin: 'Announce a file that answers a question of a form; the same again goes on where it stopped',
    finish: 'The file is whole: look at it. Now a form that names it can be handed in',
    cancel: 'Take a file back that was not handed in',
    download: 'A link to a file of an answer: of one’s own form, or of one that was handed in',
  },
}

export const clientAttachmentRoutes = (door: Door): Route[] => clientRoutes(door, OF_MESSAGES)
export const answerFileRoutes = (door: Door): Route[] => clientRoutes(door, OF_ANSWERS)

function clientRoutes(
  { attachments, contents, readers }: Door,
  { base, tag, body, action, words }: Kind,
): Route[] {
  const access = { audience: 'portal', roles: ['client', 'proxy'] } as const
  const params = z.object({ id })
  const query = z.object({
    client: id.optional().meta({ description: 'The record; by default the own one.' }),
  })
  const recordOf = (actor: Actor, asked: z.infer<typeof query>) => asked.client ?? actor.ownClientId
  return [
    defineRoute({
      method: 'put',
      path: base,
      summary: words.begin,
      tag,
      access,
      params,
      query,
      body,
      response: Upload,
      refusals: ['not_found', 'already_exists'],
      handler: async ({ actor, params, query, body }) => {
        const client = recordOf(actor, query)
        return client === undefined
          ? err(notFound)
          : attachments.begin(actor, client, { ...body, id: params.id })
      },
    }),
    defineRoute({
      method: 'put',
      path: `${base}/parts/:part`,
      summary: 'The next part of the file; one that came before changes nothing',
      tag,
      access,
      params: params.extend({ part: OfPart }),
      query,
      takesBytes: PART_BYTES,
      response: Upload,
      refusals: ['wrong_state', 'invalid_document'],
      handler: async ({ actor, params: { id, part }, query, bytes }) => {
        const client = recordOf(actor, query)
        return client === undefined ? err(notFound) : attachments.append(actor, client, { id, part, bytes })
      },
    }),
    defineRoute({
      method: 'post',
      path: `${base}/finish`,
      summary: words.finish,
      tag,
      access,
      params,
      query,
      response: Attachment,
      refusals: ['wrong_state', 'invalid_document', 'unreadable'],
      handler: async ({ actor, params, query }) => {
        const client = recordOf(actor, query)
        return client === undefined ? err(notFound) : attachments.finish(actor, client, params.id)
      },
    }),
    defineRoute({
      method: 'delete',
      path: base,
      summary: words.cancel,
      tag,
      access,
      params,
      query,
      response: z.null(),
      status: 204,
      handler: async ({ actor, params, query }) => {
        const client = recordOf(actor, query)
        return client === undefined ? err(notFound) : attachments.cancel(actor, client, params.id)
      },
    }),
    defineRoute({
      method: 'get',
      path: `${base}/download`,
      summary: words.download,
      tag,
      access,
      params,
      query,
      response: Link,
      handler: async ({ actor, sessionId, params, query }) => {
        const clientId = recordOf(actor, query)
        return clientId === undefined
          ? err(notFound)
          : contents.link({ actor, sessionId }, { clientId, id: params.id, action, permit: readers })
      },
    }),
  ]
}

/** Of what was handed in, for who reviews it. */
export function staffAnswerFileRoutes({ contents, readers }: Pick<Door, 'contents' | 'readers'>): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/v1/staff/clients/:client/answer-files/:id/download',
      summary: 'A link to a file that was handed in with a form',
      tag: 'staff',
      access: { audience: 'staff', roles: ['clinician'] },
      params: z.object({ client: id, id }),
      response: Link,
      handler: ({ actor, sessionId, params: { client, id } }) =>
        contents.link(
          { actor, sessionId },
          { clientId: client, id, action: 'staff.answer-files.download', permit: readers },
        ),
    }),
  ]
}

export function staffAttachmentRoutes({ attachments, contents, readers }: Door): Route[] {
  const access = { audience: 'staff', roles: ['clinician'] } as const
  const tag = 'staff'
  const base = '/api/v1/staff/clients/:client/attachments/:id'
  const params = z.object({ client: id, id })
  return [
    defineRoute({
      method: 'put',
      path: base,
      summary: 'Announce a file for a message to a client; the same again goes on where it stopped',
      tag,
      access,
      params,
      body: Begun,
      response: Upload,
      refusals: ['already_exists'],
      handler: ({ actor, params: { client, id }, body }) => attachments.begin(actor, client, { ...body, id }),
    }),
    defineRoute({
      method: 'put',
      path: `${base}/parts/:part`,
      summary: 'The next part of the file; one that came before changes nothing',
      tag,
      access,
      params: params.extend({ part: OfPart }),
      takesBytes: PART_BYTES,
      response: Upload,
      refusals: ['wrong_state', 'invalid_document'],
      handler: ({ actor, params: { client, id, part }, bytes }) =>
        attachments.append(actor, client, { id, part, bytes }),
    }),
    defineRoute({
      method: 'post',
      path: `${base}/finish`,
      summary: 'The file is whole: look at it. Now a message may name it, as this answer does',
      tag,
      access,
      params,
      response: Attachment,
      refusals: ['wrong_state', 'invalid_document', 'unreadable'],
      handler: ({ actor, params: { client, id } }) => attachments.finish(actor, client, id),
    }),
    defineRoute({
      method: 'delete',
      path: base,
      summary: 'Take a file back that no message has named',
      tag,
      access,
      params,
      response: z.null(),
      status: 204,
      handler: ({ actor, params: { client, id } }) => attachments.cancel(actor, client, id),
    }),
    defineRoute({
      method: 'get',
      path: `${base}/download`,
      summary: 'A link to a file that came with a message',
      tag,
      access,
      params,
      response: Link,
      handler: ({ actor, sessionId, params: { client, id } }) =>
        contents.link(
          { actor, sessionId },
          { clientId: client, id, action: 'staff.attachments.download', permit: readers },
        ),
    }),
  ]
}
