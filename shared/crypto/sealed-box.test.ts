import { webcrypto } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Bytes } from './bytes.ts'
import { openEscrow, openEscrowAnswer, sealEscrowAnswer, sealToEscrow } from './escrow-slot.ts'
import { makePasskeyLock, openWithPasskey, sealToPasskey } from './passkey-slot.ts'
import { openBox, publicKeyOf, sealTo } from './sealed-box.ts'

const random = (length: number): Bytes => webcrypto.getRandomValues(new Uint8Array(length))
const pair = (keyId: string) => {
  const secretKey = random(32)
  return { secret: { keyId, secretKey }, recipient: { keyId, publicKey: publicKeyOf(secretKey) } }
}
const place = { account: 'a', client: 'c', collection: 'd', documentId: '1', schemaVersion: 1 }
const tampered = { ok: false, error: 'tampered' }

describe('sealed box', () => {
  it('[E13] opens with the recipient’s key, and tells nothing with any bit changed or byte missing', async () => {
    const { secret, recipient } = pair('k1')
    const text = random(40)
    const box = await sealTo(recipient, text, place, random)
    expect(await openBox(secret, box, place)).toEqual({ ok: true, value: text })
    const changed = fc.oneof(
      fc.nat(box.length * 8 - 1).map((bit) => {
        const copy = Uint8Array.from(box)
        copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        return copy
      }),
      fc.nat(box.length - 1).map((length) => box.slice(0, length)),
    )
    await fc.assert(
      fc.asyncProperty(changed, async (wrong) => {
        // X25519 ignores the highest bit of a public key; the salt does not.
        expect(await openBox(secret, wrong, place)).toMatchObject({ ok: false })
      }),
    )
  })

  it('[E13] opens for no other key and in no other place', async () => {
    const { secret, recipient } = pair('k1')
    const box = await sealTo(recipient, random(8), place, random)
    expect(await openBox(pair('k1').secret, box, place)).toEqual(tampered)
    expect(await openBox({ ...secret, keyId: 'k2' }, box, place)).toEqual({ ok: false, error: 'wrong_key' })
    for (const change of [{ account: 'b' }, { client: 'b' }, { collection: 'b' }, { documentId: '2' }])
      expect(await openBox(secret, box, { ...place, ...change })).toEqual(tampered)
  })

  it('[E13] is never sealed to a key that agrees with everybody on the same secret', async () => {
    const { secret, recipient } = pair('k1')
    const zero = new Uint8Array(32)
    await expect(sealTo({ ...recipient, publicKey: zero }, zero, place, random)).rejects.toThrow(RangeError)
    const box = await sealTo(recipient, zero, place, random)
    box.set(zero, 1)
    expect(await openBox(secret, box, place)).toEqual(tampered)
  })
})

it('[E14] a passkey slot opens with the same passkey only, and is made anew without it', async () => {
  const [prf, key, next] = [random(32), random(32), random(32)]
  const owner = { account: 'account', device: 'device', keyId: 'k1' }
  const lock = makePasskeyLock(prf, 'credential', random)
  const slot = await sealToPasskey(lock, key, owner, random)
  expect(await openWithPasskey(prf, lock, slot, owner)).toEqual({ ok: true, value: key })
  expect(await openWithPasskey(random(32), lock, slot, owner)).toEqual(tampered)
  expect(await openWithPasskey(prf, { ...lock, credentialId: 'other' }, slot, owner)).toEqual(tampered)
  for (const change of [{ account: 'other' }, { device: 'other' }, { keyId: 'k2' }])
    expect(await openWithPasskey(prf, lock, slot, { ...owner, ...change })).toEqual(tampered)
  const later = { ...owner, keyId: 'k2' }
  const renewed = await sealToPasskey(lock, next, later, random)
  expect(await openWithPasskey(prf, lock, renewed, later)).toEqual({ ok: true, value: next })
  expect(() => makePasskeyLock(random(31), 'credential', random)).toThrow(RangeError)
})

it('[E15] an escrow slot and its answer are bound to account, client, device, its key and the data key', async () => {
  const server = pair('escrow-1')
  const device = pair('')
  const key = random(32)
  const owner = { account: 'a', client: 'c', device: 'd', deviceKey: 'thumb', keyId: 'k1' }
  const slot = await sealToEscrow(server.recipient, key, owner, random)
  const answer = await sealEscrowAnswer(device.recipient.publicKey, key, owner, random)
  expect(await openEscrow(server.secret, slot, owner)).toEqual({ ok: true, value: key })
  expect(await openEscrowAnswer(device.secret.secretKey, answer, owner)).toEqual({ ok: true, value: key })
  for (const name of ['account', 'client', 'device', 'deviceKey', 'keyId'] as const) {
    const foreign = { ...owner, [name]: 'other' }
    expect(await openEscrow(server.secret, slot, foreign)).toEqual(tampered)
    expect(await openEscrowAnswer(device.secret.secretKey, answer, foreign)).toEqual(tampered)
  }
  const swapped = await sealToEscrow(
    { keyId: 'escrow-answer', publicKey: device.recipient.publicKey },
    key,
    owner,
    random,
  )
  expect(await openEscrowAnswer(device.secret.secretKey, swapped, owner)).toEqual(tampered)
})
