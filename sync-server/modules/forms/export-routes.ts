/** REST of submissions as files: for who filled them in, and for who reviews them. */
import type { Response } from 'express'
import { z } from 'zod'
import type { Json } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import type { Refusal } from '../../../shared/protocol/errors.ts'
import { notFound } from '../../http/problem.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import type { Exports } from './exports.ts'

const owners = { audience: 'portal', roles: ['client', 'proxy'] } as const
const clinicians = { audience: 'staff', roles: ['clinician'] } as const
const id = z.uuid().lowercase()
const ById = z.object({ id })
const OfClient = z.object({ client: id.optional() })
const Paper = z.object({
  language: z.enum(['en', 'es']).default('en'),
  encoding: z.enum(['base64']).optional().meta({ description: 'As text, for programs that take no bytes.' }),
})
const Resource = z
  .record(z.string(), z.json())
  .meta({ description: 'A FHIR R4 QuestionnaireResponse.' }) as unknown as z.ZodType<{ [key: string]: Json }>
const STREAMS = ['application/pdf', 'text/plain']

function send(
  response: Response,
  pdf: Result<Buffer, Refusal>,
  encoding: 'base64' | undefined,
): Result<null, Refusal> {
  if (!pdf.ok) return pdf
  if (encoding === 'base64') response.type('text/plain').send(pdf.value.toString('base64'))
  else response.type('application/pdf').attachment('form.pdf').send(pdf.value)
  return ok(null)
}

export const exportRoutes = (own: Exports, staff: Exports): Route[] => [
  defineRoute({
    method: 'get',
    path: '/api/v1/portal/forms/submissions/:id/fhir',
    summary: 'A submission as FHIR',
    tag: 'forms',
    access: owners,
    params: ById,
    query: OfClient,
    response: Resource,
    handler: async ({ actor, params, query }) => {
      const clientId = query.client ?? actor.ownClientId
      return clientId === undefined ? err(notFound) : own.fhir(actor, { clientId, submissionId: params.id })
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/portal/forms/submissions/:id/pdf',
    summary: 'A submission as a PDF',
    tag: 'forms',
    access: owners,
    params: ById,
    query: OfClient.extend(Paper.shape),
    streams: STREAMS,
    response: z.null(),
    handler: async ({ actor, params, query, response }) => {
      const clientId = query.client ?? actor.ownClientId
      if (clientId === undefined) return err(notFound)
      const wanted = { clientId, submissionId: params.id }
      return send(response, await own.pdf(actor, wanted, query.language), query.encoding)
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/staff/submissions/:id/fhir',
    summary: 'A submission as FHIR',
    tag: 'staff',
    access: clinicians,
    params: ById,
    query: z.object({ client: id }),
    response: Resource,
    handler: ({ actor, params, query }) =>
      staff.fhir(actor, { clientId: query.client, submissionId: params.id }),
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/staff/submissions/:id/pdf',
    summary: 'A submission as a PDF, with its scores',
    tag: 'staff',
    access: clinicians,
    params: ById,
    query: z.object({ client: id }).extend(Paper.shape),
    streams: STREAMS,
    response: z.null(),
    handler: async ({ actor, params, query, response }) => {
      const wanted = { clientId: query.client, submissionId: params.id }
      return send(response, await staff.pdf(actor, wanted, query.language), query.encoding)
    },
  }),
]
