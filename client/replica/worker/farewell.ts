/**
 * Tells the clinic that whoever was signed in here has left. The page, and its worker with it, goes at the same moment,
 * so that it is noted on the device first, and told again at each start and now and then until the clinic has answered.
 * Nobody waits for it: the replica is gone already. SPEC: client/replica/SPEC.md, R59.
 */
import type { WorkerSession } from './worker-session.ts'

const AGAIN_MS = 30_000

export async function sayFarewell(session: WorkerSession): Promise<void> {
  await (await session.ring()).setLeaving(true)
  void tellFarewell(session)
}

/** Where one is due, and nobody has signed in since. */
export async function tellFarewell(session: WorkerSession): Promise<void> {
  try {
    const ring = await session.ring()
    if (!(await ring.isLeaving())) return
    if (await session.server.logout()) return await ring.setLeaving(false)
    session.environment.setTimer(() => void tellFarewell(session), AGAIN_MS)
  } catch {
    // The key ring is closed or cannot be read: the note stays for the next start.
  }
}
