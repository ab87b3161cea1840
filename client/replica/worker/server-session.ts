/**
 * The session with the server: access token in memory, refresh token in an HttpOnly cookie that no script sees.
 * One refresh at a time, also across tabs: the cookie rotates, and using an old one twice would end the session. Sign-ins
 * and farewells take their turn with them.
 */
import type { Clock } from '../../../shared/kernel/clock.ts'
import {
  type Http,
  type HttpAnswer,
  type NoAnswer,
  problemCode,
  problemMember,
  type SetTimer,
} from '../../transport/http.ts'
import type { GivenStep, NextStep, PasskeyQuestion, Person, SignInFailure } from '../portal-session.ts'
import type { LockManagerLike } from './environment.ts'
import { inRefreshTurn, LONGEST_REFRESH_MS, PERSONS_PATIENCE_MS } from './refresh-turn.ts'

const AUTH = '/api/v1/portal/auth'
/** Refresh a little before the end, so that a request does not arrive with a token just expired. */
const MARGIN_MS = 30_000
/** Refusals of a refresh that only a new sign-in ends. */
const ENDED = new Set(['session_expired', 'not_authenticated', 'not_permitted'])
const LAST_PUSH_MS = 4 * 60_000

interface Granted {
  readonly accessToken: string
  /** Absent for staff, who have no replica. */
  readonly socketTicket?: string
  readonly expiresIn: number
  /** Of a sign-in. */
  readonly escrowTicket?: string
  readonly enrolling?: true
  readonly account: {
    readonly id: string
    readonly role: Person['role']
    readonly name: string
    readonly email: string
    readonly clientId?: string
  }
}

export type LoginResult =
  /** `enrolling`: the session is good for setting up a second factor, and for nothing else. */
  | { readonly ok: true; readonly person: Person; readonly enrolling: boolean }
  | { readonly ok: false; readonly reason: SignInFailure | 'device_revoked' }
  | {
      readonly ok: false
      readonly reason: 'one_more_factor'
      readonly step: NextStep
      readonly ticket: string
    }

/** `expired`: sign in again. `revoked`: this device is to be wiped. Both are the server's own words; the rest: try later. */
type NoGrant = 'expired' | 'revoked' | NoAnswer
export type TokenResult =
  | { readonly ok: true; readonly token: string; readonly ticket: string }
  | { readonly ok: false; readonly reason: NoGrant }

export interface ServerSession {
  login(input: { email: string; password: string; deviceId: string }): Promise<LoginResult>
  /** The second step, with the ticket of the first. */
  takeStep(input: GivenStep & { ticket: string; deviceId: string }): Promise<LoginResult>
  /** What to ask the browser for, to sign in with a passkey; null: no answer. */
  passkeyQuestion(): Promise<PasskeyQuestion | null>
  /** `answer`: of the passkey, as JSON. */
  loginByPasskey(input: { answer: string; deviceId: string }): Promise<LoginResult>
  /** A token that is good for some seconds at least; refreshes if need be. */
  token(): Promise<TokenResult>
  /** What the last sign-in brought, once. */
  escrowTicket(): string | null
  /** The server did not like the token: do not offer it again. */
  rejectToken(): void
  /**
   * For a device that was signed out; null where the server does not say that it was. `deviceId`: which; absent: as which
   * what is open here signed in. What another device in this browser was given is not its.
   */
  lastPushToken(deviceId?: string): Promise<string | null | 'no answer'>
  /** Who the refresh cookie belongs to, if there is a good one. */
  resume(): Promise<{ person: Person; enrolling: boolean } | NoGrant>
  /**
   * True where the server has answered. Its answer takes the cookie away: a sign-in waits for one that is on its way.
   * `deviceId`: who left; the session of another one goes on. Absent: whoever's session it is.
   */
  logout(deviceId?: string): Promise<boolean>
  forget(): void
}

