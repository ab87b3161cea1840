/** The slots of the replica that is open: more ways to open it with no network. */
import { addPasskeySlot, removePasskeySlot } from '../../keys/change-slots.ts'
import type { PasskeyOutput } from '../../keys/passkey-slots.ts'
import type { WorkerSession } from './worker-session.ts'

export async function addPasskey(session: WorkerSession, output: PasskeyOutput): Promise<boolean> {
  const { account, openedKey } = session
  if (account === null || openedKey === null) return false
  await addPasskeySlot(await session.ring(), account.entry, openedKey, output, session.environment.random)
  return true
}

export async function removePasskey(session: WorkerSession, credentialId: string): Promise<boolean> {
  if (session.account === null) return false
  await removePasskeySlot(await session.ring(), session.account.entry, credentialId)
  return true
}
