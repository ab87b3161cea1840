/** REST of what staff do for accounts. */
import { z } from 'zod'
import { page } from '../../http/paging.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import { Email, Nothing } from './account-inputs.ts'
import type { Accounts } from './accounts.ts'

const base = '/api/v1/staff'
const tag = 'staff accounts'
const office = { audience: 'staff', roles: ['front-desk', 'admin'] } as const
const admins = { audience: 'staff', roles: ['admin'] } as const
const ById = z.object({ id: z.uuid().lowercase() })
const StaffRole = z.enum(['clinician', 'front-desk', 'admin'])

const ClientAccount = z.object({
  clientId: z.uuid().lowercase(),
  name: z.string(),
  state: z.enum(['none', 'invited', 'active', 'locked', 'closed']),
  accountId: z.uuid().lowercase().nullable(),
  canBeMailed: z.boolean(),
  lockedUntil: z.number().int().nullable(),
})
const Colleague = z.object({
  id: z.uuid().lowercase(),
  name: z.string(),
  email: z.string(),
  role: StaffRole,
  state: z.enum(['invited', 'active', 'locked']),
})

export const staffAccountRoutes = ({ staff }: Pick<Accounts, 'staff'>): Route[] => [
  defineRoute({
    // Names are looked for in bodies: addresses end up in logs.
    method: 'post',
    path: `${base}/accounts/search`,
    summary: 'Clients of the practice and whether they can sign in',
    tag,
    access: office,
    body: z.object({
      search: z.string().max(100).optional(),
      cursor: z.string().max(500).optional(),
      limit: z.number().int().min(1).max(100).optional(),
    }),
    response: page(ClientAccount),
    handler: ({ actor, caller, body }) => staff.clients(actor, caller, body),
  }),
  defineRoute({
    method: 'post',
    path: `${base}/clients/:id/invite`,
    summary:
      'A single-use invitation for a client, shown once; with `mail` it also goes to the contact on file',
    tag,
    access: office,
    params: ById,
    body: z.object({ mail: z.boolean() }),
    response: z.object({ link: z.string(), expiresAt: z.number().int(), mailed: z.boolean() }),
    refusals: ['wrong_state'],
    handler: ({ actor, params, body, caller }) => staff.invite(actor, params.id, body.mail, caller),
  }),
  defineRoute({
    method: 'post',
    path: `${base}/accounts/:id/unlock`,
    summary: 'Open the lock after failed sign-ins',
    tag,
    access: office,
    params: ById,
    response: Nothing,
    status: 204,
    handler: ({ actor, params, caller }) => staff.unlock(actor, params.id, caller),
  }),
  defineRoute({
    method: 'get',
    path: `${base}/team`,
    summary: 'Staff accounts of the practice',
    tag,
    access: admins,
    response: z.object({ items: z.array(Colleague) }),
    handler: ({ actor, caller }) => staff.team(actor, caller),
  }),
  defineRoute({
    method: 'post',
    path: `${base}/team`,
    summary: 'An account for a colleague, who chooses a password by a link',
    tag,
    access: admins,
    body: z.object({ name: z.string().trim().min(1).max(100), email: Email, role: StaffRole }),
    response: z.object({ id: z.uuid().lowercase() }),
    status: 201,
    refusals: ['already_exists'],
    handler: ({ actor, body, caller }) => staff.addColleague(actor, body, caller),
  }),
  defineRoute({
    method: 'post',
    path: `${base}/team/:id/sign-out`,
    summary: 'End every session of a colleague',
    tag,
    access: admins,
    params: ById,
    response: Nothing,
    status: 204,
    handler: ({ actor, params, caller }) => staff.signOutColleague(actor, params.id, caller),
  }),
  defineRoute({
    method: 'post',
    path: `${base}/team/:id/close`,
    summary: 'Close the account of a colleague for good; ends every session',
    tag,
    access: admins,
    params: ById,
    response: Nothing,
    status: 204,
    refusals: ['wrong_state'],
    handler: ({ actor, params, caller }) => staff.closeColleague(actor, params.id, caller),
  }),
]
