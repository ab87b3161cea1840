import { createDecipheriv, createPrivateKey, createPublicKey, diffieHellman, hkdfSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Bytes } from '../../shared/crypto/bytes.ts'
import { openEscrow, sealToEscrow } from '../../shared/crypto/escrow-slot.ts'
import { makePasskeyLock, openWithPasskey, sealToPasskey } from '../../shared/crypto/passkey-slot.ts'
import { PRF_INPUT } from '../../shared/crypto/prf-input.ts'
import { openBox, publicKeyOf, sealTo } from '../../shared/crypto/sealed-box.ts'
import vectors from './sealed-box-v1.json' with { type: 'json' }

const bytes = (hex: string): Bytes => Uint8Array.from(Buffer.from(hex, 'hex'))
const hex = (value: Uint8Array) => Buffer.from(value).toString('hex')
/** Gives out the vector's random values in their order. */
const scripted = (values: readonly string[]) => {
  const queue = values.map(bytes)
  return () => queue.shift() ?? new Uint8Array(0)
}
/** Node's own X25519, whose keys come wrapped in DER. */
const nodeAgree = (secretKey: string, publicKey: Uint8Array) =>
  diffieHellman({
    privateKey: createPrivateKey({
      key: Buffer.from(`302e020100300506032b656e04220420${secretKey}`, 'hex'),
      format: 'der',
      type: 'pkcs8',
    }),
    publicKey: createPublicKey({
      key: Buffer.concat([Buffer.from('302a300506032b656e032100', 'hex'), publicKey]),
      format: 'der',
      type: 'spki',
    }),
  })

describe.each(vectors.boxes)('sealed box vector: $name', (vector) => {
  const { keyId, secretKey, publicKey, plaintext, context, box } = vector

  it('[E13] [E16] seals and opens to these bytes', async () => {
    expect(hex(publicKeyOf(bytes(secretKey)))).toBe(publicKey)
    const random = scripted(vector.random)
    const recipient = { keyId, publicKey: bytes(publicKey) }
    expect(hex(await sealTo(recipient, bytes(plaintext), context, random))).toBe(box)
    expect(await openBox({ keyId, secretKey: bytes(secretKey) }, bytes(box), context)).toEqual({
      ok: true,
      value: bytes(plaintext),
    })
  })

  it('[E13] [E16] opens by the specification alone, with nothing of ours', () => {
    const all = bytes(box)
    const passing = all.slice(1, 33)
    const secret = nodeAgree(secretKey, passing)
    const salt = Buffer.concat([passing, bytes(publicKey)])
    const key = hkdfSync('sha256', secret, salt, 'mentalspace.sealed-box.v1', 32)
    const envelope = all.slice(33)
    const body = 2 + keyId.length
    const subKey = Buffer.from(
      hkdfSync(
        'sha256',
        new Uint8Array(key),
        envelope.slice(body, body + 24),
        'mentalspace.envelope.v1 sub-key',
        32,
      ),
    )
    const { account, client, collection, documentId, schemaVersion } = context
    const aad = [
      'mentalspace.envelope.v1',
      keyId,
      account,
      client,
      collection,
      documentId,
      String(schemaVersion),
    ]
    const decipher = createDecipheriv('aes-256-gcm', subKey, envelope.slice(body + 24, body + 36))
    decipher.setAAD(
      Buffer.concat(
        aad.flatMap((text) => {
          const length = Buffer.alloc(4)
          length.writeUInt32BE(Buffer.byteLength(text))
          return [length, Buffer.from(text)]
        }),
      ),
    )
    decipher.setAuthTag(envelope.slice(-16))
    const opened = Buffer.concat([decipher.update(envelope.slice(body + 36, -16)), decipher.final()])
    expect(opened.toString('hex')).toBe(plaintext)
  })
})

it.each(vectors.passkeySlots)('[E14] [E16] passkey slot vector: $name', async (vector) => {
  expect(hex(PRF_INPUT)).toBe(hex(Buffer.from('mentalspace.device-key.v1')))
  const random = scripted(vector.random)
  const lock = makePasskeyLock(bytes(vector.prf), vector.credentialId, random)
  expect(hex(lock.publicKey)).toBe(vector.publicKey)
  expect(hex(await sealToPasskey(lock, bytes(vector.key), vector.owner, random))).toBe(vector.slot)
  const opened = await openWithPasskey(bytes(vector.prf), lock, bytes(vector.slot), vector.owner)
  expect(opened).toEqual({ ok: true, value: bytes(vector.key) })
})

it.each(vectors.escrowSlots)(
  '[E15] [E16] escrow slot vector: $name',
  async ({ server, owner, key, ...vector }) => {
    const recipient = { keyId: server.keyId, publicKey: bytes(server.publicKey) }
    const random = scripted(vector.random)
    expect(hex(await sealToEscrow(recipient, bytes(key), owner, random))).toBe(vector.slot)
    const secret = { keyId: server.keyId, secretKey: bytes(server.secretKey) }
    expect(await openEscrow(secret, bytes(vector.slot), owner)).toEqual({ ok: true, value: bytes(key) })
  },
)
