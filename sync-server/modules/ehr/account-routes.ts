/** Tokens for machines, and the page on which an admin sees and ends their accounts. */
import { z } from 'zod'
import { defineRoute, MACHINE_SCOPES, type Route } from '../../http/route.ts'
import type { MachineAccounts } from './accounts.ts'

const admins = { audience: 'staff', roles: ['admin'] } as const
const base = '/api/v1/staff/ehr-accounts'
const tag = 'EHR'
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

const Scope = z.enum(MACHINE_SCOPES)
const Machine = z.object({
  id: z.uuid().lowercase(),
  name: z.string(),
  scopes: z.array(Scope),
  keyIds: z.array(z.string()).meta({ description: 'RFC 7638 thumbprints.' }),
  createdAt: z.number().int(),
  lastUsedAt: z.number().int().nullable(),
})
const NewMachine = z.object({
  name: z.string().trim().min(1).max(100),
  scopes: z.array(Scope).min(1).max(MACHINE_SCOPES.length),
  key: z
    .object({
      kty: z.string().max(10),
      crv: z.string().max(20),
      x: z.string().max(100),
      y: z.string().max(100).optional(),
    })
    .meta({ description: 'Public JWK, P-256 or Ed25519.' }),
})

export const machineAccountRoutes = (accounts: MachineAccounts): Route[] => [
  defineRoute({
    method: 'post',
    path: '/api/v1/ehr/token',
    summary: 'A token for a signed client assertion (RFC 7523)',
    tag,
    access: 'public',
    form: true,
    body: z.object({
      grant_type: z.literal('client_credentials'),
      client_assertion_type: z.literal(ASSERTION_TYPE),
      client_assertion: z.string().max(4_000).meta({
        description:
          'JWT: `iss` and `sub` the account, `aud` this address, `exp` in at most 5 minutes, `jti` of its own.',
      }),
      scope: z.string().max(1_000).optional().meta({ description: 'Fewer than the account has.' }),
    }),
    response: z.object({
      access_token: z.string(),
      token_type: z.literal('Bearer'),
      expires_in: z.number().int(),
      scope: z.string(),
    }),
    refusals: ['not_authenticated'],
    handler: ({ body, caller, response }) => {
      response.locals.challenge = 'Bearer'
      return accounts.token(body.client_assertion, body.scope?.split(' '), caller)
    },
  }),
  defineRoute({
    method: 'get',
    path: base,
    summary: 'Machines that are let into the practice’s records',
    tag,
    access: admins,
    response: z.object({ items: z.array(Machine) }),
    handler: ({ actor }) => accounts.list(actor),
  }),
  defineRoute({
    method: 'post',
    path: base,
    summary: 'Let a machine in, by the public half of its key',
    tag,
    access: admins,
    body: NewMachine,
    response: Machine,
    status: 201,
    refusals: ['confirmation_needed', 'step_up_required', 'invalid_document'],
    handler: ({ actor, sessionId, body }) => accounts.create(actor, sessionId, body),
  }),
  defineRoute({
    method: 'post',
    path: `${base}/:id/revoke`,
    summary: 'Close a machine’s account: its tokens are worth nothing from the next request on',
    tag,
    access: admins,
    params: z.object({ id: z.uuid().lowercase() }),
    response: z.null(),
    status: 204,
    handler: ({ actor, params }) => accounts.revoke(actor, params.id),
  }),
]
