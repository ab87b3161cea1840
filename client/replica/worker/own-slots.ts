/** The slots of the replica that is open: more ways to open it with no network. */
import { addPasskeySlot, removePasskeySlot } from '../../keys/change-slots.ts'
import type { PasskeyOutput } from '../../keys/passkey-slots.ts'
import type { WorkerSession } from './worker-session.ts'

export async function addPasskey(session: WorkerSession, output: PasskeyOutput): Promise<boolean> {
  const { opened, openedKey } = session
  if (opened === null || openedKey === null) return false
  await addPasskeySlot(await session.ring(), opened.entry, openedKey, output, session.environment.random)
  return true
}

export async function removePasskey(session: WorkerSession, credentialId: string): Promise<boolean> {
  if (session.opened === null) return false
  await removePasskeySlot(await session.ring(), session.opened.entry, credentialId)
  return true
}
