/** Signing in to a running server, and asking it as whoever signed in. */
import { randomUUID } from 'node:crypto'

export const DEMO_PASSWORD = 'demo-portal-2026'

export interface SignedInDevice {
  readonly url: string
  readonly accessToken: string
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
  fetch(
    path: string,
    init?: { method?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<Answer>
}
export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** Parsed JSON, or the text when it is none. */
  readonly body: { readonly [key: string]: unknown }
  readonly text: string
}

export async function ask(
  url: string,
  init: { method?: string; body?: unknown; raw?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const payload = init.raw ?? (init.body === undefined ? undefined : JSON.stringify(init.body))
  const response = await fetch(url, {
    method: init.method ?? 'GET',
    headers: { ...(payload === undefined ? {} : { 'content-type': 'application/json' }), ...init.headers },
    ...(payload === undefined ? {} : { body: payload }),
  })
  const text = await response.text()
  let body: Answer['body'] = {}
  if (response.headers.get('content-type')?.includes('json')) body = JSON.parse(text)
  return { status: response.status, headers: response.headers, body, text }
}

export const cookieOf = (answer: Answer): string =>
  (answer.headers.getSetCookie().at(-1) ?? '').split(';')[0] ?? ''

export function login(
  url: string,
  email: string,
  options: { password?: string; deviceId?: string; deviceName?: string } = {},
): Promise<Answer> {
  const device = { id: options.deviceId ?? randomUUID(), name: options.deviceName ?? 'Test device' }
  return ask(`${url}/api/v1/portal/auth/login`, {
    method: 'POST',
    body: { email, password: options.password ?? DEMO_PASSWORD, device },
  })
}

/** Throws unless the server lets this person in. */
export async function signIn(
  url: string,
  email: string,
  options: { password?: string; deviceId?: string; deviceName?: string } = {},
): Promise<SignedInDevice> {
  const deviceId = options.deviceId ?? randomUUID()
  const answer = await login(url, email, { ...options, deviceId })
  if (answer.status !== 200) throw new Error(`Sign-in of ${email}: ${answer.status} ${answer.text}`)
  const { accessToken, account } = answer.body as unknown as Pick<SignedInDevice, 'accessToken' | 'account'>
  return {
    url,
    accessToken,
    account,
    deviceId,
    cookie: cookieOf(answer),
    get clientId() {
      if (account.clientId === undefined) throw new Error(`${email} has no record of their own`)
      return account.clientId
    },
    fetch: (path, init = {}) =>
      ask(url + path, { ...init, headers: { authorization: `Bearer ${accessToken}`, ...init.headers } }),
  }
}
