/** REST of forms: the same services as replication. A client's own record is meant where none is named. */
import { z } from 'zod'
import { Answers, Draft, FormDefinition, Submission } from '../../../shared/domains/forms/schema.ts'
import { err, ok } from '../../../shared/kernel/result.ts'
import { PageQuery, page } from '../../http/paging.ts'
import { notFound } from '../../http/problem.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import type { Actor } from '../../replication/actor.ts'
import type { FormsService } from './service.ts'

const access = { audience: 'portal', roles: ['client', 'proxy'] } as const
const tag = 'forms'
const base = '/api/v1/portal/forms'

const OfClient = z.object({
  client: z.uuid().lowercase().optional().meta({ description: 'The record; by default the own one.' }),
})
const ById = z.object({ id: z.uuid().lowercase() })
/** The year 2100: far beyond any honest clock, well inside what dates can hold. */
const LAST_MOMENT = 4_102_444_800_000
const FormSummary = Draft.omit({ answers: true, contested: true })
const FormDetail = z.object({ draft: Draft, definition: FormDefinition })
const Submit = z.object({
  submissionId: z
    .uuid()
    .lowercase()
    .meta({ description: 'Made by the client; sending the same again has no second effect.' }),
  definitionId: z.uuid().lowercase(),
  answers: Answers,
  submittedAt: z.number().int().nonnegative().max(LAST_MOMENT),
  draftRev: z.number().int().nonnegative().max(2_147_483_647).optional(),
})

const recordOf = (actor: Actor, query: z.infer<typeof OfClient>) => query.client ?? actor.ownClientId

export const formsRoutes = (forms: FormsService): Route[] => [
  defineRoute({
    method: 'get',
    path: base,
    summary: 'Forms to do and drafts',
    tag,
    access,
    query: OfClient,
    response: z.object({ items: z.array(FormSummary) }),
    refusals: ['not_found'],
    handler: async ({ actor, query }) => {
      const client = recordOf(actor, query)
      if (client === undefined) return err(notFound)
      const found = await forms.listForms(actor, client)
      return found.ok ? ok({ items: found.value }) : found
    },
  }),
  // Before `:id`, which would match it.
  defineRoute({
    method: 'get',
    path: `${base}/submissions`,
    summary: 'What was sent, newest first',
    tag,
    access,
    query: OfClient.extend(PageQuery.shape),
    response: page(Submission),
    refusals: ['not_found'],
    handler: async ({ actor, query }) => {
      const client = recordOf(actor, query)
      if (client === undefined) return err(notFound)
      return forms.listSubmissions(actor, client, query)
    },
  }),
  defineRoute({
    method: 'get',
    path: `${base}/submissions/:id`,
    summary: 'One submission',
    tag,
    access,
    params: ById,
    query: OfClient,
    response: Submission,
    handler: async ({ actor, params, query }) => {
      const client = recordOf(actor, query)
      return client === undefined ? err(notFound) : forms.getSubmission(actor, client, params.id)
    },
  }),
  defineRoute({
    method: 'get',
    path: `${base}/:id`,
    summary: 'A draft with the form it is pinned to',
    tag,
    access,
    params: ById,
    query: OfClient,
    response: FormDetail,
    handler: async ({ actor, params, query }) => {
      const client = recordOf(actor, query)
      return client === undefined ? err(notFound) : forms.getForm(actor, client, params.id)
    },
  }),
  defineRoute({
    method: 'post',
    path: `${base}/:id/submit`,
    summary: 'Submit a draft with the answers as the client saw them',
    tag,
    access,
    params: ById,
    query: OfClient,
    body: Submit,
    response: Submission,
    status: 201,
    refusals: ['invalid_answers', 'invalid_document', 'wrong_state', 'already_exists'],
    handler: async ({ actor, params, query, body }) => {
      const clientId = recordOf(actor, query)
      if (clientId === undefined) return err(notFound)
      return forms.submitForm(actor, { ...body, clientId, draftId: params.id })
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/v1/staff/clients/:id/forms',
    summary: 'Assign the newest version of a form to a client',
    tag: 'staff',
    access: { audience: 'staff', roles: ['clinician', 'front-desk', 'admin'] },
    params: ById,
    body: z.object({
      formKey: z.string().min(1).max(100),
      dueAt: z.number().int().max(LAST_MOMENT).optional(),
    }),
    response: z.object({ draftId: z.uuid().lowercase() }),
    status: 201,
    handler: ({ actor, params, body }) => forms.assignForm(actor, { ...body, clientId: params.id }),
  }),
]
