/**
 * What the clinic is told when somebody leaves this device: that they signed out, or that everything was removed here as it
 * asked. The page, and its worker with it, goes at the same moment, so that it is noted on the device first, and told again
 * at each start and now and then until the clinic has answered. Nobody waits for it: the replica is gone already.
 * SPEC: client/replica/SPEC.md, R59.
 */
import type { KeyRing } from '../../keys/key-ring.ts'
import { reportWiped } from './last-push.ts'
import type { WorkerSession } from './worker-session.ts'

const AGAIN_MS = 30_000

/** `deviceId`: as whom they were signed in, if that is known; a session that somebody else began meanwhile goes on. */
export async function sayFarewell(session: WorkerSession, deviceId: string | undefined): Promise<void> {
  await (await session.ring()).setLeaving(deviceId ?? '')
  void tellFarewells(session)
}

export async function sayWiped(
  session: WorkerSession,
  wiped: { readonly client: string; readonly deviceId: string },
): Promise<void> {
  await (await session.ring()).setWiped(wiped)
  void tellFarewells(session)
}

/** What is due. */
export async function tellFarewells(session: WorkerSession): Promise<void> {
  await Promise.all([untilTold(session, tellLeaving), untilTold(session, tellWiped)])
}

/** `tell`: false where the clinic has not answered. */
async function untilTold(
  session: WorkerSession,
  tell: (session: WorkerSession, ring: KeyRing) => Promise<boolean>,
): Promise<void> {
  try {
    if (await tell(session, await session.ring())) return
    session.environment.setTimer(() => void untilTold(session, tell), AGAIN_MS)
  } catch {
    // The key ring is closed or cannot be read: the note stays for the next start.
  }
}

async function tellLeaving({ server }: WorkerSession, ring: KeyRing): Promise<boolean> {
  const leaving = await ring.leaving()
  if (leaving === undefined) return true
  if (!(await server.logout(leaving || undefined))) return false
  // Somebody else may have left while this was on its way.
  if ((await ring.leaving()) === leaving) await ring.setLeaving(undefined)
  return true
}

async function tellWiped({ http, server }: WorkerSession, ring: KeyRing): Promise<boolean> {
  const wiped = await ring.wiped()
  if (wiped === undefined) return true
  const { client, ...asDevice } = wiped
  if (!(await reportWiped(client, { http, server, ...asDevice }))) return false
  await ring.setWiped(undefined)
  return true
}
