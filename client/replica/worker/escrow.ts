/**
 * The slot that the server can open, for somebody who has just signed in on this device: made at the first contact, asked
 * for where the password that the server knows is not the one that opens what is here. SPEC: client/replica/SPEC.md, R41.
 */
import type { Bytes } from '../../../shared/crypto/bytes.ts'
import { openEscrowAnswer } from '../../../shared/crypto/escrow-slot.ts'
import { BOX_KEY_BYTES, publicKeyOf } from '../../../shared/crypto/sealed-box.ts'
import { escrowOwnerOf, keepInTrust } from '../../keys/change-slots.ts'
import type { RingEntry } from '../../keys/key-ring.ts'
import type { OpenKey } from '../../keys/open-key.ts'
import { requestAuthorized } from './authorized-request.ts'
import { bytesOf, textOf } from './base64url.ts'
import type { WorkerSession } from './worker-session.ts'

const PATH = '/api/v1/portal/device-key'

/** Checked by hand: the app is to work without what would make functions of texts (Trusted Types). */
const textIn = (body: unknown, key: string): string | undefined => {
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, key) : undefined
  return typeof value === 'string' ? value : undefined
}
function recipientIn(body: unknown): { readonly keyId: string; readonly publicKey: string } | undefined {
  const [keyId, publicKey] = [textIn(body, 'keyId'), textIn(body, 'publicKey')]
  const isGood = keyId !== undefined && keyId !== '' && keyId.length <= 64 && publicKey !== undefined
  return isGood ? { keyId, publicKey } : undefined
}

type Asking = Pick<WorkerSession, 'server' | 'http' | 'ring' | 'environment' | 'thumbprint'>

/** Where there is none yet, or for another data key than the present one. */
export async function keepEscrow(session: Asking, entry: RingEntry, key: OpenKey): Promise<void> {
  const ring = await session.ring()
  const current = await ring.get(entry.id)
  if (current === undefined || current.escrowSlot !== undefined) return
  const asked = { method: 'GET', path: `${PATH}/recipient` }
  const answer = await requestAuthorized(session.server, session.http, asked)
  const parsed = answer === 'expired' ? undefined : recipientIn(answer.body)
  if (parsed === undefined) return
  const recipient = { keyId: parsed.keyId, publicKey: bytesOf(parsed.publicKey) }
  const { random } = session.environment
  await keepInTrust(ring, current, key, recipient, await session.thumbprint(), random)
}

/** `unavailable`: another attempt can succeed. Null: the server's last word; what is here stays as it is. */
export async function askForKey(session: Asking, entry: RingEntry): Promise<Bytes | 'unavailable' | null> {
  const ticket = session.server.escrowTicket()
  if (ticket === null || entry.escrowSlot === undefined) return null
  const secret = session.environment.random(BOX_KEY_BYTES)
  const answer = await requestAuthorized(session.server, session.http, {
    method: 'POST',
    path: `${PATH}/open`,
    body: {
      ticket,
      client: entry.clientId,
      keyId: entry.keyId,
      box: textOf(entry.escrowSlot.slot),
      answerTo: textOf(publicKeyOf(secret)),
    },
  })
  if (answer === 'expired' || answer.status === 0 || answer.status >= 429) return 'unavailable'
  const box = textIn(answer.body, 'box')
  if (answer.status !== 200 || box === undefined) return null
  const owner = escrowOwnerOf(entry, await session.thumbprint())
  const raw = await openEscrowAnswer(secret, bytesOf(box), owner)
  secret.fill(0)
  return raw.ok ? raw.value : null
}
