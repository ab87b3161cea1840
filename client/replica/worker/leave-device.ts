/**
 * Locking, signing out and being wiped, by this tab or told by another one. Locking loses nothing; destroying begins
 * with the key, and what was not sent is handed in or asked about first. SPEC: client/replica/SPEC.md, R19 and R20.
 */
import type { PortalSession } from '../portal-session.ts'
import { countUnsentOf, destroyReplica } from './destroy.ts'
import { handIn, reportWiped } from './last-push.ts'
import type { OpenedReplica } from './opened-replica.ts'
import type { TabMessage } from './tab-channel.ts'
import type { WorkerSession } from './worker-session.ts'

export async function lockNow(
  session: WorkerSession,
  reason: 'idle' | 'user' | 'lease_ended',
): Promise<void> {
  if (session.opened === null) return
  session.opened.say({ say: 'lock', reason })
  await session.close()
  await session.showLocked(reason)
}

export async function signOut(
  session: WorkerSession,
  force: boolean,
): Promise<Awaited<ReturnType<PortalSession['signOut']>>> {
  const { environment, server } = session
  const ring = await session.ring()
  // A locked replica can be removed as well: how much it holds unsent is readable without its key.
  const entry = session.opened?.entry ?? (session.view.state === 'staff' ? undefined : await ring.current())
  if (entry !== undefined) {
    const unsent = await countUnsentOf(entry, environment)
    if (unsent > 0 && !force) return { ok: false, unsent }
    await ring.remove(entry.id)
    session.opened?.say({ say: 'gone', reason: 'signed-out-elsewhere' })
    await session.closeReplica()
    await destroyReplica(ring, entry, environment)
  }
  await ring.setStaffDevice(null)
  // Not waited for: with no network the session ends by itself, and the replica is gone already.
  void server.logout()
  session.show({ state: 'empty', person: null })
  return { ok: true }
}

/** The server took this device, or its access, away. */
export async function wipe(
  session: WorkerSession,
  replica: OpenedReplica,
  what: 'device' | 'access',
): Promise<void> {
  if (session.opened !== replica) return
  const { environment } = session
  const { entry } = replica
  // Unsent and nobody to take it: kept, closed, for the next contact.
  if (what === 'device' && !(await handIn(replica.store, entry.clientId, session)))
    return lockNow(session, 'user')
  const ring = await session.ring()
  await ring.remove(entry.id)
  await replica.reportWiped()
  replica.say({ say: 'gone', reason: 'wiped' })
  await session.close()
  await destroyReplica(ring, entry, environment)
  session.show({ state: 'empty', person: null, lockReason: 'wiped' })
  if (what === 'device') await reportWiped(entry.clientId, session)
}

export async function toldByTab(
  session: WorkerSession,
  replica: OpenedReplica,
  message: TabMessage,
): Promise<void> {
  if (session.opened !== replica) return
  if (message.say === 'active') session.idle.active()
  else if (message.say === 'lock' || message.say === 'gone')
    await session.inTurn(async () => {
      await session.close()
      if (message.say === 'lock') await session.showLocked(message.reason)
      else session.show({ state: 'empty', person: null, lockReason: message.reason })
    })
}
