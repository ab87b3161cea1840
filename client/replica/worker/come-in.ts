/**
 * Somebody has just signed in at the server, in whichever way: the replica of theirs on this device is opened, or made.
 * SPEC: client/replica/SPEC.md, R18, R40 and R48.
 */
import { addPasskeySlot, changeSlot } from '../../keys/change-slots.ts'
import type { RingEntry } from '../../keys/key-ring.ts'
import { type OpenKey, ownerOf } from '../../keys/open-key.ts'
import { openSlot } from '../../keys/slots.ts'
import { openedBy, type Unlocked, unlockEntry, unlockWithPasskey } from '../../keys/unlock.ts'
import type { Person, SignInAnswer } from '../portal-session.ts'
import { askForKey } from './escrow.ts'
import { learnRecords, lookForRecords } from './look-for-records.ts'
import { makeReplica } from './make-replica.ts'
import { replaceIfDue, replaceKey } from './replace-key.ts'
import type { Entering, WorkerSession } from './worker-session.ts'

export type Entrance = Entering & { readonly person: Person }
type Shown = Pick<Entering, 'password' | 'passkey'>

export async function comeIn(session: WorkerSession, entrance: Entrance): Promise<SignInAnswer> {
  const { person, email, deviceId, known } = entrance
  const { account, openedKey } = session
  const ring = await session.ring()
  if (person.role !== 'client' && person.role !== 'proxy') {
    await session.closeReplica()
    await ring.setStaffDevice({ email, deviceId })
    session.show({ state: 'staff', person })
    return { ok: true, person }
  }
  if (account !== null && openedKey !== null && account.entry.id === known?.id) {
    await keepSlots(session, known, openedKey, entrance)
    const { asks: _, ...view } = session.view
    session.show(view)
    for (const replica of account.all) replica.nudge()
    return { ok: true, person }
  }
  await session.closeReplica()
  const local = known && (await openKnown(session, known, entrance))
  if (local === 'unavailable') return { ok: false, reason: 'unavailable' }
  if (local?.ok) {
    await session.lease.renew(local.entry, local.key)
    await session.open(local.entry, local.key, person)
    await lookAround(session, person)
    return { ok: true, person }
  }
  return makeNew(session, entrance)
}

/** What opened the account opens this device from now on. */
async function keepSlots(
  session: WorkerSession,
  entry: RingEntry,
  key: OpenKey,
  { password, passkey }: Shown,
): Promise<void> {
  const { random } = session.environment
  const ring = await session.ring()
  if (password !== undefined && !(await opensWith(entry, password)))
    await changeSlot(ring, entry, key, password, random)
  if (passkey !== undefined) await addPasskeySlot(ring, entry, key, passkey, random)
}

async function opensWith(entry: RingEntry, password: string): Promise<boolean> {
  const raw = await openSlot(password, entry, ownerOf(entry))
  raw?.fill(0)
  return raw !== null
}

/** With what was shown, or with what the server keeps in trust: then what was shown opens this from now on. */
async function openKnown(
  session: WorkerSession,
  known: RingEntry,
  shown: Shown,
): Promise<Unlocked | 'unavailable' | undefined> {
  const { clock, random } = session.environment
  const ring = await session.ring()
  const local = await openBySlot(session, known, shown)
  if (local?.ok) return replaceIfDue(session, local, shown.password)
  const raw = await askForKey(session, known)
  if (raw === 'unavailable') return raw
  if (raw === null) return local
  const opened = await openedBy(ring, known, raw, clock.now(), random)
  if (!opened.ok) return opened
  // The server has seen this key: from now on another one seals.
  const { password } = shown
  const next = await replaceKey(session, opened, password)
  const isMade = password !== undefined && next.entry.keyId !== opened.entry.keyId
  await keepSlots(session, next.entry, next.key, isMade ? { passkey: shown.passkey } : shown)
  return next
}

async function openBySlot(
  session: WorkerSession,
  known: RingEntry,
  { password, passkey }: Shown,
): Promise<Unlocked | undefined> {
  const { clock, random } = session.environment
  const ring = await session.ring()
  if (password !== undefined)
    return unlockEntry(ring, { ...known, retryAt: 0 }, password, clock.now(), random)
  return passkey && unlockWithPasskey(ring, known, passkey, clock.now(), random)
}

async function makeNew(session: WorkerSession, entrance: Entrance): Promise<SignInAnswer> {
  const { person, email, password, passkey, deviceId, known } = entrance
  const { clock, random } = session.environment
  const ring = await session.ring()
  const deps = { ring, server: session.server, random, now: clock.now() }
  const ids = { accountId: person.accountId, clientId: person.clientId ?? '' }
  // A passkey without the extension keeps no key; and what is here already has another one's.
  if (password === undefined && (passkey === undefined || known !== undefined)) {
    session.entering = entrance
    return { ok: false, reason: 'password_needed', person }
  }
  const taken = known !== undefined
  const made = await makeReplica(deps, { email, password, passkey }, ids, { deviceId, taken })
  if (!made.ok) {
    if (made.reason !== 'one_more_factor') return made
    // Under a device id of its own, and to the clinic another device.
    const { step, ticket, deviceId: another } = made
    session.entering = { email, password, passkey, deviceId: another, known: undefined, beside: true, ticket }
    return { ok: false, reason: 'one_more_factor', step }
  }
  await session.lease.renew(made.entry, made.key)
  await session.open(made.entry, made.key, person)
  await lookAround(session, person)
  return { ok: true, person }
}

/** Who has no record of their own has nothing to look at before the clinic says what there is. */
async function lookAround(session: WorkerSession, person: Person): Promise<void> {
  if (person.clientId === undefined) await learnRecords(session)
  else void lookForRecords(session).catch(() => {})
}
