/** REST of the front desk's tablets and visits. */
import { z } from 'zod'
import { PIN_PATTERN } from '../../../shared/domains/kiosk/code.ts'
import { LANGUAGES } from '../../../shared/domains/profile/preferences.ts'
import { ok } from '../../../shared/kernel/result.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import type { Arming } from './arming.ts'
import type { Tablets } from './tablets.ts'

const office = { audience: 'staff', roles: ['front-desk', 'admin'] } as const
const admins = { audience: 'staff', roles: ['admin'] } as const
const base = '/api/v1/staff/kiosk'
const tag = 'kiosk'
const id = z.uuid().lowercase()
const time = z.number().int()
const ById = z.object({ id })
const DAY_MINUTES = 24 * 60

const Tablet = z.object({
  id,
  name: z.string(),
  enrolled: z.boolean(),
  state: z.string(),
  unsent: z.number().int().meta({ description: 'Answers that lie on it and have not arrived.' }),
  refused: z.number().int().meta({ description: 'Of these, answers that the server did not take.' }),
  kept: z.number().int().meta({ description: 'Answers that arrived and could not be written.' }),
  lastSeenAt: time.nullable(),
  leaving: z.boolean(),
})
const Visit = z.object({
  id,
  clientId: id,
  clientName: z.string(),
  tabletId: id,
  armedAt: time,
  expiresAt: time,
  language: z.string(),
  formKeys: z.array(z.string()),
  state: z.string(),
  handedIn: z.number().int(),
  kept: z.number().int(),
})
const Coded = z.object({ id, code: z.string(), expiresAt: time })

export const staffKioskRoutes = (tablets: Tablets, arming: Arming): Route[] => [
  defineRoute({
    method: 'get',
    path: `${base}/tablets`,
    summary: 'The practice’s tablets and how they are, and the forms that can be filled on them',
    tag,
    access: office,
    response: z.object({
      items: z.array(Tablet),
      forms: z.array(z.object({ key: z.string(), title: z.string() })),
      hasPin: z.boolean(),
      idleSeconds: z.number().int(),
    }),
    handler: ({ actor }) => tablets.list(actor),
  }),
  defineRoute({
    method: 'post',
    path: `${base}/tablets`,
    summary: 'Add a tablet: the answer has the code with which it is let in, once, within 15 minutes',
    tag,
    access: office,
    body: z.object({ name: z.string().trim().min(1).max(60) }),
    response: Coded,
    status: 201,
    refusals: ['wrong_state'],
    handler: ({ actor, body }) => tablets.add(actor, body.name),
  }),
  defineRoute({
    method: 'post',
    path: `${base}/tablets/:id/remove`,
    summary:
      'Let a tablet go: it hands in what it has and empties itself; with answers on it only for a reason',
    tag,
    access: office,
    params: ById,
    body: z.object({ why: z.string().trim().min(3).max(300).optional() }),
    response: z.null(),
    status: 204,
    refusals: ['wrong_state'],
    handler: ({ actor, params, body }) => tablets.remove(actor, params.id, body.why),
  }),
  defineRoute({
    method: 'put',
    path: `${base}/settings`,
    summary: 'The PIN by which staff leave a tablet’s screens, and after how long a tablet parks a visit',
    tag,
    access: admins,
    body: z.object({
      pin: z.string().regex(PIN_PATTERN).optional(),
      idleSeconds: z.number().int().min(30).max(900).optional(),
    }),
    response: z.null(),
    status: 204,
    refusals: ['weak_password', 'confirmation_needed', 'step_up_required'],
    handler: ({ actor, sessionId, body }) => tablets.settings(actor, sessionId, body),
  }),
  defineRoute({
    method: 'get',
    path: `${base}/visits`,
    summary: 'Visits of the last day and such as are open, the newest first',
    tag,
    access: office,
    response: z.object({ items: z.array(Visit) }),
    handler: async ({ actor }) => {
      const found = await arming.visits(actor)
      return found.ok ? ok({ items: found.value }) : found
    },
  }),
  defineRoute({
    method: 'post',
    path: `${base}/visits`,
    summary: 'Arm a visit: one client, some forms, one tablet; the answer has the code, once',
    tag,
    access: office,
    body: z.object({
      client: id,
      tablet: id,
      forms: z.array(z.string().min(1).max(100)).min(1).max(20),
      language: z.enum(LANGUAGES),
      minutes: z.number().int().min(1).max(DAY_MINUTES).meta({ description: 'Until the code is too old.' }),
    }),
    response: Coded,
    status: 201,
    refusals: ['wrong_state'],
    handler: ({ actor, body }) =>
      arming.arm(actor, {
        clientId: body.client,
        tabletId: body.tablet,
        formKeys: body.forms,
        language: body.language,
        minutes: body.minutes,
      }),
  }),
  defineRoute({
    method: 'post',
    path: `${base}/visits/:id/cancel`,
    summary: 'Take a visit back: its code opens nothing any more, and a tablet that has it open parks it',
    tag,
    access: office,
    params: ById,
    query: z.object({ client: id }),
    response: z.null(),
    status: 204,
    refusals: ['wrong_state'],
    handler: ({ actor, params, query }) => arming.cancel(actor, query.client, params.id),
  }),
]
