import { webcrypto } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Bytes } from './bytes.ts'
import { unwrapDataKey, wrapDataKey } from './password-slot.ts'

const random = (length: number): Bytes => webcrypto.getRandomValues(new Uint8Array(length))
const secret = { passwordHash: random(32), deviceSecret: random(32) }
const owner = { account: 'account', device: 'device', keyId: 'k1' }

describe('password slot', () => {
  it('[E9] [V11.4.4] opens with the same password and device secret only', async () => {
    const key = random(32)
    const slot = await wrapDataKey(secret, key, owner, random)
    expect(await unwrapDataKey(secret, slot, owner)).toEqual({ ok: true, value: key })
    const wrong = { ok: false, error: 'tampered' }
    expect(await unwrapDataKey({ ...secret, passwordHash: random(32) }, slot, owner)).toEqual(wrong)
    expect(await unwrapDataKey({ ...secret, deviceSecret: random(32) }, slot, owner)).toEqual(wrong)
  })

  it('[E9] does not open for another account, device or key id', async () => {
    const slot = await wrapDataKey(secret, random(32), owner, random)
    for (const change of [{ account: 'other' }, { device: 'other' }, { keyId: 'k2' }])
      expect(await unwrapDataKey(secret, slot, { ...owner, ...change })).toEqual({
        ok: false,
        error: 'tampered',
      })
  })

  it('refuses secrets and keys of another size', async () => {
    expect(() => wrapDataKey(secret, random(31), owner, random)).toThrow(RangeError)
    const short = { ...secret, deviceSecret: random(8) }
    expect(() => wrapDataKey(short, random(32), owner, random)).toThrow(RangeError)
  })
})
