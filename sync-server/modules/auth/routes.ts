/** REST of signing in, staying in and signing out. Routes that a cookie drives answer only to our own pages. */
import type { Request, Response } from 'express'
import { z } from 'zod'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { refusal } from '../../../shared/protocol/errors.ts'
import type { IsOwnOrigin } from '../../http/own-origin.ts'
import type { DelayedRefusal } from '../../http/problem.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import { GivenFactor, Link } from './account-inputs.ts'
import { PasskeyAnswer } from './factors/passkeys.ts'
import { othersSession } from './refresh.ts'
import { refreshCookie, setRefreshCookie } from './refresh-cookie.ts'
import type { AuthService } from './service.ts'
import { FACTORS, type SignedIn, type SignIn } from './sign-in.ts'

const SignedInAnswer = z.object({
  accessToken: z.string().meta({ description: 'JWT, bound to the key that the request proved to have.' }),
  socketTicket: z.string().optional().meta({ description: 'For sockets, together with a signature.' }),
  expiresIn: z.number().int().meta({ description: 'Seconds.' }),
  escrowTicket: z.string().optional().meta({
    description: 'Of a sign-in alone: for having the key of this device opened, within five minutes.',
  }),
  account: z.object({
    id: z.uuid().lowercase(),
    role: z.enum(['client', 'proxy', 'clinician', 'front-desk', 'admin', 'ehr', 'kiosk']),
    name: z.string(),
    email: z.string(),
    clientId: z.uuid().lowercase().optional(),
  }),
  enrolling: z.literal(true).optional().meta({
    description: 'The practice asks for a second factor: until one is set up, nothing else is open.',
  }),
})
const OneMoreFactor = z.object({
  oneMoreFactor: z.object({
    ticket: z.string().meta({ description: 'To be sent back together with one of the factors.' }),
    factors: z.array(z.enum(FACTORS)),
    passkey: z.record(z.string(), z.unknown()).optional().meta({
      description: 'What to ask the browser for (PublicKeyCredentialRequestOptionsJSON).',
    }),
    expiresIn: z.number().int().meta({ description: 'Seconds.' }),
  }),
})
const SigningDevice = z.object({ id: z.uuid().lowercase(), name: z.string().trim().min(1).max(100) })
const Login = z.object({
  email: z.string().min(1).max(254),
  password: z.string().min(1).max(1_000),
  device: SigningDevice,
})
const SecondStep = z.object({
  ticket: Link,
  device: SigningDevice,
  factor: GivenFactor,
  remember: z.boolean().optional().meta({
    description: 'Do not ask for it on this device again for 30 days; for clients.',
  }),
})
const ByPasskey = z.object({ device: SigningDevice, answer: PasskeyAnswer })
const SignedInAs = z.uuid().lowercase().optional().meta({
  description: 'Id of the device that signed in: a session of another one in the same browser is left alone.',
})
const Logout = z.object({ device: SignedInAs }).optional()
const Refresh = z
  .object({
    device: SignedInAs,
    idle: z.number().int().min(0).max(1_000_000_000).optional().meta({
      description: 'Seconds since somebody touched the app. Absent: nobody did, as far as the app knows.',
    }),
  })
  .optional()
const Nothing = z.null()

const foreignPage = refusal('not_permitted', 'This request did not come from the portal.')
const base = '/api/v1/portal/auth'
const tag = 'auth'

interface Deps {
  readonly auth: AuthService
  readonly isOwnOrigin: IsOwnOrigin
}

