/** REST of who may see a record: for the client, for those who look after somebody, and for the practice's office. */
import { z } from 'zod'
import { GRANT_SCOPES, type Granted } from '../../../shared/domains/grants/scopes.ts'
import { err, type Result } from '../../../shared/kernel/result.ts'
import { type DelayedRefusal, notFound } from '../../http/problem.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import type { RecordsService } from './records.ts'
import { type GrantService, OFFICE, OWN } from './service.ts'

const time = z.number().int()
const id = z.uuid().lowercase()
const Level = z.enum(['read', 'write'])
const Scopes = z.object(
  Object.fromEntries(GRANT_SCOPES.map((scope) => [scope, Level.optional()])) as Record<
    (typeof GRANT_SCOPES)[number],
    z.ZodOptional<typeof Level>
  >,
)
/** The last moment, at most a lifetime away: dates beyond it fit no column. */
const Until = z.number().int().positive().max(4_102_444_800_000).nullable()
const Terms = z.object({
  scopes: Scopes.refine((scopes) => Object.values(scopes).some((level) => level !== undefined), {
    message: 'At least one area.',
  }),
  until: Until,
})
const Invite = Terms.extend({ name: z.string().trim().min(1).max(100), email: z.email().max(254) })
const Access = { scopes: Scopes, until: time.nullable() }
const People = z.object({
  people: z.array(z.object({ account: id, name: z.string(), email: z.string(), since: time, ...Access })),
  invitations: z.array(z.object({ id, name: z.string(), email: z.string(), goodUntil: time, ...Access })),
  mayGive: z.boolean().meta({ description: 'False for clients who are not of age.' }),
  latestEnd: time.nullable().meta({ description: 'The day on which a child comes of age, if it is one.' }),
})
const Invited = z.object({ id, goodUntil: time })
const OpenRecord = z.object({
  client: id,
  name: z.string(),
  own: z.boolean(),
  generation: z.number().int(),
  ...Access,
})
const Nothing = z.null()
const ById = z.object({ id })

const client = { audience: 'portal', roles: ['client'] } as const
const portal = { audience: 'portal', roles: ['client', 'proxy'] } as const
const office = { audience: 'staff', roles: ['front-desk', 'admin'] } as const
const base = '/api/v1/portal/access'
const ofClient = '/api/v1/staff/clients/:client/access'
const tag = 'access'

interface Deps {
  readonly grants: GrantService
  readonly records: RecordsService
  /** Was it asked a moment ago who is at the device? Undefined: go on. */
  readonly missing: (sessionId: string) => Promise<DelayedRefusal | undefined>
}

/** Only what is named: `undefined` is no level. */
const granted = (scopes: z.infer<typeof Scopes>): Granted =>
  Object.fromEntries(Object.entries(scopes).filter(([, level]) => level !== undefined))

