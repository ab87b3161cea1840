/** REST of the catalogue, of one client's forms, and of the step to a newer version. */
import { z } from 'zod'
import { Draft, FormDefinition } from '../../../shared/domains/forms/schema.ts'
import type { Json } from '../../../shared/kernel/json.ts'
import { err, ok } from '../../../shared/kernel/result.ts'
import { createdId, IdempotencyKey } from '../../http/preconditions.ts'
import { notFound } from '../../http/problem.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import type { Catalogue } from './catalogue-service.ts'
import type { ClientFormsService } from './client-forms.ts'

const staff = { audience: 'staff', roles: ['clinician', 'front-desk', 'admin'] } as const
const admins = { audience: 'staff', roles: ['admin'] } as const
const owners = { audience: 'portal', roles: ['client', 'proxy'] } as const
const tag = 'form catalogue'
const base = '/api/v1/staff/forms'
const id = z.uuid().lowercase()
const ById = z.object({ id })
const OfClient = z.object({ client: id.optional() })
const time = z.number().int()

const kind = z.enum(['initial-intake', 'annual-update', 'symptom-checklist', 'custom'])
const Problem = z.object({
  code: z.string(),
  path: z.string().meta({ description: 'Such as `item[3].item[0].enableWhen[1].answerCoding`.' }),
  message: z.string(),
})
const Form = z.object({
  id,
  key: z.string(),
  kind: z.string(),
  title: z.string(),
  active: z.boolean(),
  forNewClients: z.boolean(),
})
const Version = z.object({
  id,
  version: z.number().int(),
  title: z.string(),
  publishedAt: time,
  open: z.number().int().meta({ description: 'Drafts that were not handed in yet.' }),
  submitted: z.number().int(),
})
const Publication = z.object({ formId: id, versionId: id, version: z.number().int() })
const Questionnaire = z
  .json()
  .meta({ description: 'A FHIR R4 Questionnaire inside the supported subset.' }) as unknown as z.ZodType<Json>
const Assigned = z.object({
  id,
  formKey: z.string(),
  title: z.string(),
  version: z.number().int(),
  status: z.string(),
  assignedAt: time,
  dueAt: time.nullable(),
  amends: z.boolean(),
})
const HandedIn = z.object({
  id,
  formKey: z.string(),
  title: z.string(),
  status: z.string(),
  flagged: z.boolean(),
  receivedAt: time,
})

export const catalogueRoutes = (catalogue: Catalogue, clientForms: ClientFormsService): Route[] => [
  defineRoute({
    method: 'get',
    path: base,
    summary: 'The forms of the practice with their versions',
    tag,
    access: staff,
    response: z.object({ items: z.array(Form.extend({ versions: z.array(Version) })) }),
    handler: async ({ actor }) => {
      const found = await catalogue.list(actor)
      return found.ok ? ok({ items: found.value }) : found
    },
  }),
  defineRoute({
    method: 'post',
    path: `${base}/check`,
    summary: 'Whether a form could be published: everything that is wrong with it, at once',
    tag,
    access: admins,
    body: z.object({ questionnaire: Questionnaire }),
    response: z.object({
      problems: z.array(Problem),
      notes: z.array(Problem),
      title: z.string(),
      questions: z.number().int(),
    }),
    handler: ({ actor, body }) => catalogue.check(actor, body.questionnaire),
  }),
  defineRoute({
    method: 'get',
    path: `${base}/versions/:id`,
    summary: 'One published version',
    tag,
    access: staff,
    params: ById,
    response: FormDefinition,
    handler: ({ actor, params }) => catalogue.version(actor, params.id),
  }),
  defineRoute({
    method: 'post',
    path: base,
    summary: 'Publish a new form',
    tag,
    access: admins,
    headers: IdempotencyKey,
    body: z.object({
      key: z
        .string()
        .regex(/^[a-z0-9][a-z0-9-]{0,99}$/)
        .meta({ description: 'Short name that never changes, such as `phq-9`.' }),
      kind,
      forNewClients: z.boolean(),
      questionnaire: Questionnaire,
    }),
    response: Publication,
    status: 201,
    refusals: ['invalid_document', 'already_exists'],
    handler: ({ actor, body, headers }) =>
      catalogue.add(actor, { ...body, id: createdId(headers, actor, actor.practiceId, 'form') }),
  }),
  defineRoute({
    method: 'post',
    path: `${base}/:id/versions`,
    summary: 'Publish a new version of a form; those before stay as they are',
    tag,
    access: admins,
    params: ById,
    body: z.object({
      questionnaire: Questionnaire,
      after: z.number().int().positive().meta({ description: 'The newest version that was seen.' }),
    }),
    response: Publication,
    status: 201,
    refusals: ['invalid_document', 'wrong_state', 'stale_revision'],
    handler: ({ actor, params, body }) => catalogue.addVersion(actor, params.id, body),
  }),
  defineRoute({
    method: 'put',
    path: `${base}/:id`,
    summary: 'Whether a form can be assigned, and whether every new client gets it',
    tag,
    access: admins,
    params: ById,
    body: z.object({ active: z.boolean(), forNewClients: z.boolean() }),
    response: Form,
    handler: ({ actor, params, body }) => catalogue.set(actor, params.id, body),
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/staff/clients/:id/forms',
    summary: 'What a client was asked to fill in and, for who may read answers, what came back',
    tag,
    access: staff,
    params: ById,
    response: z.object({
      clientName: z.string(),
      assigned: z.array(Assigned),
      handedIn: z.array(HandedIn).nullable(),
    }),
    handler: ({ actor, params }) => clientForms.ofClient(actor, params.id),
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/portal/forms/:id/newer',
    summary: 'The newer version that a draft could move to; null where it has the newest',
    tag: 'forms',
    access: owners,
    params: ById,
    query: OfClient,
    response: z.object({ definition: FormDefinition.nullable() }),
    handler: async ({ actor, params, query }) => {
      const client = query.client ?? actor.ownClientId
      return client === undefined ? err(notFound) : clientForms.newer(actor, client, params.id)
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/v1/portal/forms/:id/move',
    summary: 'Move a draft to the newer version that was looked at; every answer stays in it',
    tag: 'forms',
    access: owners,
    params: ById,
    query: OfClient,
    body: z.object({ definitionId: id }),
    response: Draft,
    refusals: ['wrong_state', 'stale_revision'],
    handler: async ({ actor, params, query, body }) => {
      const client = query.client ?? actor.ownClientId
      if (client === undefined) return err(notFound)
      return clientForms.move(actor, client, { draftId: params.id, definitionId: body.definitionId })
    },
  }),
]
