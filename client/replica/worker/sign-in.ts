/**
 * Signing in and unlocking. Unlocking needs no network: the local slot knows the password as well as the server does,
 * and the server is asked afterwards, in the background. SPEC: client/replica/SPEC.md, R18.
 */
import type { KeyRing, RingEntry } from '../../keys/key-ring.ts'
import type { PasskeyOutput } from '../../keys/passkey-slots.ts'
import { uuid } from '../../keys/random-id.ts'
import { type Unlocked, unlockEntry, unlockWithPasskey } from '../../keys/unlock.ts'
import type { SignInAnswer, SignInFailure, UnlockAnswer } from '../portal-session.ts'
import { readCard } from './account-card.ts'
import { wipeClosed } from './last-push.ts'
import { goFurther, signInByPasskey } from './next-step.ts'
import { readClosed } from './read-closed.ts'
import { replaceIfDue } from './replace-key.ts'
import type { Credentials, WorkerSession } from './worker-session.ts'

type Opened = Extract<Unlocked, { readonly ok: true }>

/** Not the clinic's word on who signs in. */
const CUT_OFF = new Set<string>(['offline', 'unavailable', 'captive'])

const FAILURE_BY_END = { gone: 'wrong_credentials', kept: 'unavailable', shut: 'not_handed_in' } as const

export async function signIn(
  session: WorkerSession,
  { email, password }: Credentials,
): Promise<SignInAnswer> {
  const ring = await session.ring()
  const known = await ring.findByEmail(email)
  const deviceId = known?.deviceId ?? (await ring.staffDevice(email)) ?? uuid(session.environment.random)
  const result = await session.server.login({ email, password, deviceId })
  const entering = { email, password, deviceId, known }
  if (!result.ok && result.reason !== 'one_more_factor')
    return notSignedIn(session, ring, known, result.reason, { email, password })
  return goFurther(session, result, entering)
}

async function notSignedIn(
  session: WorkerSession,
  ring: KeyRing,
  known: RingEntry | undefined,
  reason: SignInFailure | 'device_revoked',
  credentials: Credentials,
): Promise<SignInAnswer> {
  if (reason === 'device_revoked') {
    const { environment } = session
    const end =
      known === undefined ? 'gone' : await wipeClosed(ring, known, credentials.password, environment, session)
    return { ok: false, reason: FAILURE_BY_END[end] }
  }
  // No network: the local slot knows this password as well as the server does.
  if (known && CUT_OFF.has(reason)) return unlockWith(session, ring, known, credentials.password, credentials)
  return { ok: false, reason }
}

/** The replica that was used last on this device. */
export async function unlock(session: WorkerSession, password: string): Promise<UnlockAnswer> {
  const ring = await session.ring()
  const entry = await ring.current()
  if (entry === undefined) return { ok: false, reason: 'wrong_credentials' }
  return unlockWith(session, ring, entry, password)
}

async function unlockWith(
  session: WorkerSession,
  ring: KeyRing,
  entry: RingEntry,
  password: string,
  /** The clinic was asked with them and did not answer. */
  known?: Credentials,
): Promise<UnlockAnswer> {
  const { clock, random } = session.environment
  const unlocked = await unlockEntry(ring, entry, password, clock.now(), random)
  if (!unlocked.ok) return unlocked
  const local = await replaceIfDue(session, unlocked, password)
  const standing = await session.lease.check(local.entry, local.key)
  if (standing !== 'good')
    return known === undefined
      ? signInFirst(session, local, password, standing)
      : { ok: false, reason: standing }
  const answer = await openLocal(session, local)
  session.credentials = known ?? { email: answer.person.email, password }
  return answer
}

/** The lease is over, and the clinic was not asked yet. What is here stays as it is, whatever it says. */
async function signInFirst(
  session: WorkerSession,
  { entry, key }: Opened,
  password: string,
  standing: 'lease_ended' | 'clock_set_back',
): Promise<UnlockAnswer> {
  const person =
    (await readCard(entry, key))?.person ??
    (await readClosed(entry, key.data, session.environment, (store) => store.person()))
  if (person === undefined) return { ok: false, reason: standing }
  const answer = await signIn(session, { email: person.email, password })
  // It opens this device, so it was changed elsewhere.
  return !answer.ok && answer.reason === 'wrong_credentials' ? { ok: false, reason: standing } : answer
}

/** The same with a passkey. The session with the server is refreshed, or waits for a sign-in. */
export async function unlockByPasskey(
  session: WorkerSession,
  { answer, ...output }: PasskeyOutput & { readonly answer?: string },
): Promise<UnlockAnswer> {
  const { clock, random } = session.environment
  const ring = await session.ring()
  const entry = await ring.current()
  if (entry === undefined) return { ok: false, reason: 'wrong_credentials' }
  const unlocked = await unlockWithPasskey(ring, entry, output, clock.now(), random)
  if (!unlocked.ok) return unlocked
  const local = await replaceIfDue(session, unlocked, undefined)
  const standing = await session.lease.check(local.entry, local.key)
  if (standing !== 'good')
    // The lease is over: the clinic has to let this person in first.
    return answer === undefined
      ? { ok: false, reason: standing }
      : signInByPasskey(session, { answer, output }).catch(() => ({ ok: false, reason: standing }))
  const opened = await openLocal(session, local)
  session.passkeyAnswer = answer ?? null
  return opened
}

async function openLocal(session: WorkerSession, { entry, key }: Opened) {
  await session.close()
  return { ok: true as const, person: await session.open(entry, key) }
}
