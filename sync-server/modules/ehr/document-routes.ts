/** REST of documents through the record system's door: announce by DocumentReference, part by part, finish. */
import { z } from 'zod'
import { PART_BYTES } from '../../../shared/domains/documents/limits.ts'
import type { Json } from '../../../shared/kernel/json.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import type { FedDocuments } from './documents.ts'
import { DocumentReference, toFedDocument } from './fhir/document-reference.ts'
import { ExternalId, machine } from './routes.ts'

const path = '/api/v1/ehr/documents/:id'
const tag = 'EHR'
const params = z.object({ id: ExternalId })
const FedFile = z.object({
  id: ExternalId,
  portalId: z.uuid().lowercase(),
  state: z.enum(['uploading', 'shared']),
  received: z
    .number()
    .int()
    .optional()
    .meta({ description: 'Parts that are here: the next one has this number.' }),
  parts: z.number().int().optional(),
  partBytes: z.number().int().optional().meta({ description: 'Length of every part but the last.' }),
})

export const fedDocumentRoutes = (documents: FedDocuments): Route[] => [
  defineRoute({
    method: 'put',
    path,
    summary:
      'Announce a document, go on with it, or change what is said of it; other content needs another id',
    tag,
    access: machine('documents:write'),
    params,
    body: DocumentReference,
    response: FedFile,
    refusals: ['not_found', 'invalid_document', 'wrong_state', 'already_exists'],
    handler: async ({ actor, params, body }) => {
      const given = toFedDocument(body)
      return given.ok ? documents.put(actor, params.id, given.value) : given
    },
  }),
  defineRoute({
    method: 'put',
    path: `${path}/parts/:part`,
    summary: 'The next part of a file; one that came before changes nothing',
    tag,
    access: machine('documents:write'),
    params: params.extend({ part: z.coerce.number().int().min(0).max(9_999) }),
    takesBytes: PART_BYTES,
    response: FedFile,
    refusals: ['wrong_state', 'invalid_document'],
    handler: ({ actor, params, bytes }) => documents.append(actor, params.id, params.part, bytes),
  }),
  defineRoute({
    method: 'post',
    path: `${path}/finish`,
    summary: 'The file is whole: look at it, and share it with the client',
    tag,
    access: machine('documents:write'),
    params,
    response: FedFile,
    refusals: ['wrong_state', 'invalid_document', 'unreadable'],
    handler: ({ actor, params }) => documents.finish(actor, params.id),
  }),
  defineRoute({
    method: 'get',
    path,
    summary: 'A document, as it is now: what it is, not what is in it',
    tag,
    access: machine('documents:read'),
    params,
    response: z.record(z.string(), z.json() as unknown as z.ZodType<Json>),
    refusals: ['unreadable'],
    handler: ({ actor, params }) => documents.get(actor, params.id),
  }),
  defineRoute({
    method: 'delete',
    path,
    summary: 'Withdraw a document, or end an upload; devices let go of it at their next contact',
    tag,
    access: machine('documents:write'),
    params,
    response: z.null(),
    status: 204,
    handler: ({ actor, params }) => documents.withdraw(actor, params.id),
  }),
]