export function authRoutes({ auth, isOwnOrigin }: Deps): Route[] {
  const withCookie = ({ refreshToken, ...body }: SignedIn, response: Response) => {
    setRefreshCookie(response, refreshToken)
    return body
  }
  const answerOf = (result: Result<SignIn, DelayedRefusal>, response: Response) => {
    if (!result.ok) return result
    const signIn = result.value
    if (signIn.kind === 'one-more-factor') return ok({ oneMoreFactor: signIn.needed })
    return ok(withCookie(signIn.session, response))
  }
  const ours = (request: Request) => isOwnOrigin(request.headers)

  const sessionOf = (result: Result<SignedIn, DelayedRefusal>, response: Response) =>
    result.ok ? ok(withCookie(result.value, response)) : result

  return [
    defineRoute({
      method: 'post',
      path: `${base}/second-step`,
      summary: 'The second step of signing in: the ticket of the first, and one of the factors that it named',
      tag,
      access: 'device',
      body: SecondStep,
      response: SignedInAnswer,
      refusals: [
        'wrong_code',
        'wrong_factor',
        'wrong_credentials',
        'account_locked',
        'device_revoked',
        'not_permitted',
      ],
      handler: async ({ body, key, caller, request, response }) =>
        ours(request)
          ? sessionOf(await auth.twoStep.secondStep(body, key, caller), response)
          : err(foreignPage),
    }),
    defineRoute({
      method: 'post',
      path: `${base}/passkey/options`,
      summary:
        'What to ask the browser for, to sign in with a passkey (PublicKeyCredentialRequestOptionsJSON)',
      tag,
      access: 'device',
      response: z.record(z.string(), z.unknown()),
      handler: async () => ok(await auth.passkeySignIn.options()),
    }),
    defineRoute({
      method: 'post',
      path: `${base}/passkey`,
      summary: 'Sign in on a device with a passkey alone; sets the refresh cookie',
      tag,
      access: 'device',
      body: ByPasskey,
      response: SignedInAnswer,
      refusals: ['wrong_credentials', 'device_revoked', 'not_permitted'],
      handler: async ({ body, key, caller, request, response }) =>
        ours(request)
          ? sessionOf(await auth.passkeySignIn.signIn(body, key, caller), response)
          : err(foreignPage),
    }),
    defineRoute({
      method: 'post',
      path: `${base}/login`,
      summary: 'Sign in on a device; sets the refresh cookie, or asks for one more factor',
      tag,
      access: 'device',
      body: Login,
      response: z.union([SignedInAnswer, OneMoreFactor]),
      refusals: ['wrong_credentials', 'account_locked', 'device_revoked', 'not_permitted'],
      handler: async ({ body, key, caller, request, response }) =>
        ours(request) ? answerOf(await auth.login(body, key, caller), response) : err(foreignPage),
    }),
    defineRoute({
      method: 'post',
      path: `${base}/refresh-token`,
      summary: 'A new access token for the refresh cookie, which is rotated',
      tag,
      access: 'device',
      body: Refresh,
      response: SignedInAnswer,
      refusals: ['session_expired', 'device_revoked', 'not_permitted'],
      handler: async ({ body, key, caller, request, response }) => {
        if (!ours(request)) return err(foreignPage)
        const given = { token: refreshCookie(request), key, idleSeconds: body?.idle, deviceId: body?.device }
        const result = await auth.refresh(given, caller)
        // A device that was signed out may have to ask again before all it had is handed in.
        if (!result.ok && result.error.code !== 'device_revoked' && result.error !== othersSession)
          setRefreshCookie(response, undefined)
        return result.ok ? ok(withCookie(result.value, response)) : result
      },
    }),
    defineRoute({
      method: 'post',
      path: `${base}/logout`,
      summary: 'End the session of the refresh cookie',
      tag,
      access: 'device',
      body: Logout,
      response: Nothing,
      status: 204,
      refusals: ['not_permitted'],
      handler: async ({ body, key, caller, request, response }) => {
        if (!ours(request)) return err(foreignPage)
        const leaving = { token: refreshCookie(request), key, deviceId: body?.device }
        if ((await auth.logout(leaving, caller)) === 'left') setRefreshCookie(response, undefined)
        return ok(null)
      },
    }),
  ]
}
