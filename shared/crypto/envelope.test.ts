import { webcrypto } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Bytes, fromUtf8, lengthPrefixed, utf8 } from './bytes.ts'
import {
  createEnvelopes,
  ENVELOPE_V1,
  type EnvelopeContext,
  type EnvelopeFormat,
  envelopeKeyId,
  envelopeOverhead,
  open,
  openOfAnyVersion,
  seal,
} from './envelope.ts'
import { createNobleDataKey } from './noble-data-key.ts'
import { createWebDataKey } from './web-data-key.ts'

const random = (length: number): Bytes => webcrypto.getRandomValues(new Uint8Array(length))
const raw = random(32)
const context: EnvelopeContext = {
  account: 'account',
  client: 'client',
  collection: 'drafts',
  documentId: 'document',
  schemaVersion: 1,
}

describe.each([
  ['WebCrypto', () => createWebDataKey(webcrypto.subtle, Uint8Array.from(raw), 'k1')],
  ['plain JavaScript', async () => createNobleDataKey(raw, 'k1')],
])('envelope over %s', (_, makeKey) => {
  it('[E1] gives back what was sealed and adds a fixed number of bytes', async () => {
    const key = await makeKey()
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 500 }), async (text) => {
        const plaintext = utf8(text)
        const envelope = await seal(key, plaintext, context, random)
        expect(envelope.length).toBe(plaintext.length + envelopeOverhead('k1'))
        const opened = await open(key, envelope, context)
        expect(opened.ok && fromUtf8(opened.value)).toBe(text)
      }),
      { numRuns: 50 },
    )
  })

  it('[E2] [E7] [V11.3.4] draws every nonce, and a salt for at most 256 envelopes of one key', async () => {
    const key = await makeKey()
    const nonces = new Set<string>()
    const salts = new Map<string, number>()
    for (let n = 0; n < 600; n++) {
      const envelope = await seal(key, utf8('same'), context, random)
      const salt = envelope.slice(4, 28).join()
      salts.set(salt, (salts.get(salt) ?? 0) + 1)
      nonces.add(envelope.slice(28, 40).join())
      expect((await open(key, envelope, context)).ok).toBe(true)
    }
    expect(nonces.size).toBe(600)
    expect([...salts.values()]).toEqual([256, 256, 88])
    const other = await seal(await makeKey(), utf8('same'), context, random)
    expect(salts.has(other.slice(4, 28).join())).toBe(false)
  })

  it('[E5] does not open anywhere but in its place', async () => {
    const key = await makeKey()
    const envelope = await seal(key, utf8('secret'), context, random)
    const elsewhere: Partial<EnvelopeContext>[] = [
      { account: 'other' },
      { client: 'other' },
      { collection: 'submissions' },
      { documentId: 'other' },
      { schemaVersion: 2 },
      // Moving a character over a border of two fields gives other bytes, because each field has its length.
      { account: 'accountc', client: 'lient' },
    ]
    for (const change of elsewhere)
      expect(await open(key, envelope, { ...context, ...change })).toEqual({ ok: false, error: 'tampered' })
  })

  it('[E6] [V11.3.3] fails with a typed error when any bit is flipped', async () => {
    const key = await makeKey()
    const envelope = await seal(key, utf8('twelve bytes'), context, random)
    for (let at = 0; at < envelope.length; at++) {
      const flipped = Uint8Array.from(envelope)
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8))
      const opened = await open(key, flipped, context)
      expect(opened.ok, `byte ${at}`).toBe(false)
      const expected =
        at === 0
          ? ['unknown_version']
          : at === 1
            ? ['too_short', 'wrong_key']
            : at < 4
              ? ['wrong_key']
              : ['tampered']
      expect(expected).toContain(opened.ok ? 'opened' : opened.error)
    }
  })

  it('[E6] fails with a typed error when anything is cut off or added', async () => {
    const key = await makeKey()
    const envelope = await seal(key, utf8('twelve bytes'), context, random)
    for (let length = 0; length < envelope.length; length++) {
      const opened = await open(key, envelope.slice(0, length), context)
      expect(opened).toEqual({ ok: false, error: length < 56 ? 'too_short' : 'tampered' })
    }
    const longer = new Uint8Array(envelope.length + 1)
    longer.set(envelope)
    expect(await open(key, longer, context)).toEqual({ ok: false, error: 'tampered' })
  })

  it('[E6] never throws on arbitrary bytes', async () => {
    const key = await makeKey()
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        expect((await open(key, bytes, context)).ok).toBe(false)
      }),
      { numRuns: 100 },
    )
  })

  it('[E8] believes no key id: another key with the same id does not open it', async () => {
    const envelope = await seal(await makeKey(), utf8('secret'), context, random)
    expect(await open(createNobleDataKey(random(32), 'k1'), envelope, context)).toEqual({
      ok: false,
      error: 'tampered',
    })
    expect(await open(createNobleDataKey(raw, 'k2'), envelope, context)).toEqual({
      ok: false,
      error: 'wrong_key',
    })
    expect(envelopeKeyId(envelope)).toEqual({ ok: true, value: 'k1' })
  })

  it('[E8] shows no bytes of the key', async () => {
    const key = await makeKey()
    expect(JSON.stringify(key)).toBe('{"keyId":"k1"}')
  })
})

