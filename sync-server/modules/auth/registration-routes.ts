/** REST of setting up an account. The same answer for who has a record, who has an account and who has neither. */
import { z } from 'zod'
import { ok } from '../../../shared/kernel/result.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import { Code, DateOfBirth, Email, Link, NewPassword, Nothing } from './account-inputs.ts'
import type { Accounts } from './accounts.ts'

const base = '/api/v1/portal/auth'
const tag = 'accounts'
const asPublic = { method: 'post', tag, access: 'public' } as const

const Find = z.union([
  z.object({
    dateOfBirth: DateOfBirth,
    ssn4: z
      .string()
      .regex(/^\d{4}$/)
      .meta({ description: 'Last four digits.' }),
  }),
  z.object({
    dateOfBirth: DateOfBirth,
    mrn: z.string().trim().min(1).max(40).meta({ description: 'Medical record number.' }),
  }),
])
const Pending = z.object({
  id: z.uuid().lowercase(),
  expiresIn: z.number().int().meta({ description: 'Seconds.' }),
})
const Proven = z.object({
  ticket: z.string().meta({ description: 'Opens the last step, once, within half an hour.' }),
  email: z
    .string()
    .nullable()
    .meta({ description: 'The address the code went to: it needs no other proof.' }),
  name: z.string(),
  practiceName: z.string(),
})
const TypedCode = z.object({ id: z.uuid().lowercase(), code: Code })

export const registrationRoutes = ({
  registration,
  proxies,
}: Pick<Accounts, 'registration' | 'proxies'>): Route[] => [
  defineRoute({
    ...asPublic,
    path: `${base}/register`,
    summary: 'Find my record; if there is one, a code goes to the contact on file',
    body: Find,
    response: Pending,
    handler: ({ body, caller }) =>
      registration.find('ssn4' in body ? { by: 'ssn4', ...body } : { by: 'mrn', ...body }, caller),
  }),
  defineRoute({
    ...asPublic,
    path: `${base}/register/confirm`,
    summary: 'The code from the contact on file',
    body: TypedCode,
    response: Proven,
    refusals: ['wrong_code'],
    handler: ({ body, caller }) => registration.confirm(body, caller),
  }),
  defineRoute({
    ...asPublic,
    path: `${base}/register/invite`,
    summary: 'An invitation of the practice, with the day of birth',
    body: z.object({ invite: Link, dateOfBirth: DateOfBirth }),
    response: Proven,
    refusals: ['wrong_code'],
    handler: ({ body, caller }) => registration.acceptInvite(body, caller),
  }),
  defineRoute({
    ...asPublic,
    path: `${base}/register/complete`,
    summary: 'Address, password and terms; another address than the one on file is proved first',
    body: z.object({
      ticket: Link,
      email: Email,
      password: NewPassword,
      acceptTerms: z.literal(true).meta({ description: 'Of the version in force.' }),
    }),
    response: z.object({
      next: z.enum(['sign-in', 'verify']),
      id: z.uuid().lowercase().optional(),
      expiresIn: z.number().int().optional(),
    }),
    refusals: ['wrong_code', 'weak_password', 'already_exists'],
    handler: ({ body, caller }) => registration.complete(body, caller),
  }),
  defineRoute({
    ...asPublic,
    path: `${base}/verify-email`,
    summary: 'The code from the address to sign in with; makes the account',
    body: TypedCode,
    response: Nothing,
    status: 204,
    refusals: ['wrong_code'],
    handler: async ({ body, caller }) => {
      const verified = await registration.verifyEmail(body, caller)
      return verified.ok ? ok(null) : verified
    },
  }),
  defineRoute({
    ...asPublic,
    path: `${base}/register/access`,
    summary: 'An account for somebody who was asked to look after a record; the link proves the address',
    body: z.object({
      invite: Link,
      dateOfBirth: DateOfBirth.meta({ description: 'Of the person whose record it is.' }),
      name: z.string().trim().min(1).max(100),
      password: NewPassword,
      acceptTerms: z.literal(true).meta({ description: 'Of the version in force.' }),
    }),
    response: Nothing,
    status: 204,
    refusals: ['wrong_code', 'weak_password', 'already_exists'],
    handler: ({ body, caller }) => proxies.register(body, caller),
  }),
]
