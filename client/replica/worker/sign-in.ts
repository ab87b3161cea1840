/**
 * Signing in and unlocking. Unlocking needs no network: the local slot knows the password as well as the server does,
 * and the server is asked afterwards, in the background. SPEC: client/replica/SPEC.md, R18.
 */
import { changeSlot } from '../../keys/change-slots.ts'
import type { KeyRing, RingEntry } from '../../keys/key-ring.ts'
import type { PasskeyOutput } from '../../keys/passkey-slots.ts'
import { uuid } from '../../keys/random-id.ts'
import { type Unlocked, unlockEntry, unlockWithPasskey } from '../../keys/unlock.ts'
import type { PortalSession, SignInFailure } from '../portal-session.ts'
import { wipeClosed } from './last-push.ts'
import { wipe } from './leave-device.ts'
import { makeReplica } from './make-replica.ts'
import type { OpenedReplica } from './opened-replica.ts'
import type { Credentials, WorkerSession } from './worker-session.ts'

type SignInAnswer = Awaited<ReturnType<PortalSession['signIn']>>
type UnlockAnswer = Awaited<ReturnType<PortalSession['unlock']>>

export async function signIn(
  session: WorkerSession,
  { email, password }: Credentials,
): Promise<SignInAnswer> {
  const { server, environment } = session
  const { clock, random } = environment
  const ring = await session.ring()
  const known = await ring.findByEmail(email)
  const deviceId = known?.deviceId ?? (await ring.staffDevice(email)) ?? uuid(random)
  const result = await server.login({ email, password, deviceId })
  if (!result.ok) return notSignedIn(session, ring, known, result.reason, { email, password })
  const { person } = result
  if (person.role !== 'client' || person.clientId === undefined) {
    await session.closeReplica()
    await ring.setStaffDevice({ email, deviceId })
    session.show({ state: 'staff', person })
    return { ok: true, person }
  }
  const { opened, openedKey } = session
  if (opened !== null && openedKey !== null && opened.entry.id === known?.id) {
    await changeSlot(ring, known, openedKey, password, random)
    opened.nudge()
    return { ok: true, person }
  }
  await session.closeReplica()
  const local = known && (await unlockEntry(ring, { ...known, retryAt: 0 }, password, clock.now(), random))
  if (local?.ok) await session.open(local.entry, local.key, person)
  else {
    const ids = { accountId: person.accountId, clientId: person.clientId }
    const made = await makeReplica({ ring, server, random, now: clock.now() }, { email, password }, ids, {
      deviceId,
      taken: known !== undefined,
    })
    if (!made.ok) return made
    await session.open(made.entry, made.key, person)
  }
  return { ok: true, person }
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
    const gone = !known || (await wipeClosed(ring, known, credentials.password, environment, session))
    return { ok: false, reason: gone ? 'wrong_credentials' : 'unavailable' }
  }
  // No network: the local slot knows this password as well as the server does.
  const cutOff = reason === 'offline' || reason === 'unavailable' || reason === 'captive'
  if (known && cutOff) return unlockWith(session, ring, known, credentials.password, credentials)
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
  known?: Credentials,
): Promise<UnlockAnswer> {
  const { clock, random } = session.environment
  const answer = await openLocal(session, await unlockEntry(ring, entry, password, clock.now(), random))
  if (answer.ok) session.credentials = known ?? { email: answer.person.email, password }
  return answer
}

/** The same with a passkey. The session with the server is refreshed, or waits for a sign-in. */
export async function unlockByPasskey(session: WorkerSession, output: PasskeyOutput): Promise<UnlockAnswer> {
  const { clock, random } = session.environment
  const ring = await session.ring()
  const entry = await ring.current()
  if (entry === undefined) return { ok: false, reason: 'wrong_credentials' }
  return openLocal(session, await unlockWithPasskey(ring, entry, output, clock.now(), random))
}

async function openLocal(session: WorkerSession, local: Unlocked): Promise<UnlockAnswer> {
  if (!local.ok) return local
  await session.close()
  return { ok: true, person: await session.open(local.entry, local.key) }
}

/** In the background: the session ended or never began, and the password of the unlock may still be at hand. */
export async function signInAgain(session: WorkerSession, replica: OpenedReplica): Promise<void> {
  const used = session.credentials
  if (used === null || session.opened !== replica) return
  const result = await session.server.login({ ...used, deviceId: replica.entry.deviceId })
  if (session.opened !== replica) return
  if (result.ok) {
    session.credentials = null
    replica.nudge()
  } else if (result.reason === 'wrong_credentials') session.credentials = null
  else if (result.reason === 'device_revoked') await session.inTurn(() => wipe(session, replica, 'device'))
}