export function createServerSession(deps: {
  http: Http
  clock: Clock
  deviceName: string
  /** When somebody touched the app last, in any tab; ms. */
  lastActive: () => number | undefined
  setTimer: SetTimer
  locks?: LockManagerLike | undefined
  isOnline?: (() => boolean) | undefined
  /** As which device what is open here signed in; undefined: nothing is. */
  deviceId?: () => string | undefined | Promise<string | undefined>
  /** Whose session it is, each time the server says so. */
  onPerson?: (person: Person) => void
}): ServerSession {
  const { http, clock, locks } = deps
  /** In one browser several people may have signed in: `device` says which of them a token is. */
  let token: { device: string | undefined; value: string; ticket: string; goodUntil: number } | null = null
  let refreshing: { device: string | undefined; asked: Promise<Granted | NoGrant> } | null = null

  let lastPush: { device: string | undefined; value: string; goodUntil: number } | null = null
  const keepLastPush = (answer: HttpAnswer, device: string | undefined) => {
    const value = problemMember(answer, 'lastPush')
    if (value !== null) lastPush = { device, value, goodUntil: clock.now() + LAST_PUSH_MS }
  }

  let escrowTicket: string | null = null
  const keep = (granted: Granted, device: string | undefined): Granted => {
    escrowTicket = granted.escrowTicket ?? escrowTicket
    token = {
      device,
      value: granted.accessToken,
      ticket: granted.socketTicket ?? '',
      goodUntil: clock.now() + granted.expiresIn * 1000 - MARGIN_MS,
    }
    deps.onPerson?.(personOf(granted))
    return granted
  }

  const refreshOnce = async (device: string | undefined): Promise<Granted | NoGrant> => {
    const ask = () => {
      const touched = deps.lastActive()
      // How long ago, not when: no server knows this device's clock.
      const idle =
        touched === undefined ? {} : { idle: Math.max(0, Math.floor((clock.now() - touched) / 1000)) }
      const body = { ...idle, ...(device !== undefined && { device }) }
      return http({ method: 'POST', path: `${AUTH}/refresh-token`, body, longestMs: LONGEST_REFRESH_MS })
    }
    const answer = await inRefreshTurn(locks, deps.setTimer, ask)
    if (isGrant(answer.body)) return keep(answer.body, device)
    keepLastPush(answer, device)
    const code = problemCode(answer)
    if (code === 'device_revoked') return 'revoked'
    if (code !== null && ENDED.has(code)) return 'expired'
    if (code === 'unavailable' || code === 'internal') return 'unavailable'
    return answer.why ?? (answer.status >= 500 ? 'gateway' : 'silent')
  }
  const refreshAs = (device: string | undefined) => {
    if (refreshing !== null && refreshing.device === device) return refreshing.asked
    const asked = refreshOnce(device).finally(() => {
      if (refreshing?.asked === asked) refreshing = null
    })
    refreshing = { device, asked }
    return asked
  }
  /** Takes its turn at once where it is known who asks. */
  const refresh = () => {
    const device = deps.deviceId?.()
    return device instanceof Promise ? device.then(refreshAs) : refreshAs(device)
  }

  /** Somebody waits for the answer, or for what comes after it. */
  const askInTurn = (path: string, body?: unknown): Promise<HttpAnswer> => {
    const ask = () => http({ method: 'POST', path: `${AUTH}/${path}`, ...(body !== undefined && { body }) })
    return inRefreshTurn(locks, deps.setTimer, ask, PERSONS_PATIENCE_MS)
  }

  let leaving: Promise<boolean> | null = null
  const logout = async (device: string | undefined): Promise<boolean> => {
    const { status } = await askInTurn('logout', device === undefined ? undefined : { device })
    return status > 0 && status < 500 && status !== 429
  }

  const enter = async (path: string, deviceId: string, given: object): Promise<LoginResult> => {
    await leaving
    const device = { id: deviceId, name: deps.deviceName }
    const answer = await askInTurn(path, { ...given, device })
    if (isGrant(answer.body)) {
      const granted = keep(answer.body, deviceId)
      return { ok: true, person: personOf(granted), enrolling: granted.enrolling === true }
    }
    const step = nextStepOf(answer.body)
    if (step !== null) return { ok: false, reason: 'one_more_factor', ...step }
    keepLastPush(answer, deviceId)
    return { ok: false, reason: loginFailure(answer, deps.isOnline?.() ?? true) }
  }

  return {
    login: ({ deviceId, ...credentials }) => enter('login', deviceId, credentials),
    takeStep: ({ deviceId, ticket, kind, value, remember }) =>
      enter('second-step', deviceId, { ticket, factor: { kind, value }, remember }),
    loginByPasskey: ({ deviceId, answer }) => enter('passkey', deviceId, { answer: JSON.parse(answer) }),
    async passkeyQuestion() {
      const { status, body } = await http({ method: 'POST', path: `${AUTH}/passkey/options` })
      return status === 200 ? (body as PasskeyQuestion) : null
    },
    async token() {
      const asks = deps.deviceId?.()
      const device = asks instanceof Promise ? await asks : asks
      const isOwn = token !== null && (device === undefined || (token.device ?? device) === device)
      if (token !== null && isOwn && token.goodUntil > clock.now())
        return { ok: true, token: token.value, ticket: token.ticket }
      const granted = await refresh()
      if (typeof granted === 'string') return { ok: false, reason: granted }
      return { ok: true, token: granted.accessToken, ticket: granted.socketTicket ?? '' }
    },
    escrowTicket() {
      const ticket = escrowTicket
      escrowTicket = null
      return ticket
    },
    rejectToken() {
      token = null
    },
    async lastPushToken(deviceId) {
      const device = deviceId ?? (await deps.deviceId?.())
      const isOf = (of: string | undefined) => device === undefined || (of ?? device) === device
      const isGood = () => lastPush !== null && isOf(lastPush.device) && lastPush.goodUntil > clock.now()
      if (!isGood()) {
        const granted = await refreshAs(device)
        if (typeof granted === 'string' && granted !== 'expired' && granted !== 'revoked') return 'no answer'
      }
      return isGood() ? (lastPush?.value ?? null) : null
    },
    async resume() {
      const granted = await refresh()
      return typeof granted === 'string'
        ? granted
        : { person: personOf(granted), enrolling: granted.enrolling === true }
    },
    logout(deviceId) {
      if (deviceId === undefined || token?.device === deviceId) token = null
      leaving ??= logout(deviceId).finally(() => {
        leaving = null
      })
      return leaving
    },
    forget() {
      token = null
      escrowTicket = null
    },
  }
}

