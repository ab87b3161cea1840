import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Bytes } from '../../shared/crypto/bytes.ts'
import {
  type EnvelopeContext,
  open,
  openOfAnyVersionNow,
  seal,
  sealNow,
} from '../../shared/crypto/envelope.ts'
import { createNodeDataKey } from './node-data-key.ts'

interface Vector {
  readonly name: string
  readonly key: string
  readonly keyId: string
  readonly context: EnvelopeContext
  readonly salt: string
  readonly nonce: string
  readonly plaintext: string
  readonly envelope: string
}
const file = new URL('../../tests/vectors/envelope-v1.json', import.meta.url)
const { envelopes } = JSON.parse(readFileSync(file, 'utf8')) as { readonly envelopes: readonly Vector[] }
const bytes = (hex: string): Bytes => new Uint8Array(Buffer.from(hex, 'hex'))

describe('the server’s data key', () => {
  it.each(envelopes.map((vector) => [vector.name, vector] as const))(
    '[E3] [E10] seals and opens the same bytes as every other implementation: %s',
    async (_, vector) => {
      const key = createNodeDataKey(bytes(vector.key), vector.keyId)
      const random = () => {
        const given = [bytes(vector.salt), bytes(vector.nonce)]
        return () => given.shift() ?? new Uint8Array()
      }
      const plaintext = bytes(vector.plaintext)
      const sealed = await seal(key, plaintext, vector.context, random())
      expect(Buffer.from(sealed).toString('hex')).toBe(vector.envelope)
      expect(await open(key, sealed, vector.context)).toEqual({ ok: true, value: plaintext })
      const fresh = createNodeDataKey(bytes(vector.key), vector.keyId)
      expect(sealNow(fresh, plaintext, vector.context, random())).toEqual(sealed)
      expect(openOfAnyVersionNow(key, sealed, vector.context)).toEqual({
        ok: true,
        value: { plaintext, schemaVersion: vector.context.schemaVersion },
      })
    },
  )

  it('[E6] a changed byte is a typed failure', async () => {
    const [vector] = envelopes
    if (vector === undefined) throw new Error('No vectors.')
    const envelope = bytes(vector.envelope)
    envelope[envelope.length - 1] = (envelope.at(-1) ?? 0) ^ 1
    const key = createNodeDataKey(bytes(vector.key), vector.keyId)
    expect(await open(key, envelope, vector.context)).toEqual({ ok: false, error: 'tampered' })
    expect(openOfAnyVersionNow(key, envelope, vector.context)).toEqual({ ok: false, error: 'tampered' })
  })
})
