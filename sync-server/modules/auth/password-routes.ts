/** REST of passwords and of the address to sign in with. Links carry their secret in the body, never in an address. */
import { z } from 'zod'
import { TERMS_VERSION } from '../../../shared/domains/accounts/terms.ts'
import { ok } from '../../../shared/kernel/result.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import { Email, GivenFactorBody, Link, NewPassword, Nothing, Password } from './account-inputs.ts'
import type { Accounts } from './accounts.ts'

const portal = '/api/v1/portal/auth'
const tag = 'accounts'
const clients = { audience: 'portal', roles: ['client', 'proxy'] } as const
const staff = { audience: 'staff', roles: ['clinician', 'front-desk', 'admin'] } as const

const ChangePassword = z.object({
  password: Password,
  newPassword: NewPassword,
  endOtherSessions: z.boolean(),
  factor: GivenFactorBody,
})
const ChangeEmail = z.object({ password: Password, email: Email, factor: GivenFactorBody })
const Account = z.object({
  email: z.string(),
  pending: z.object({ email: z.string(), until: z.number().int() }).nullable(),
})
const ByLink = z.object({ link: Link })
const done = { response: Nothing, status: 204 } as const
const asPublic = { method: 'post', tag, access: 'public' } as const

export function passwordRoutes({ reset, changePassword, email, terms }: Accounts): Route[] {
  const changing = {
    method: 'post',
    tag,
    ...done,
    refusals: ['wrong_credentials', 'account_locked', 'weak_password', 'step_up_required', 'wrong_factor'],
  } as const
  return [
    defineRoute({
      ...asPublic,
      ...done,
      path: `${portal}/forgot-password`,
      summary: 'Ask for a link to choose a new password; the same answer for every address',
      body: z.object({ email: z.string().min(1).max(254) }),
      handler: ({ body, caller }) => reset.forgot(body.email, caller),
    }),
    defineRoute({
      ...asPublic,
      path: `${portal}/reset-password`,
      summary: 'A new password, by a link from a mail; ends every session and opens a lock',
      body: z.object({ link: Link, password: NewPassword, factor: GivenFactorBody }),
      response: z.object({ email: z.string() }),
      refusals: ['wrong_code', 'weak_password', 'step_up_required', 'wrong_factor', 'account_locked'],
      handler: ({ body, caller }) => reset.reset(body, caller),
    }),
    defineRoute({
      ...changing,
      path: `${portal}/change-password`,
      summary: 'Another password; asks for the present one',
      access: clients,
      body: ChangePassword,
      handler: ({ actor, sessionId, body, caller }) => changePassword(actor, sessionId, body, caller),
    }),
    defineRoute({
      ...changing,
      path: '/api/v1/staff/auth/change-password',
      summary: 'Another password; asks for the present one',
      access: staff,
      body: ChangePassword,
      handler: ({ actor, sessionId, body, caller }) => changePassword(actor, sessionId, body, caller),
    }),
    defineRoute({
      method: 'post',
      tag,
      ...done,
      path: `${portal}/change-email`,
      summary: 'Another address to sign in with; a link goes there to confirm it',
      access: clients,
      body: ChangeEmail,
      refusals: ['wrong_credentials', 'account_locked', 'step_up_required', 'wrong_factor'],
      handler: ({ actor, sessionId, body, caller }) => email.ask(actor, sessionId, body, caller),
    }),
    defineRoute({
      method: 'get',
      tag,
      path: `${portal}/account`,
      summary: 'The address to sign in with, and the one that waits to be confirmed',
      access: clients,
      response: Account,
      handler: ({ actor }) => email.read(actor),
    }),
    defineRoute({
      method: 'post',
      tag,
      ...done,
      path: '/api/v1/staff/auth/change-email',
      summary: 'Another address to sign in with; a link goes there to confirm it',
      access: staff,
      body: ChangeEmail,
      refusals: ['wrong_credentials', 'account_locked', 'step_up_required', 'wrong_factor'],
      handler: ({ actor, sessionId, body, caller }) => email.ask(actor, sessionId, body, caller),
    }),
    defineRoute({
      method: 'get',
      tag,
      path: '/api/v1/staff/auth/account',
      summary: 'The address to sign in with, and the one that waits to be confirmed',
      access: staff,
      response: Account,
      handler: ({ actor }) => email.read(actor),
    }),
    defineRoute({
      ...asPublic,
      ...done,
      path: `${portal}/confirm-email`,
      summary: 'Confirm the new address by its link; the old one is told and can take it back',
      body: ByLink,
      refusals: ['wrong_code'],
      handler: ({ body, caller }) => email.confirm(body.link, caller),
    }),
    defineRoute({
      ...asPublic,
      ...done,
      path: `${portal}/undo-email`,
      summary: 'Take a change of address back; signs out every device and asks for a new password',
      body: ByLink,
      refusals: ['wrong_code'],
      handler: ({ body, caller }) => email.undo(body.link, caller),
    }),
    defineRoute({
      method: 'get',
      tag,
      path: `${portal}/terms`,
      summary: 'Are the terms in force accepted?',
      access: clients,
      response: z.object({ accepted: z.boolean(), version: z.string() }),
      handler: async ({ actor }) => ok({ accepted: await terms.accepted(actor), version: TERMS_VERSION }),
    }),
    defineRoute({
      method: 'post',
      tag,
      ...done,
      path: `${portal}/terms`,
      summary: 'Accept the terms in force, by the version that was read',
      access: clients,
      body: z.object({ version: z.string().min(1).max(32) }),
      refusals: ['wrong_state'],
      handler: ({ actor, body, caller }) => terms.accept(actor, body.version, caller),
    }),
  ]
}