const personOf = ({ account }: Granted): Person => ({
  accountId: account.id,
  role: account.role,
  name: account.name,
  email: account.email,
  ...(account.clientId !== undefined && { clientId: account.clientId }),
})

/** Whatever else says 200 is no sign-in. */
const isGrant = (body: unknown): body is Granted => {
  if (typeof body !== 'object' || body === null) return false
  const { accessToken, expiresIn, account } = body as Partial<Granted>
  return typeof accessToken === 'string' && typeof expiresIn === 'number' && typeof account?.id === 'string'
}

/** The password was right, and is not enough. */
function nextStepOf(body: unknown): { readonly step: NextStep; readonly ticket: string } | null {
  const needed: unknown =
    typeof body === 'object' && body !== null ? Reflect.get(body, 'oneMoreFactor') : undefined
  if (typeof needed !== 'object' || needed === null) return null
  const { ticket, factors, passkey } = needed as NextStep & { readonly ticket: unknown }
  if (typeof ticket !== 'string' || !Array.isArray(factors)) return null
  return { ticket, step: { factors, ...(passkey !== undefined && { passkey }) } }
}

function loginFailure(answer: HttpAnswer, isOnline: boolean): SignInFailure | 'device_revoked' {
  if (answer.why === 'captive') return 'captive'
  if (answer.status === 0) return isOnline ? 'unavailable' : 'offline'
  const code = problemCode(answer)
  if (code === 'account_locked' || code === 'device_revoked' || code === 'wrong_factor') return code
  if (code === 'wrong_code') return 'step_ended'
  if (answer.status === 401) return 'wrong_credentials'
  return answer.status === 429 ? 'backed_off' : 'unavailable'
}
