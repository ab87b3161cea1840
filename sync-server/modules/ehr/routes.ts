/** REST of the record system's door. A name is the record system's own id of a thing. */
import { z } from 'zod'
import type { Json, JsonObject } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import type { ErrorCode, Refusal } from '../../../shared/protocol/errors.ts'
import { IfMatch, revisionSeen, sendRevision } from '../../http/preconditions.ts'
import { defineRoute, type MachineAccess, type MachineScope, type Route } from '../../http/route.ts'
import type { Fed } from './feed.ts'
import { FED_TYPES, MAPPINGS } from './fhir/mappings.ts'
import { PatientResource } from './fhir/patient.ts'
import type { ReceivedForms } from './received-forms.ts'
import type { Fedable, FeedService } from './service.ts'

const base = '/api/v1/ehr'
const tag = 'EHR'
export const MOST_AT_ONCE = 200

export const machine = (...scopes: readonly MachineScope[]): MachineAccess => ({
  audience: 'ehr',
  roles: ['ehr'],
  scopes,
})

export const ExternalId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9.:_-]{0,99}$/)
  .meta({ description: 'Of the record system: up to 100 letters, digits and `. : _ -`.' })
const ById = z.object({ id: ExternalId })
const TYPES = ['clients', ...FED_TYPES] as const
const schemas = {
  clients: PatientResource,
  ...Object.fromEntries(FED_TYPES.map((type) => [type, MAPPINGS[type].resource])),
} as unknown as { readonly [T in Fedable]: z.ZodType<JsonObject> }

const FedResult = z.object({
  id: ExternalId,
  portalId: z.uuid().lowercase(),
  rev: z.number().int().meta({ description: 'Also in `ETag`.' }),
  outcome: z.enum(['created', 'updated', 'unchanged']),
})
const Resource = z
  .record(z.string(), z.json() as unknown as z.ZodType<Json>)
  .meta({ description: 'As it is put, with `id` and `meta`.' })
const refusals: readonly ErrorCode[] = [
  'not_found',
  'invalid_document',
  'wrong_state',
  'already_exists',
  'precondition_failed',
  'unreadable',
]

const Batch = z.object({
  items: z
    .array(
      z.object({
        type: z.enum(TYPES),
        id: ExternalId,
        resource: z.record(z.string(), z.json() as unknown as z.ZodType<Json>),
      }),
    )
    .min(1)
    .max(MOST_AT_ONCE),
})
const BatchResult = z.object({
  items: z.array(
    z.object({
      type: z.enum(TYPES),
      id: ExternalId,
      result: FedResult.optional(),
      error: z.object({ code: z.string(), detail: z.string() }).optional(),
    }),
  ),
})

/** Optional here: the record system is the source of what it feeds. */
function seen(headers: z.infer<typeof IfMatch>): Result<number | undefined, Refusal> {
  return headers['if-match'] === undefined ? ok(undefined) : revisionSeen(headers)
}

/** A FHIR R4 QuestionnaireResponse: what is read of it; its items are the form's to understand. */
const Response = z.looseObject({
  resourceType: z.literal('QuestionnaireResponse'),
  status: z.enum(['completed', 'amended']),
  questionnaire: z.string().min(1).max(1_000),
  subject: z.object({ reference: z.string().regex(/^Patient\/[A-Za-z0-9][A-Za-z0-9.:_-]{0,99}$/) }),
  authored: z.iso.datetime({ offset: true }).optional(),
  item: z.array(z.json()).max(2_000),
})

export const receivedFormRoutes = (forms: ReceivedForms): Route[] => [
  defineRoute({
    method: 'put',
    path: `${base}/submissions/:id`,
    summary: 'Hand in a form that was filled in elsewhere, as FHIR; the same again changes nothing',
    tag,
    access: machine('submissions:write'),
    params: ById,
    body: Response,
    response: FedResult,
    refusals: ['not_found', 'invalid_document', 'invalid_answers', 'wrong_state', 'already_exists'],
    handler: ({ actor, params, body }) =>
      forms.put(actor, params.id, {
        patient: body.subject.reference.slice('Patient/'.length),
        response: body as unknown as JsonObject,
      }),
  }),
]

export const feedRoutes = (service: FeedService): Route[] => [
  ...TYPES.flatMap((type) => [
    defineRoute({
      method: 'put',
      path: `${base}/${type}/:id`,
      summary: `Make or change one of ${type}; the same again changes nothing`,
      tag,
      access: machine(`${type}:write`),
      params: ById,
      headers: IfMatch,
      body: schemas[type],
      response: FedResult,
      refusals,
      handler: async ({ actor, params, headers, body, scopes, response }) => {
        const ifMatch = seen(headers)
        if (!ifMatch.ok) return err(ifMatch.error)
        const given = { type, id: params.id, resource: body, ifMatch: ifMatch.value }
        const done: Result<Fed, Refusal> = await service.put(actor, given, scopes)
        if (done.ok) sendRevision(response, done.value.rev)
        return done
      },
    }),
    defineRoute({
      method: 'get',
      path: `${base}/${type}/:id`,
      summary: `One of ${type}, as it is now`,
      tag,
      access: machine(`${type}:read`),
      params: ById,
      response: Resource,
      refusals: ['unreadable'],
      handler: async ({ actor, params, response }) => {
        const found = await service.get(actor, type, params.id)
        if (!found.ok) return found
        sendRevision(response, found.value.rev)
        return ok(found.value.resource)
      },
    }),
  ]),
  defineRoute({
    method: 'post',
    path: `${base}/batch`,
    summary: `Up to ${MOST_AT_ONCE} at once, each with a result of its own; clients first, in whatever order they stand`,
    tag,
    access: machine(...TYPES.map((type): MachineScope => `${type}:write`)),
    body: Batch,
    response: BatchResult,
    handler: async ({ actor, body, scopes }) => {
      const results = await service.putMany(actor, body.items, scopes)
      return ok({
        items: body.items.map(({ type, id }, place) => {
          const result = results[place]
          if (result?.ok) return { type, id, result: result.value }
          const { code, detail } = result?.error ?? { code: 'internal', detail: '' }
          return { type, id, error: { code, detail } }
        }),
      })
    },
  }),
]
