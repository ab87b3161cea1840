/** Signing in to a running server, and asking it as whoever signed in. */
import { randomUUID } from 'node:crypto'
import { createDeviceKey, type DeviceKey } from './device-key.ts'

export const DEMO_PASSWORD = 'demo-portal-2026'

export interface SignedInDevice {
  readonly url: string
  readonly accessToken: string
  /** Empty for staff. */
  readonly socketTicket: string
  /** For having the device's own key opened; empty for staff. */
  readonly escrowTicket: string
  readonly key: DeviceKey
  /** For {@link connect}: proves the key to the server at `url`, by default its own; `said` goes along. */
  handshake(said?: Record<string, unknown>, url?: string): (challenge: string) => Record<string, unknown>
  /** `name=value` of the refresh cookie. */
  readonly cookie: string
  readonly deviceId: string
  readonly account: {
    readonly id: string
    readonly role: string
    readonly name: string
    readonly email: string
    readonly clientId?: string
  }
  /** The client id; throws for staff. */
  readonly clientId: string
  fetch(path: string, init?: Omit<Asked, 'key' | 'token'>): Promise<Answer>
}
export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** Parsed JSON, or the text when it is none. */
  readonly body: { readonly [key: string]: unknown }
  readonly text: string
}

export interface Asked {
  readonly method?: string
  readonly body?: unknown
  readonly raw?: string | Uint8Array
  readonly headers?: Record<string, string>
  /** Proves this key. */
  readonly key?: DeviceKey
  /** Goes along, bound to the key. */
  readonly token?: string
}

export async function ask(url: string, init: Asked = {}): Promise<Answer> {
  const { method = 'GET', key, token } = init
  const payload = init.raw ?? (init.body === undefined ? undefined : JSON.stringify(init.body))
  const response = await fetch(url, {
    method,
    headers: {
      ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `DPoP ${token}` }),
      ...(key === undefined ? {} : { dpop: await key.proof({ method, url, token }) }),
      ...init.headers,
    },
    ...(payload === undefined ? {} : { body: typeof payload === 'string' ? payload : Buffer.from(payload) }),
  })
  const text = await response.text()
  let body: Answer['body'] = {}
  if (response.headers.get('content-type')?.includes('json')) body = JSON.parse(text)
  const nonce = response.headers.get('dpop-nonce')
  if (key !== undefined && nonce !== null) key.nonce = nonce
  // As every device does: once more, with the nonce that came.
  if (key !== undefined && nonce !== null && body.code === 'use_dpop_nonce') return ask(url, init)
  return { status: response.status, headers: response.headers, body, text }
}

export const cookieOf = (answer: Answer): string =>
  (answer.headers.getSetCookie().at(-1) ?? '').split(';')[0] ?? ''

export interface SignInOptions {
  readonly password?: string
  readonly deviceId?: string
  readonly deviceName?: string
  /** Default: a new one. */
  readonly key?: DeviceKey
}

export function login(url: string, email: string, options: SignInOptions = {}): Promise<Answer> {
  const device = { id: options.deviceId ?? randomUUID(), name: options.deviceName ?? 'Test device' }
  return ask(`${url}/api/v1/portal/auth/login`, {
    method: 'POST',
    body: { email, password: options.password ?? DEMO_PASSWORD, device },
    key: options.key ?? createDeviceKey(),
  })
}

/** With the cookie of a device and its key. */
export const refresh = (url: string, cookie: string, key: DeviceKey, body?: unknown): Promise<Answer> =>
  ask(`${url}/api/v1/portal/auth/refresh-token`, { method: 'POST', headers: { cookie }, key, body })

/** Answers "who is there?": the answer, and the device in the session that it brought. Throws unless it was right. */
export async function confirm(
  url: string,
  device: Pick<SignedInDevice, 'fetch' | 'key'>,
  proof: object,
  audience: 'portal' | 'staff' = 'portal',
) {
  const path = `/api/v1/${audience}/auth/confirm`
  const answer = await device.fetch(path, { method: 'POST', body: proof })
  if (answer.status !== 204) throw new Error(`Confirming: ${answer.status} ${answer.text}`)
  const { key } = device
  const renewed = await refresh(url, cookieOf(answer), key, { idle: 0 })
  const token = String(renewed.body.accessToken)
  return {
    key,
    cookie: cookieOf(renewed),
    fetch: (to: string, init: Omit<Asked, 'key' | 'token'> = {}) => ask(url + to, { ...init, key, token }),
  }
}

/** With the cookie of the device and its key. */
export const signOut = ({ url, cookie, key }: SignedInDevice): Promise<Answer> =>
  ask(`${url}/api/v1/portal/auth/logout`, { method: 'POST', headers: { cookie }, key })

/** Throws unless the server lets this person in. */
export async function signIn(
  url: string,
  email: string,
  options: SignInOptions = {},
): Promise<SignedInDevice> {
  const deviceId = options.deviceId ?? randomUUID()
  const key = options.key ?? createDeviceKey()
  const answer = await login(url, email, { ...options, deviceId, key })
  if (answer.status !== 200) throw new Error(`Sign-in of ${email}: ${answer.status} ${answer.text}`)
  const { accessToken, socketTicket, escrowTicket, account } = answer.body as unknown as Pick<
    SignedInDevice,
    'accessToken' | 'account'
  > & { socketTicket?: string; escrowTicket?: string }
  return {
    url,
    accessToken,
    account,
    deviceId,
    key,
    socketTicket: socketTicket ?? '',
    escrowTicket: escrowTicket ?? '',
    handshake: (said = {}, at = url) => {
      const prove = key.handshake(at, socketTicket ?? '')
      return (challenge) => ({ ...prove(challenge), ...said })
    },
    cookie: cookieOf(answer),
    get clientId() {
      if (account.clientId === undefined) throw new Error(`${email} has no record of their own`)
      return account.clientId
    },
    fetch: (path, init = {}) => ask(url + path, { ...init, key, token: accessToken }),
  }
}
