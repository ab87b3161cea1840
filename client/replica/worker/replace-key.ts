/**
 * Another data key, at the moment when something has just opened the replica and before anything reads it. Tabs that are
 * open have the key of before: they are locked first, and what they still seal opens all the same. SPEC: R50.
 */
import { replaceAtNextUnlock } from '../../keys/change-slots.ts'
import { canRotate, rotateKey } from '../../keys/rotate-key.ts'
import type { Unlocked } from '../../keys/unlock.ts'
import { openTabChannel } from './tab-channel.ts'
import type { WorkerSession } from './worker-session.ts'

type Opened = Extract<Unlocked, { readonly ok: true }>

/** Where it is due, and can be done: with the password, or where none opens it any more. Nothing is lost where it fails. */
export const replaceIfDue = (
  session: WorkerSession,
  opened: Opened,
  password: string | undefined,
): Promise<Opened> =>
  opened.entry.rotates === true ? replaceKey(session, opened, password) : Promise.resolve(opened)

export async function replaceKey(
  session: WorkerSession,
  opened: Opened,
  password: string | undefined,
): Promise<Opened> {
  const { entry, key } = opened
  const ring = await session.ring()
  const { openChannel, random } = session.environment
  if (canRotate(entry, password)) {
    for (const { databaseName } of [entry, ...(entry.records ?? [])]) {
      const tabs = openTabChannel(openChannel, databaseName, () => {})
      tabs.say({ say: 'lock', reason: 'user' })
      tabs.close()
    }
    const secrets = { password, deviceKey: await session.thumbprint() }
    const next = await rotateKey(ring, entry, key, secrets, random)
    if (next !== undefined) return { ok: true, ...next }
  }
  await replaceAtNextUnlock(ring, entry)
  return opened
}
