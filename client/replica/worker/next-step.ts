/**
 * What follows the first step of signing in: a second factor, one that has to be set up, a password beside a passkey.
 * What is known of the person waits here, in the worker; the page carries codes and answers. SPEC: factors/SPEC.md of the server.
 */
import type { RingEntry } from '../../keys/key-ring.ts'
import { uuid } from '../../keys/random-id.ts'
import type { GivenStep, SignInAnswer, SignInFailure, UsedPasskey } from '../portal-session.ts'
import { requestAuthorized } from './authorized-request.ts'
import { comeIn } from './come-in.ts'
import type { OpenedReplica } from './opened-replica.ts'
import type { LoginResult } from './server-session.ts'
import type { Entering, WorkerSession } from './worker-session.ts'

/** Somebody tried to sign in; `entering`: what comes in with them. */
export async function goFurther(
  session: WorkerSession,
  result: LoginResult,
  entering: Entering,
): Promise<SignInAnswer> {
  if (result.ok) {
    const { person } = result
    await (await session.ring()).setLeaving(undefined)
    const own = await takeAlong(session, entering, person.accountId)
    if (own !== undefined) {
      // Under the device id of what is here: its numbers go on.
      await session.server.logout()
      const { email, password = '' } = entering
      const { deviceId } = own
      const again = await session.server.login({ email, password, deviceId })
      return goFurther(session, again, { ...entering, deviceId, known: own })
    }
    if (result.enrolling) {
      session.entering = { ...entering, person }
      return { ok: false, reason: 'set_up_needed', person }
    }
    session.entering = null
    return comeIn(session, { ...entering, person })
  }
  if (result.reason === 'one_more_factor') {
    session.entering = { ...entering, ticket: result.ticket }
    return { ok: false, reason: 'one_more_factor', step: result.step }
  }
  // It is wiped at its next sign-in with the password, or at the next contact of what is open.
  return failed(result.reason === 'device_revoked' ? 'wrong_credentials' : result.reason)
}

/** The address was changed elsewhere: what lies here under the old one is this person's. */
async function takeAlong(
  session: WorkerSession,
  { email, password, known, beside }: Entering,
  accountId: string,
): Promise<RingEntry | undefined> {
  if (known !== undefined || beside || password === undefined) return undefined
  const ring = await session.ring()
  const entry = await ring.findByAccount(accountId)
  if (entry === undefined) return undefined
  const emailHash = await ring.hashEmail(email)
  return ring.update(entry.id, (current) => ({ ...current, emailHash }))
}

const failed = (reason: SignInFailure): SignInAnswer => ({ ok: false, reason })

export async function takeStep(session: WorkerSession, given: GivenStep): Promise<SignInAnswer> {
  const { entering } = session
  if (entering?.ticket === undefined) return failed('step_ended')
  const { ticket, deviceId } = entering
  const answer = await goFurther(
    session,
    await session.server.takeStep({ ...given, ticket, deviceId }),
    entering,
  )
  if (!answer.ok && answer.reason === 'step_ended') session.entering = null
  return answer
}

/** A second factor was set up: the session with the clinic is whole. */
export async function goOn(session: WorkerSession): Promise<SignInAnswer> {
  const { entering, server } = session
  if (entering === null) return failed('step_ended')
  server.rejectToken()
  const resumed = await server.resume()
  if (typeof resumed === 'string') return failed(resumed === 'expired' ? 'step_ended' : 'unavailable')
  return goFurther(session, { ok: true, ...resumed }, entering)
}

/** With a passkey alone: the account is known by what the clinic answers. */
export async function signInByPasskey(
  session: WorkerSession,
  { answer, output }: UsedPasskey,
): Promise<SignInAnswer> {
  const ring = await session.ring()
  const current = await ring.current()
  const opens = ({ passkeySlots = [] }: RingEntry) =>
    passkeySlots.some(({ credentialId }) => credentialId === output?.credentialId)
  // What is open stays what it is: the clinic says whether it is this person's.
  const own = session.opened?.entry ?? (current && opens(current) ? current : undefined)
  const deviceId = own?.deviceId ?? uuid(session.environment.random)
  const result = await session.server.loginByPasskey({ answer, deviceId })
  const email = result.ok ? result.person.email : ''
  const known = own ?? (result.ok ? await ring.findByEmail(email) : undefined)
  return goFurther(session, result, { email, passkey: output, deviceId, known })
}

/** The passkey let them in and keeps no key of this device: the password does, once the clinic has said that it is right. */
export async function finishByPassword(session: WorkerSession, password: string): Promise<SignInAnswer> {
  const { entering, server, http } = session
  const person = entering?.person
  if (entering === null || person === undefined) return failed('step_ended')
  const path = '/api/v1/portal/auth/confirm'
  const answer = await requestAuthorized(server, http, { method: 'POST', path, body: { password } })
  if (answer === 'expired') return failed('step_ended')
  if (answer.status !== 204) {
    if (answer.status === 0) return failed('unavailable')
    return failed(answer.status === 423 ? 'account_locked' : 'wrong_credentials')
  }
  session.entering = null
  return comeIn(session, { ...entering, person, password })
}

/** In the background: the session ended or never began, and what the unlock was done with may still be at hand. */
export async function signInAgain(
  session: WorkerSession,
  replica: OpenedReplica,
  onRevoked: () => Promise<void>,
): Promise<void> {
  const { credentials, passkeyAnswer, server } = session
  const { entry } = replica
  const { deviceId } = entry
  if (session.opened !== replica || (credentials === null && passkeyAnswer === null)) return
  const result =
    credentials === null
      ? await server.loginByPasskey({ answer: passkeyAnswer ?? '', deviceId })
      : await server.login({ ...credentials, deviceId })
  if (session.opened !== replica) return
  const email = credentials?.email ?? session.view.person?.email ?? ''
  const entering = { email, password: credentials?.password, deviceId, known: entry }
  const forget = () => {
    session.credentials = null
    session.passkeyAnswer = null
  }
  if (result.ok && !result.enrolling) {
    forget()
    for (const each of session.account?.all ?? []) each.nudge()
  } else if (result.ok) {
    forget()
    session.entering = { ...entering, person: result.person }
    session.show({ ...session.view, asks: 'set-up' })
  } else if (result.reason === 'one_more_factor') {
    forget()
    session.entering = { ...entering, ticket: result.ticket }
    session.show({ ...session.view, asks: result.step })
  } else if (result.reason === 'wrong_credentials') forget()
  else if (result.reason === 'device_revoked') await onRevoked()
}
