/**
 * Tells the clinic that whoever was signed in here has left. The page, and its worker with it, goes at the same moment,
 * so that it is noted on the device first, and told again at each start and now and then until the clinic has answered.
 * Nobody waits for it: the replica is gone already. It says which device left, so that it ends no session of somebody who
 * signed in meanwhile, in this tab or another. SPEC: client/replica/SPEC.md, R59.
 */
import { reportWiped } from './last-push.ts'
import type { WorkerSession } from './worker-session.ts'

const AGAIN_MS = 30_000

/** `deviceId`: as whom they were signed in, if that is known. */
export async function sayFarewell(session: WorkerSession, deviceId: string | undefined): Promise<void> {
  await (await session.ring()).setLeaving(deviceId ?? '')
  void tellFarewell(session)
}

/** Where one is due. */
export async function tellFarewell(session: WorkerSession): Promise<void> {
  try {
    const ring = await session.ring()
    const leaving = await ring.leaving()
    if (leaving === undefined) return
    if (!(await session.server.logout(leaving || undefined)))
      return void session.environment.setTimer(() => void tellFarewell(session), AGAIN_MS)
    // Somebody else may have left while this was on its way.
    if ((await ring.leaving()) === leaving) await ring.setLeaving(undefined)
  } catch {
    // The key ring is closed or cannot be read: the note stays for the next start.
  }
}

/** That everything is gone from a device that was to be emptied: noted by whoever emptied it, for the page leaves then too. */
export async function tellWiped(session: WorkerSession): Promise<void> {
  try {
    const ring = await session.ring()
    const client = await ring.wiped()
    if (client === undefined) return
    if (await reportWiped(client, session)) return await ring.setWiped(undefined)
    session.environment.setTimer(() => void tellWiped(session), AGAIN_MS)
  } catch {
    // As above.
  }
}
