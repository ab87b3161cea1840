/** REST of an account's devices: for their owner, and for staff who look after the client. */
import type { Response } from 'express'
import { z } from 'zod'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import type { Refusal } from '../../../shared/protocol/errors.ts'
import { type Caller, defineRoute, type Route } from '../../http/route.ts'
import type { Actor } from '../../replication/actor.ts'
import { GivenFactor, Password } from './account-inputs.ts'
import type { Confirmation } from './confirmation.ts'
import type { DeviceService } from './devices.ts'
import { setRefreshCookie } from './refresh-cookie.ts'

const time = z.number().int()
const Device = z.object({
  id: z.uuid().lowercase(),
  name: z.string(),
  createdAt: time,
  lastSeenAt: time.nullable(),
  lastIp: z.string().nullable().meta({ description: 'Address it was used from last.' }),
  signedIn: z.boolean(),
  revokedAt: time.nullable().meta({ description: 'When it was told to destroy what it holds.' }),
  wipedAt: time.nullable().meta({ description: 'When it said that it had.' }),
  current: z.boolean(),
})
const Nothing = z.null()
const Id = z.object({ id: z.uuid().lowercase() })
const portal = { audience: 'portal', roles: ['client', 'proxy'] } as const
const staff = { audience: 'staff', roles: ['clinician', 'front-desk', 'admin'] } as const
const base = '/api/v1/portal/auth'
const tag = 'auth'

interface Deps {
  readonly devices: DeviceService
  readonly confirmation: Confirmation
  /** Does this member of staff look after that client? Notes in the audit trail who asked for what is not theirs. */
  readonly looksAfter: (actor: Actor, clientId: string, action: string) => Promise<Result<null, Refusal>>
}

/** The body of `confirm`: one of the two. */
const Proof = z.union([z.object({ factor: GivenFactor }), z.object({ password: Password })])
const confirming = {
  method: 'post',
  summary:
    'The password again, or a second factor, for what a session alone does not do; good for five minutes. The session ends, and the cookie is that of another',
  tag,
  body: Proof,
  response: Nothing,
  status: 204,
  whileEnrolling: true,
  refusals: ['wrong_credentials', 'wrong_factor', 'account_locked', 'session_expired'],
} as const

interface Confirming {
  readonly sessionId: string
  readonly body: z.infer<typeof Proof>
  readonly caller: Caller
  readonly response: Response
}

export function deviceRoutes({ devices, confirmation, looksAfter }: Deps): Route[] {
  const confirm = async ({ sessionId, body, caller, response }: Confirming) => {
    const answer = await confirmation.by(sessionId, body, caller)
    if (answer.ok) setRefreshCookie(response, answer.value.refreshToken)
    return answer.ok ? ok(null) : answer
  }
  /** For what asks for a confirmation of the last five minutes. */
  const confirmed = async <T>(sessionId: string, run: () => Promise<T>) => {
    const missing = await confirmation.missing(sessionId)
    return missing === undefined ? run() : err(missing)
  }
  const signOutOthers = (path: string, access: typeof portal | typeof staff) =>
    defineRoute({
      method: 'post',
      path,
      summary: 'Sign out all devices but this one',
      tag,
      access,
      response: Nothing,
      status: 204,
      refusals: ['confirmation_needed', 'step_up_required'],
      handler: ({ actor, sessionId, caller }) =>
        confirmed(sessionId, async () => {
          await devices.signOutOthers(actor, caller)
          return ok(null)
        }),
    })
  return [
    defineRoute({
      ...confirming,
      path: `${base}/confirm`,
      access: portal,
      handler: confirm,
    }),
    defineRoute({
      ...confirming,
      path: '/api/v1/staff/auth/confirm',
      access: staff,
      handler: confirm,
    }),
    defineRoute({
      method: 'get',
      path: `${base}/devices`,
      summary: 'Devices of this account, and those that were wiped in the last 30 days',
      tag,
      access: portal,
      response: z.object({ items: z.array(Device) }),
      handler: async ({ actor }) => {
        const items = await devices.list(actor)
        return ok({ items: items.map((device) => ({ ...device, current: device.id === actor.deviceId })) })
      },
    }),
    defineRoute({
      method: 'post',
      path: `${base}/devices/:id/sign-out`,
      summary: 'Sign a device out; what it holds stays on it, sealed',
      tag,
      access: portal,
      params: Id,
      response: Nothing,
      status: 204,
      refusals: ['confirmation_needed', 'step_up_required'],
      handler: ({ actor, sessionId, params, caller }) =>
        confirmed(sessionId, () => devices.signOut(actor, params.id, caller)),
    }),
    signOutOthers(`${base}/devices/sign-out-others`, portal),
    signOutOthers('/api/v1/staff/auth/devices/sign-out-others', staff),
    defineRoute({
      method: 'delete',
      path: `${base}/devices/:id`,
      summary: 'Sign a device out for good; it destroys what it holds at the next contact',
      tag,
      access: portal,
      params: Id,
      response: Nothing,
      status: 204,
      refusals: ['confirmation_needed', 'step_up_required'],
      handler: ({ actor, sessionId, params, caller }) =>
        confirmed(sessionId, () => devices.wipe(actor, params.id, caller)),
    }),
    defineRoute({
      method: 'get',
      path: '/api/v1/staff/clients/:client/devices',
      summary: 'Devices of a client’s own account',
      tag: 'staff',
      access: staff,
      params: z.object({ client: z.uuid().lowercase() }),
      response: z.object({ items: z.array(Device) }),
      handler: async ({ actor, params }) => {
        const allowed = await looksAfter(actor, params.client, 'auth.devices')
        if (!allowed.ok) return allowed
        const items = await devices.listOfClient(params.client)
        return ok({ items: items.map((device) => ({ ...device, current: false })) })
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/api/v1/staff/clients/:client/devices/:id',
      summary: 'Sign a client’s lost device out for good; it destroys what it holds at the next contact',
      tag: 'staff',
      access: staff,
      params: Id.extend({ client: z.uuid().lowercase() }),
      response: Nothing,
      status: 204,
      handler: async ({ actor, params: { client, id }, caller }) => {
        const allowed = await looksAfter(actor, client, 'auth.device-revoked')
        return allowed.ok ? devices.wipeOfClient(actor, client, id, caller) : allowed
      },
    }),
  ]
}
