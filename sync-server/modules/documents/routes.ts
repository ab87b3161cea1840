/** REST of documents, for clients and proxies. A client's own record is meant where none is named. */
import { z } from 'zod'
import { FILE_TYPES } from '../../../shared/domains/documents/limits.ts'
import { SharedDocument } from '../../../shared/domains/documents/schema.ts'
import { err } from '../../../shared/kernel/result.ts'
import { PageQuery, page } from '../../http/paging.ts'
import { notFound } from '../../http/problem.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import { readersOf } from '../../replication/client-access-store.ts'
import type { FileContents } from './file-links.ts'
import { sendFile } from './send-file.ts'
import type { DocumentsService } from './service.ts'

const access = { audience: 'portal', roles: ['client', 'proxy'] } as const
const tag = 'documents'
const base = '/api/v1/portal/documents'

const OfClient = z.object({
  client: z.uuid().lowercase().optional().meta({ description: 'The record; by default the own one.' }),
})
const OfDocument = z.object({ id: z.uuid().lowercase() })
export const OfTicket = z.object({
  ticket: z.string().max(200).meta({ description: 'From the `url` of a link; for the session that asked.' }),
})
export const FromPart = z.object({
  from: z.coerce.number().int().min(0).max(9_999).default(0).meta({
    description: 'The first part of 256 KiB that is wanted, for who has those before it.',
  }),
})
export const Link = z.object({
  url: z
    .string()
    .meta({ description: 'Good until it expires, for this session and its device’s key alone.' }),
  expiresAt: z.number().int().meta({ description: 'ms since 1970; at most five minutes from now.' }),
  fileName: z.string(),
  mimeType: z.string(),
  bytes: z.number().int(),
  sha256: z.string(),
})
export const STREAMED = Object.keys(FILE_TYPES)

export const documentsRoutes = (documents: DocumentsService, contents: FileContents): Route[] => [
  defineRoute({
    method: 'get',
    path: base,
    summary: 'Documents that the practice has shared, the newest first',
    tag,
    access,
    query: OfClient.extend(PageQuery.shape).extend({ category: SharedDocument.shape.category.optional() }),
    response: page(SharedDocument),
    refusals: ['not_found'],
    handler: async ({ actor, query: { client = actor.ownClientId, ...query } }) =>
      client === undefined ? err(notFound) : documents.list(actor, client, query),
  }),
  defineRoute({
    method: 'get',
    path: `${base}/:id`,
    summary: 'One document: what it is, not what is in it',
    tag,
    access,
    params: OfDocument,
    query: OfClient,
    response: SharedDocument,
    handler: async ({ actor, params, query: { client = actor.ownClientId } }) =>
      client === undefined ? err(notFound) : documents.get(actor, client, params.id),
  }),
  defineRoute({
    method: 'get',
    path: `${base}/:id/download`,
    summary: 'A link to what is in a document',
    tag,
    access,
    params: OfDocument,
    query: OfClient,
    response: Link,
    handler: async ({ actor, sessionId, params, query: { client = actor.ownClientId } }) =>
      client === undefined
        ? err(notFound)
        : contents.link(
            { actor, sessionId },
            {
              clientId: client,
              id: params.id,
              action: 'documents.download',
              permit: readersOf('documents'),
            },
          ),
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/portal/files/:ticket',
    summary: 'The bytes that a link leads to',
    tag,
    access,
    params: OfTicket,
    query: FromPart,
    response: z.undefined(),
    streams: STREAMED,
    refusals: ['link_expired', 'unreadable'],
    handler: async ({ actor, sessionId, params, query, response }) => {
      const opened = await contents.open({ actor, sessionId }, params.ticket)
      return opened.ok ? sendFile(response, contents.files, opened.value, query.from) : opened
    },
  }),
]
