/**
 * A new replica for somebody who has just signed in: a first sign-in, or one whose password does not open the replica
 * that is here. That replica keeps its device id to itself: mutation numbers are counted per device, and two replicas
 * must never share them. SPEC: client/replica/SPEC.md, R3.
 */
import type { KeyRing, RingEntry } from '../../keys/key-ring.ts'
import { createEntry } from '../../keys/new-entry.ts'
import type { OpenKey } from '../../keys/open-key.ts'
import { uuid } from '../../keys/random-id.ts'
import type { NextStep, SignInFailure } from '../portal-session.ts'
import type { ServerSession } from './server-session.ts'
import type { Entering } from './worker-session.ts'

interface Deps {
  readonly ring: KeyRing
  readonly server: ServerSession
  readonly random: (length: number) => Uint8Array<ArrayBuffer>
  readonly now: number
}

type Made =
  | { readonly ok: true; readonly entry: RingEntry; readonly key: OpenKey }
  | { readonly ok: false; readonly reason: SignInFailure }
  | {
      readonly ok: false
      readonly reason: 'one_more_factor'
      readonly step: NextStep
      readonly ticket: string
      /** Under which it was asked. */
      readonly deviceId: string
    }

/** `taken`: the device id of this session belongs to another replica on this device. */
export async function makeReplica(
  { ring, server, random, now }: Deps,
  credentials: Pick<Entering, 'email' | 'password' | 'passkey'>,
  ids: { accountId: string; clientId: string },
  session: { deviceId: string; taken: boolean },
): Promise<Made> {
  let { deviceId } = session
  const { email, password } = credentials
  if (session.taken && password !== undefined) {
    await server.logout()
    deviceId = uuid(random)
    const again = await server.login({ email, password, deviceId })
    if (!again.ok) {
      if (again.reason === 'one_more_factor') return { ...again, deviceId }
      return { ok: false, reason: again.reason === 'device_revoked' ? 'unavailable' : again.reason }
    }
  }
  return { ok: true, ...(await createEntry(ring, { ...credentials, ...ids, deviceId }, random, now)) }
}