export const grantRoutes = ({ grants, records, missing }: Deps): Route[] => [
  defineRoute({
    method: 'get',
    path: base,
    summary: 'Records that this account may open, and what of them',
    tag,
    access: portal,
    response: z.object({ items: z.array(OpenRecord) }),
    handler: ({ actor }) => records.list(actor),
  }),
  defineRoute({
    method: 'post',
    path: `${base}/accept`,
    summary: 'Accept an invitation with the account that is signed in',
    tag,
    access: portal,
    body: z.object({
      invite: z.string().min(1).max(100),
      dateOfBirth: z.iso.date().meta({ description: 'Of the person whose record it is.' }),
    }),
    response: z.object({ client: id }),
    refusals: ['wrong_code', 'wrong_state'],
    handler: ({ actor, body }) => records.accept(actor, body),
  }),
  defineRoute({
    method: 'delete',
    path: `${base}/:id`,
    summary: 'Stop looking after a record',
    tag,
    access: portal,
    params: ById,
    response: Nothing,
    status: 204,
    handler: ({ actor, params }) => grants.leave(actor, params.id),
  }),
  defineRoute({
    method: 'get',
    path: `${base}/people`,
    summary: 'Who may see my record',
    tag,
    access: client,
    response: People,
    handler: ({ actor }) => ofOwn(actor, (own) => grants.people(actor, own, OWN)),
  }),
  defineRoute({
    method: 'post',
    path: `${base}/people`,
    summary: 'Ask somebody to look after my record: a link goes to their address',
    tag,
    access: client,
    body: Invite,
    response: Invited,
    status: 201,
    refusals: ['wrong_state', 'confirmation_needed', 'step_up_required'],
    handler: async ({ actor, sessionId, body }) => {
      const needed = await missing(sessionId)
      if (needed !== undefined) return err(needed)
      const given = { ...body, scopes: granted(body.scopes) }
      return ofOwn(actor, (own) => grants.invite(actor, own, OWN, given))
    },
  }),
  defineRoute({
    method: 'put',
    path: `${base}/people/:id`,
    summary: 'Change what somebody may see of my record, or until when',
    tag,
    access: client,
    params: ById,
    body: Terms,
    response: Nothing,
    status: 204,
    refusals: ['wrong_state', 'confirmation_needed', 'step_up_required'],
    handler: async ({ actor, sessionId, params, body }) => {
      const needed = await missing(sessionId)
      if (needed !== undefined) return err(needed)
      const given = { ...body, scopes: granted(body.scopes) }
      return ofOwn(actor, (own) => grants.change(actor, own, OWN, params.id, given))
    },
  }),
  // To end something needs no password: whoever has reason to does it at once.
  defineRoute({
    method: 'delete',
    path: `${base}/people/:id`,
    summary: 'End somebody’s access to my record',
    tag,
    access: client,
    params: ById,
    response: Nothing,
    status: 204,
    handler: ({ actor, params }) => ofOwn(actor, (own) => grants.revoke(actor, own, OWN, params.id)),
  }),
  defineRoute({
    method: 'delete',
    path: `${base}/invitations/:id`,
    summary: 'Take an invitation back',
    tag,
    access: client,
    params: ById,
    response: Nothing,
    status: 204,
    handler: ({ actor, params }) => ofOwn(actor, (own) => grants.withdraw(actor, own, OWN, params.id)),
  }),
  defineRoute({
    method: 'get',
    path: ofClient,
    summary: 'Who may see a client’s record',
    tag,
    access: office,
    params: z.object({ client: id }),
    response: People,
    handler: ({ actor, params }) => grants.people(actor, params.client, OFFICE),
  }),
  defineRoute({
    method: 'post',
    path: ofClient,
    summary: 'Ask somebody to look after a client’s record: a link goes to their address',
    tag,
    access: office,
    params: z.object({ client: id }),
    body: Invite,
    response: Invited,
    status: 201,
    refusals: ['wrong_state'],
    handler: ({ actor, params, body }) =>
      grants.invite(actor, params.client, OFFICE, { ...body, scopes: granted(body.scopes) }),
  }),
  defineRoute({
    method: 'put',
    path: `${ofClient}/:id`,
    summary: 'Change what somebody may see of a client’s record, or until when',
    tag,
    access: office,
    params: ById.extend({ client: id }),
    body: Terms,
    response: Nothing,
    status: 204,
    refusals: ['wrong_state'],
    handler: ({ actor, params, body }) =>
      grants.change(actor, params.client, OFFICE, params.id, { ...body, scopes: granted(body.scopes) }),
  }),
  defineRoute({
    method: 'delete',
    path: `${ofClient}/:id`,
    summary: 'End somebody’s access to a client’s record',
    tag,
    access: office,
    params: ById.extend({ client: id }),
    response: Nothing,
    status: 204,
    handler: ({ actor, params }) => grants.revoke(actor, params.client, OFFICE, params.id),
  }),
  defineRoute({
    method: 'delete',
    path: `${ofClient}/invitations/:id`,
    summary: 'Take back an invitation to a client’s record',
    tag,
    access: office,
    params: ById.extend({ client: id }),
    response: Nothing,
    status: 204,
    handler: ({ actor, params }) => grants.withdraw(actor, params.client, OFFICE, params.id),
  }),
]

/** An account without a record of its own has nobody to show it to. */
function ofOwn<T>(
  { ownClientId }: { readonly ownClientId?: string },
  run: (own: string) => Promise<Result<T, DelayedRefusal>>,
): Promise<Result<T, DelayedRefusal>> {
  return ownClientId === undefined ? Promise.resolve(err(notFound)) : run(ownClientId)
}
