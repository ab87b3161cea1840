/**
 * Locking, signing out and being wiped, by this tab or told by another one. Locking loses nothing; destroying begins
 * with the key, and what was not sent is handed in or asked about first. SPEC: client/replica/SPEC.md, R19 and R20.
 */
import type { GrantTold } from '../../../shared/protocol/messages.ts'
import type { PortalSession } from '../portal-session.ts'
import { countTyped } from './carry-over.ts'
import { countUnsentOf, destroyReplica } from './destroy.ts'
import { sayFarewell, sayWiped } from './farewell.ts'
import { handIn, handInEnded } from './last-push.ts'
import type { OpenAccount } from './open-account.ts'
import type { OpenedReplica } from './opened-replica.ts'
import { ReplicaClosed } from './store-core.ts'
import type { TabMessage } from './tab-channel.ts'
import type { WorkerSession } from './worker-session.ts'

const HAND_IN_AGAIN_MS = 30_000

export async function lockNow(
  session: WorkerSession,
  reason: 'idle' | 'user' | 'lease_ended',
): Promise<void> {
  if (session.view.state === 'staff') return leaveStaff(session, reason)
  if (session.account === null) return
  for (const replica of session.account.all) replica.say({ say: 'lock', reason })
  await session.close()
  await session.showLocked(reason)
}

/** Staff have no replica that could be locked: they are signed out. */
async function leaveStaff(
  session: WorkerSession,
  lockReason: 'idle' | 'user' | 'lease_ended',
): Promise<void> {
  const ring = await session.ring()
  const deviceId = await ring.staffDevice()
  await ring.setStaffDevice(null)
  await sayFarewell(session, deviceId)
  session.show({ state: 'empty', person: null, lockReason })
}

export async function signOut(
  session: WorkerSession,
  force: boolean,
): Promise<Awaited<ReturnType<PortalSession['signOut']>>> {
  const { environment } = session
  const ring = await session.ring()
  // A locked replica can be removed as well: how much it holds unsent is readable without its key.
  const entry = session.account?.entry ?? (session.view.state === 'staff' ? undefined : await ring.current())
  if (entry !== undefined) {
    const unsent =
      (await countUnsentOf(entry, environment)) + (await countWritten(session.account?.all ?? []))
    if (unsent > 0 && !force) return { ok: false, unsent }
    const everything = (await ring.get(entry.id)) ?? entry
    await ring.remove(entry.id)
    for (const replica of session.account?.all ?? [])
      replica.say({ say: 'gone', reason: 'signed-out-elsewhere' })
    await session.closeReplica()
    await destroyReplica(ring, everything, environment)
  }
  const deviceId = entry?.deviceId ?? (await ring.staffDevice())
  await ring.setStaffDevice(null)
  await sayFarewell(session, deviceId)
  session.show({ state: 'empty', person: null })
  return { ok: true }
}

/** Only where the replica is open: it is sealed. */
async function countWritten(replicas: readonly OpenedReplica[]): Promise<number> {
  const counts = await Promise.all(replicas.map(countTyped))
  return counts.reduce((sum, count) => sum + count, 0)
}

/** The server took this device, or its access, away. */
export async function wipe(
  session: WorkerSession,
  replica: OpenedReplica,
  what: 'device' | 'access',
): Promise<void> {
  const { account, environment } = session
  if (account === null || !account.all.includes(replica)) return
  const { entry } = replica
  const isOthers = replica.client !== entry.clientId
  if (what === 'access' && isOthers) {
    await account.end(replica.client)
    if (!account.all.includes(replica)) return
    if (await handInEnded(replica.store, replica.client, session).catch(notNow))
      return account.drop(replica.client)
    // Off the screen, sealed, and tried again: nothing that was typed goes before somebody has taken it.
    const again = () => void session.inTurn(() => wipe(session, replica, 'access'))
    environment.setTimer(again, HAND_IN_AGAIN_MS)
    return
  }
  // Unsent and nobody to take it, or no room to note what leaves: kept, closed, for the next contact.
  if (what === 'device' && !(await handInAll(session, account))) return lockNow(session, 'user')
  const all = account.all
  const ring = await session.ring()
  const everything = (await ring.get(entry.id)) ?? entry
  await ring.remove(entry.id)
  await replica.reportWiped()
  for (const each of all) each.say({ say: 'gone', reason: 'wiped' })
  await session.close()
  await destroyReplica(ring, everything, environment)
  if (what === 'device') await sayWiped(session, { client: replica.client, deviceId: entry.deviceId })
  session.show({ state: 'empty', person: null, lockReason: 'wiped' })
}

/** Records that nobody has opened yet as well. False: something is left that can be handed in later. */
async function handInAll({ http, server }: WorkerSession, account: OpenAccount): Promise<boolean> {
  const isAllOpen = await account.openUnsent()
  const deps = { http, server, deviceId: account.entry.deviceId }
  for (const { store, client } of account.all)
    if (!(await handIn(store, client, deps).catch(notNow))) return false
  return isAllOpen
}

/** Nothing here is unsent. */
export async function renewNarrowed(
  session: WorkerSession,
  replica: OpenedReplica,
  { scopes }: GrantTold,
): Promise<void> {
  const { account } = session
  if (account?.all.includes(replica)) await account.renew(replica.client, scopes)
}

export async function toldByTab(
  session: WorkerSession,
  replica: OpenedReplica,
  message: TabMessage,
): Promise<void> {
  const { account } = session
  if (account === null || !account.all.includes(replica)) return
  if (message.say === 'active') session.idle.active()
  else if (message.say === 'left')
    await session.inTurn(() => account.dropped(replica.client, message.renewed))
  else if (message.say === 'lock' || message.say === 'gone')
    await session.inTurn(async () => {
      await session.close()
      if (message.say === 'lock') await session.showLocked(message.reason)
      else session.show({ state: 'empty', person: null, lockReason: message.reason })
    })
}

const notNow = (error: unknown): false => {
  if (!(error instanceof ReplicaClosed)) console.error('what was not sent could not be handed in', error)
  return false
}
