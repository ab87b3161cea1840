/** REST of what arrived from tablets and could not be written. */
import { z } from 'zod'
import { ok } from '../../../shared/kernel/result.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import { KEPT_PROBLEMS, type Kept } from './kept.ts'

const access = { audience: 'staff', roles: ['front-desk', 'admin'] } as const
const base = '/api/v1/staff/kiosk/kept'
const tag = 'kiosk'
const id = z.uuid().lowercase()
const Place = z.object({ visit: id, draft: id })
const OfClient = z.object({ client: id })

const KeptAnswers = z.object({
  clientId: id,
  clientName: z.string(),
  visitId: id,
  draftId: id,
  tabletId: id,
  formKey: z.string(),
  language: z.string(),
  receivedAt: z.number().int(),
  problem: z.enum(KEPT_PROBLEMS).meta({
    description:
      '`unreadable`: the box does not open; `not-filed`: nothing of it is in the record; `not-handed-in`: its answers are in the draft, handing in was refused.',
  }),
})

export const keptRoutes = (kept: Kept): Route[] => [
  defineRoute({
    method: 'get',
    path: base,
    summary: 'Answers that arrived from tablets and could not be written, and wait for staff',
    tag,
    access,
    response: z.object({ items: z.array(KeptAnswers) }),
    handler: async ({ actor }) => {
      const found = await kept.list(actor)
      return found.ok ? ok({ items: found.value }) : found
    },
  }),
  defineRoute({
    method: 'post',
    path: `${base}/:visit/:draft/file`,
    summary: 'Put such answers into a new copy of their form, which the client finds with the others',
    tag,
    access,
    params: Place,
    query: OfClient,
    response: z.object({ draftId: id }),
    status: 201,
    refusals: ['unreadable'],
    handler: ({ actor, params: { visit, draft }, query: { client } }) =>
      kept.file(actor, { clientId: client, visitId: visit, draftId: draft }),
  }),
  defineRoute({
    method: 'post',
    path: `${base}/:visit/:draft/settle`,
    summary: 'Say that such answers were seen to in another way: they stay as they came, and wait no more',
    tag,
    access,
    params: Place,
    query: OfClient,
    response: z.null(),
    status: 204,
    handler: ({ actor, params: { visit, draft }, query: { client } }) =>
      kept.settle(actor, { clientId: client, visitId: visit, draftId: draft }),
  }),
]
