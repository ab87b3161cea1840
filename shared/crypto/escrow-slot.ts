/**
 * Escrow slot: the local data key, sealed to a key of the server. The box stays on the device that made it; the server is
 * shown it only by somebody who has just signed in there, and answers with the key sealed to a key of the moment.
 * Bound to account, client, device and the device's own key: nobody else's session opens it. SPEC: shared/crypto/SPEC.md, E15.
 */
import { err, ok, type Result } from '../kernel/result.ts'
import type { Bytes, RandomBytes } from './bytes.ts'
import type { EnvelopeError } from './envelope.ts'
import { DATA_KEY_BYTES } from './key-types.ts'
import { type BoxRecipient, type BoxSecret, openBox, sealTo } from './sealed-box.ts'

export interface EscrowOwner {
  readonly account: string
  readonly client: string
  readonly device: string
  /** Thumbprint (RFC 7638) of the key by which the server knows the device. */
  readonly deviceKey: string
  /** Id of the data key. */
  readonly keyId: string
}

/** The way there (`escrow`) and the way back (`escrow-answer`) are different places. */
const context = (owner: EscrowOwner, way: 'escrow' | 'escrow-answer') => ({
  account: owner.account,
  client: owner.client,
  collection: `${way}/${owner.device}/${owner.deviceKey}`,
  documentId: owner.keyId,
  schemaVersion: 1,
})

async function opened(result: Promise<Result<Bytes, EnvelopeError>>): Promise<Result<Bytes, EnvelopeError>> {
  const raw = await result
  if (!raw.ok) return raw
  return raw.value.length === DATA_KEY_BYTES ? ok(raw.value) : err('tampered')
}

export const sealToEscrow = (
  server: BoxRecipient,
  rawKey: Uint8Array,
  owner: EscrowOwner,
  random: RandomBytes,
): Promise<Bytes> => sealTo(server, rawKey, context(owner, 'escrow'), random)

export const openEscrow = (server: BoxSecret, box: Uint8Array, owner: EscrowOwner) =>
  opened(openBox(server, box, context(owner, 'escrow')))

/** The id of the key that the answer is sealed to: one that lives as long as the question. */
const ANSWER_KEY_ID = 'escrow-answer'

export const sealEscrowAnswer = (
  publicKey: Uint8Array,
  rawKey: Uint8Array,
  owner: EscrowOwner,
  random: RandomBytes,
): Promise<Bytes> =>
  sealTo({ keyId: ANSWER_KEY_ID, publicKey }, rawKey, context(owner, 'escrow-answer'), random)

export const openEscrowAnswer = (secretKey: Uint8Array, box: Uint8Array, owner: EscrowOwner) =>
  opened(openBox({ keyId: ANSWER_KEY_ID, secretKey }, box, context(owner, 'escrow-answer')))
