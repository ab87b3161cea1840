/** REST of second factors: the same for clients and for staff, who have audiences of their own. */
import { z } from 'zod'
import { err, ok, type Result } from '../../../../shared/kernel/result.ts'
import type { DelayedRefusal } from '../../../http/problem.ts'
import { defineRoute, type Route } from '../../../http/route.ts'
import { Nothing } from '../account-inputs.ts'
import type { AuthService } from '../service.ts'
import type { Changer } from './manage.ts'
import { NewPasskeyAnswer } from './passkeys.ts'

const tag = 'two-step sign-in'
const clients = {
  base: '/api/v1/portal/auth',
  access: { audience: 'portal', roles: ['client', 'proxy'] },
} as const
const staff = {
  base: '/api/v1/staff/auth',
  access: { audience: 'staff', roles: ['clinician', 'front-desk', 'admin'] },
} as const
const office = { audience: 'staff', roles: ['front-desk', 'admin'] } as const
const admins = { audience: 'staff', roles: ['admin'] } as const

const time = z.number().int()
const Id = z.object({ id: z.uuid().lowercase() })
/** Kept as it is, also in the audit trail: no half of a character. */
const wellFormed = (text: string) => !/\p{Cs}/u.test(text)
const Name = z.string().trim().min(1).max(60).refine(wellFormed)
const Reason = z.string().trim().min(3).max(200).refine(wellFormed)
const Added = z.object({
  id: z.uuid().lowercase().optional(),
  recoveryCodes: z.array(z.string()).optional().meta({ description: 'With the first factor; shown once.' }),
})
const Factors = z.object({
  totp: z.object({ since: time }).nullable(),
  passkeys: z.array(
    z.object({
      id: z.uuid().lowercase(),
      credentialId: z.string(),
      name: z.string(),
      createdAt: time,
      lastUsedAt: time.nullable(),
      backedUp: z.boolean(),
    }),
  ),
  recoveryCodes: z.number().int().meta({ description: 'How many are left.' }),
  required: z.boolean().meta({ description: 'The practice asks for one.' }),
})
const Policy = z.object({ staff: z.boolean(), clients: z.boolean() })
const STEP_UP = ['confirmation_needed', 'step_up_required'] as const

type Auth = Pick<AuthService, 'confirmation' | 'factors' | 'staffFactors'>

export function factorRoutes({ confirmation, factors, staffFactors }: Auth): Route[] {
  /** Only with a fresh proof of who is there. */
  const sure = async <T>(
    changer: Changer,
    run: (changer: Changer) => Promise<Result<T, DelayedRefusal>>,
  ): Promise<Result<T, DelayedRefusal>> => {
    const missing = await confirmation.missing(changer.sessionId)
    return missing === undefined ? run(changer) : err(missing)
  }

  const own = ({ base, access }: typeof clients | typeof staff): Route[] => {
    const setUp = { tag, access, whileEnrolling: true } as const
    return [
      defineRoute({
        ...setUp,
        method: 'get',
        path: `${base}/factors`,
        summary: 'Second factors of this account',
        response: Factors,
        handler: async ({ actor }) => ok(await factors.list(actor)),
      }),
      defineRoute({
        ...setUp,
        method: 'post',
        path: `${base}/factors/totp`,
        summary: 'Begin to set up an authenticator app; nothing counts before its first code',
        response: z.object({ secret: z.string(), uri: z.string() }),
        refusals: STEP_UP,
        handler: (changer) => sure(changer, factors.beginTotp),
      }),
      defineRoute({
        ...setUp,
        method: 'post',
        path: `${base}/factors/totp/confirm`,
        summary: 'The first code of the app: from now on it counts',
        body: z.object({ code: z.string().min(6).max(12) }),
        response: Added,
        refusals: ['wrong_factor', 'wrong_state'],
        handler: ({ body, ...changer }) => factors.confirmTotp(changer, body.code),
      }),
      defineRoute({
        tag,
        access,
        method: 'delete',
        path: `${base}/factors/totp`,
        summary: 'Remove the authenticator app',
        response: Nothing,
        status: 204,
        refusals: [...STEP_UP, 'wrong_state'],
        handler: (changer) => sure(changer, factors.removeTotp),
      }),
      defineRoute({
        ...setUp,
        method: 'post',
        path: `${base}/factors/passkeys/options`,
        summary: 'What to ask the browser for, to make a passkey (PublicKeyCredentialCreationOptionsJSON)',
        response: z.record(z.string(), z.unknown()),
        refusals: STEP_UP,
        handler: (changer) => sure(changer, factors.passkeyOptions),
      }),
      defineRoute({
        ...setUp,
        method: 'post',
        path: `${base}/factors/passkeys`,
        summary: 'Add the passkey that the browser made',
        body: z.object({ name: Name, answer: NewPasskeyAnswer }),
        response: Added,
        status: 201,
        refusals: ['wrong_factor', 'already_exists', 'wrong_state'],
        handler: ({ body, ...changer }) => factors.addPasskey(changer, body),
      }),
      defineRoute({
        tag,
        access,
        method: 'put',
        path: `${base}/factors/passkeys/:id`,
        summary: 'Give a passkey another name',
        params: Id,
        body: z.object({ name: Name }),
        response: Nothing,
        status: 204,
        handler: ({ params, body, ...changer }) => factors.renamePasskey(changer, params.id, body.name),
      }),
      defineRoute({
        tag,
        access,
        method: 'delete',
        path: `${base}/factors/passkeys/:id`,
        summary: 'Remove a passkey',
        params: Id,
        response: Nothing,
        status: 204,
        refusals: [...STEP_UP, 'wrong_state'],
        handler: ({ params, ...changer }) => sure(changer, (it) => factors.removePasskey(it, params.id)),
      }),
      defineRoute({
        tag,
        access,
        method: 'post',
        path: `${base}/factors/recovery-codes`,
        summary: 'New recovery codes, shown once; the old ones stop working',
        response: z.object({ recoveryCodes: z.array(z.string()) }),
        refusals: [...STEP_UP, 'wrong_state'],
        handler: (changer) => sure(changer, factors.newRecoveryCodes),
      }),
    ]
  }

  return [
    ...own(clients),
    ...own(staff),
    defineRoute({
      method: 'get',
      path: '/api/v1/staff/practice/sign-in',
      summary: 'Of whom the practice asks a second factor',
      tag,
      access: admins,
      response: Policy,
      handler: async (changer) => ok(await staffFactors.policy(changer)),
    }),
    defineRoute({
      method: 'put',
      path: '/api/v1/staff/practice/sign-in',
      summary: 'Ask staff, or clients, for a second factor from their next sign-in on',
      tag,
      access: admins,
      body: Policy,
      response: Nothing,
      status: 204,
      refusals: STEP_UP,
      handler: ({ body, ...changer }) => sure(changer, (it) => staffFactors.setPolicy(it, body)),
    }),
    defineRoute({
      method: 'post',
      path: '/api/v1/staff/accounts/:id/reset-factors',
      summary: 'Take all second factors of somebody away who has lost them; they are told',
      tag,
      access: office,
      params: Id,
      body: z.object({ reason: Reason }),
      response: Nothing,
      status: 204,
      refusals: [...STEP_UP, 'wrong_state'],
      handler: ({ params, body, ...changer }) =>
        sure(changer, (it) => staffFactors.reset(it, params.id, body.reason)),
    }),
  ]
}
