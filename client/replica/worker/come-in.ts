/**
 * Somebody has just signed in at the server, in whichever way: the replica of theirs on this device is opened, or made.
 * SPEC: client/replica/SPEC.md, R18 and R40.
 */
import { changeSlot } from '../../keys/change-slots.ts'
import type { RingEntry } from '../../keys/key-ring.ts'
import { openedBy, type Unlocked, unlockEntry } from '../../keys/unlock.ts'
import type { Person, PortalSession } from '../portal-session.ts'
import { askForKey } from './escrow.ts'
import { learnRecords, lookForRecords } from './look-for-records.ts'
import { makeReplica } from './make-replica.ts'
import type { Credentials, WorkerSession } from './worker-session.ts'

type SignInAnswer = Awaited<ReturnType<PortalSession['signIn']>>

export interface Entrance extends Credentials {
  readonly person: Person
  /** Under which the session was opened. */
  readonly deviceId: string
  /** What is here of this person. */
  readonly known: RingEntry | undefined
}

export async function comeIn(
  session: WorkerSession,
  { person, email, password, deviceId, known }: Entrance,
): Promise<SignInAnswer> {
  const { server, account, openedKey } = session
  const { clock, random } = session.environment
  const ring = await session.ring()
  if (person.role !== 'client' && person.role !== 'proxy') {
    await session.closeReplica()
    await ring.setStaffDevice({ email, deviceId })
    session.show({ state: 'staff', person })
    return { ok: true, person }
  }
  if (account !== null && openedKey !== null && account.entry.id === known?.id) {
    await changeSlot(ring, known, openedKey, password, random)
    for (const replica of account.all) replica.nudge()
    return { ok: true, person }
  }
  await session.closeReplica()
  const local = known && (await openKnown(session, known, password))
  if (local === 'unavailable') return { ok: false, reason: 'unavailable' }
  if (local?.ok) {
    await session.lease.renew(local.entry, local.key)
    await session.open(local.entry, local.key, person)
  } else {
    const ids = { accountId: person.accountId, clientId: person.clientId ?? '' }
    const deps = { ring, server, random, now: clock.now() }
    const taken = known !== undefined
    const made = await makeReplica(deps, { email, password }, ids, { deviceId, taken })
    if (!made.ok) return made
    await session.lease.renew(made.entry, made.key)
    await session.open(made.entry, made.key, person)
  }
  // Who has no record of their own has nothing to look at before the clinic says what there is.
  if (person.clientId === undefined) await learnRecords(session)
  else void lookForRecords(session).catch(() => {})
  return { ok: true, person }
}

/** With the password, or where it was changed elsewhere with what the server keeps in trust: it opens this from now on. */
async function openKnown(
  session: WorkerSession,
  known: RingEntry,
  password: string,
): Promise<Unlocked | 'unavailable'> {
  const { clock, random } = session.environment
  const ring = await session.ring()
  const local = await unlockEntry(ring, { ...known, retryAt: 0 }, password, clock.now(), random)
  if (local.ok) return local
  const raw = await askForKey(session, known)
  if (raw === 'unavailable') return raw
  if (raw === null) return local
  const opened = await openedBy(ring, known, raw, clock.now(), random)
  if (opened.ok) await changeSlot(ring, opened.entry, opened.key, password, random)
  return opened
}
