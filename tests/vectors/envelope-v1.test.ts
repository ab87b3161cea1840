import { createDecipheriv, hkdfSync, webcrypto } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Bytes } from '../../shared/crypto/bytes.ts'
import { open, seal } from '../../shared/crypto/envelope.ts'
import { createNobleDataKey } from '../../shared/crypto/noble-data-key.ts'
import { unwrapDataKey, wrapDataKey } from '../../shared/crypto/password-slot.ts'
import { createWebDataKey } from '../../shared/crypto/web-data-key.ts'
import vectors from './envelope-v1.json' with { type: 'json' }

const bytes = (hex: string): Bytes => Uint8Array.from(Buffer.from(hex, 'hex'))
const hex = (value: Uint8Array) => Buffer.from(value).toString('hex')
/** Gives out the vector's salt, then its nonce. */
const scripted = (...values: string[]) => {
  const queue = values.map(bytes)
  return () => queue.shift() ?? new Uint8Array(0)
}

describe.each(vectors.envelopes)('envelope vector: $name', (vector) => {
  it.each(['WebCrypto', 'plain JavaScript'])('[E10] agrees over %s', async (kind) => {
    const key =
      kind === 'WebCrypto'
        ? await createWebDataKey(webcrypto.subtle, bytes(vector.key), vector.keyId)
        : createNobleDataKey(bytes(vector.key), vector.keyId)
    const random = scripted(vector.salt, vector.nonce)
    expect(hex(await seal(key, bytes(vector.plaintext), vector.context, random))).toBe(vector.envelope)
    expect(await open(key, bytes(vector.envelope), vector.context)).toEqual({
      ok: true,
      value: bytes(vector.plaintext),
    })
  })

  it('[E1] [E3] [E4] [V11.3.1] [V11.3.2] opens by the specification alone, with nothing of ours', () => {
    const { account, client, collection, documentId, schemaVersion } = vector.context
    const aad = Buffer.concat(
      [
        'mentalspace.envelope.v1',
        vector.keyId,
        account,
        client,
        collection,
        documentId,
        String(schemaVersion),
      ].flatMap((text) => {
        const length = Buffer.alloc(4)
        length.writeUInt32BE(Buffer.byteLength(text))
        return [length, Buffer.from(text)]
      }),
    )
    const envelope = bytes(vector.envelope)
    const body = 2 + vector.keyId.length
    const salt = envelope.slice(body, body + 24)
    const nonce = envelope.slice(body + 24, body + 36)
    const info = 'mentalspace.envelope.v1 sub-key'
    const subKey = Buffer.from(hkdfSync('sha256', bytes(vector.key), salt, info, 32))
    const decipher = createDecipheriv('aes-256-gcm', subKey, nonce)
    decipher.setAAD(aad)
    decipher.setAuthTag(envelope.slice(-16))
    const plaintext = Buffer.concat([decipher.update(envelope.slice(body + 36, -16)), decipher.final()])
    expect(plaintext.toString('hex')).toBe(vector.plaintext)
  })
})

it.each(vectors.slots)('[E10] slot vector: $name', async (vector) => {
  const secret = { passwordHash: bytes(vector.passwordHash), deviceSecret: bytes(vector.deviceSecret) }
  const random = scripted(vector.salt, vector.nonce)
  expect(hex(await wrapDataKey(secret, bytes(vector.key), vector.owner, random))).toBe(vector.slot)
  expect(await unwrapDataKey(secret, bytes(vector.slot), vector.owner)).toEqual({
    ok: true,
    value: bytes(vector.key),
  })
})
