/** The practice's side of documents: what a client was given, sharing more (part by part), withdrawing. */
import { z } from 'zod'
import { FILE_BYTES, PART_BYTES } from '../../../shared/domains/documents/limits.ts'
import { SharedDocument } from '../../../shared/domains/documents/schema.ts'
import { PageQuery, page } from '../../http/paging.ts'
import { createdId, IdempotencyKey } from '../../http/preconditions.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import type { FileContents } from './file-links.ts'
import { FromPart, Link, OfTicket, STREAMED } from './routes.ts'
import { sendFile } from './send-file.ts'
import type { StaffDocuments } from './staff-service.ts'

const access = { audience: 'staff', roles: ['clinician', 'front-desk'] } as const
const tag = 'staff'
const base = '/api/v1/staff/clients/:client/documents'
const id = z.uuid().lowercase()
const OfClient = z.object({ client: id })
const OfDocument = z.object({ client: id, document: id })
export const OfPart = z.coerce.number().int().min(0).max(9_999)
export const Upload = z.object({
  id: z.uuid(),
  received: z.number().int().meta({ description: 'Parts that are here: the next one has this number.' }),
  parts: z.number().int(),
  partBytes: z.number().int().meta({ description: 'Length of every part but the last.' }),
})
export const Announcement = z.strictObject({
  bytes: z.number().int().min(1).max(FILE_BYTES),
  sha256: SharedDocument.shape.sha256.meta({ description: 'Of the whole file.' }),
})

export const staffDocumentRoutes = (documents: StaffDocuments, contents: FileContents): Route[] => [
  defineRoute({
    method: 'get',
    path: base,
    summary: 'What was shared with a client, the newest first',
    tag,
    access,
    params: OfClient,
    query: PageQuery.extend({ category: SharedDocument.shape.category.optional() }),
    response: page(SharedDocument).extend({ clientName: z.string() }),
    handler: ({ actor, params, query }) => documents.list(actor, params.client, query),
  }),
  defineRoute({
    method: 'post',
    path: base,
    summary: 'Begin to share a document: announce its file; the same key goes on where it stopped',
    tag,
    access,
    params: OfClient,
    headers: IdempotencyKey,
    body: Announcement.extend({
      title: z.string().trim().min(1).max(200),
      category: SharedDocument.shape.category,
    }),
    response: Upload,
    status: 201,
    refusals: ['already_exists'],
    handler: ({ actor, params, headers, body }) =>
      documents.begin(actor, params.client, {
        ...body,
        id: createdId(headers, actor, params.client, 'document'),
      }),
  }),
  defineRoute({
    method: 'put',
    path: `${base}/:document/parts/:part`,
    summary: 'The next part of a file; one that came before changes nothing',
    tag,
    access,
    params: OfDocument.extend({ part: OfPart }),
    takesBytes: PART_BYTES,
    response: Upload,
    refusals: ['wrong_state', 'invalid_document'],
    handler: ({ actor, params, bytes }) =>
      documents.append(actor, params.client, { id: params.document, part: params.part, bytes }),
  }),
  defineRoute({
    method: 'post',
    path: `${base}/:document/finish`,
    summary: 'The file is whole: look at it, and share it with the client',
    tag,
    access,
    params: OfDocument,
    response: SharedDocument,
    refusals: ['wrong_state', 'invalid_document', 'unreadable'],
    handler: ({ actor, params }) => documents.finish(actor, params.client, params.document),
  }),
  defineRoute({
    method: 'get',
    path: `${base}/:document/download`,
    summary: 'A link to what is in a document',
    tag,
    access,
    params: OfDocument,
    response: Link,
    handler: ({ actor, sessionId, params }) =>
      contents.link(
        { actor, sessionId },
        { clientId: params.client, id: params.document, action: 'staff.documents.download' },
      ),
  }),
  defineRoute({
    method: 'delete',
    path: `${base}/:document`,
    summary: 'Withdraw a document, or end an upload; devices let go of it at their next contact',
    tag,
    access,
    params: OfDocument,
    response: z.null(),
    status: 204,
    handler: ({ actor, params }) => documents.withdraw(actor, params.client, params.document),
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/staff/files/:ticket',
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