describe('keys', () => {
  it('[E3] opens with one implementation what the other sealed', async () => {
    const web = await createWebDataKey(webcrypto.subtle, Uint8Array.from(raw), 'k1')
    const noble = createNobleDataKey(raw, 'k1')
    for (const [sealer, opener] of [
      [web, noble],
      [noble, web],
    ] as const) {
      const opened = await open(opener, await seal(sealer, utf8('both'), context, random), context)
      expect(opened.ok && fromUtf8(opened.value)).toBe('both')
    }
  })

  it('refuses keys of another size and ids that do not fit', () => {
    expect(() => createNobleDataKey(new Uint8Array(16), 'k1')).toThrow(RangeError)
    expect(() => createNobleDataKey(raw, '')).toThrow(RangeError)
    expect(() => createNobleDataKey(raw, 'ñ')).toThrow(RangeError)
    expect(() => createNobleDataKey(raw, 'x'.repeat(65))).toThrow(RangeError)
  })

  it('[E4] prefixes lengths so that no two lists of parts give the same bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), fc.array(fc.uint8Array()), (left, right) => {
        const same = lengthPrefixed(left).join() === lengthPrefixed(right).join()
        expect(same).toBe(JSON.stringify(left.map(String)) === JSON.stringify(right.map(String)))
      }),
    )
  })
})

describe('versions', () => {
  const future: EnvelopeFormat = {
    version: 2,
    name: 'mentalspace.envelope.v2-of-a-test',
    salt: 32,
    nonce: 12,
    tag: 16,
  }
  const newer = createEnvelopes([future, ENVELOPE_V1])

  it('[E11] [V11.2.2] a newer build opens what an older one sealed, and seals in its own layout', async () => {
    const key = await createWebDataKey(webcrypto.subtle, Uint8Array.from(raw), 'k1')
    const old = await seal(key, utf8('old'), context, random)
    const opened = await newer.open(key, old, context)
    expect(opened.ok && fromUtf8(opened.value)).toBe('old')
    const fresh = await newer.seal(key, utf8('new'), context, random)
    expect(fresh[0]).toBe(2)
    const again = await newer.open(key, fresh, context)
    expect(again.ok && fromUtf8(again.value)).toBe('new')
    // Rolled back to the old build: it says so, and the bytes are still there for the new one.
    expect(await open(key, fresh, context)).toEqual({ ok: false, error: 'unknown_version' })
    // Passed off as the old layout it does not open.
    const disguised = Uint8Array.from(fresh)
    disguised[0] = 1
    expect(await newer.open(key, disguised, context)).toEqual({ ok: false, error: 'tampered' })
  })

  it('[E12] a newer document schema opens what was sealed under an older one, never the reverse', async () => {
    const key = await createWebDataKey(webcrypto.subtle, Uint8Array.from(raw), 'k1')
    const old = await seal(key, utf8('old'), context, random)
    const now = { ...context, schemaVersion: 3 }
    const opened = await openOfAnyVersion(key, old, now)
    expect(opened.ok && [fromUtf8(opened.value.plaintext), opened.value.schemaVersion]).toEqual(['old', 1])
    const fresh = await seal(key, utf8('new'), now, random)
    expect(await openOfAnyVersion(key, fresh, context)).toEqual({ ok: false, error: 'tampered' })
    expect(await openOfAnyVersion(key, old, { ...now, documentId: 'other' })).toEqual({
      ok: false,
      error: 'tampered',
    })
  })
})
