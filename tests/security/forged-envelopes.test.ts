/** Ten thousand envelopes that were put in another's place or changed by a bit. SPEC: shared/crypto/SPEC.md, E5, E6. */
import { webcrypto } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Bytes, utf8 } from '../../shared/crypto/bytes.ts'
import { type EnvelopeContext, open, seal } from '../../shared/crypto/envelope.ts'
import { createNobleDataKey } from '../../shared/crypto/noble-data-key.ts'
import { createWebDataKey } from '../../shared/crypto/web-data-key.ts'
import { createRandom } from '../convergence/random.ts'

const TRIES = 5_000
const draw = (length: number): Bytes => webcrypto.getRandomValues(new Uint8Array(length))
const raw = draw(32)

describe.each([
  ['WebCrypto', () => createWebDataKey(webcrypto.subtle, Uint8Array.from(raw), 'k1')],
  ['plain JavaScript', async () => createNobleDataKey(raw, 'k1')],
])('%s', (_, makeKey) => {
  it(`[E5] [E6] accepts none of ${TRIES} that were swapped or flipped`, async () => {
    const random = createRandom('forged envelopes')
    const key = await makeKey()
    const sealed = await Promise.all(
      Array.from({ length: 100 }, async (_each, index) => {
        const place: EnvelopeContext = {
          account: `account ${index % 3}`,
          client: `client ${index % 5}`,
          collection: index % 2 === 0 ? 'drafts' : 'messages',
          documentId: `document ${index}`,
          schemaVersion: 1,
        }
        return { place, envelope: await seal(key, utf8(`text ${index}`), place, draw) }
      }),
    )
    let accepted = 0
    for (let tried = 0; tried < TRIES; tried += 1) {
      const one = random.pick(sealed)
      const forged = Uint8Array.from(one.envelope)
      let { place } = one
      if (tried % 2 === 0) {
        const at = random.between(0, forged.length - 1)
        forged[at] = (forged[at] ?? 0) ^ (1 << random.between(0, 7))
      } else place = random.pick(sealed.filter((other) => other !== one)).place
      if ((await open(key, forged, place)).ok) accepted += 1
    }
    expect(accepted).toBe(0)
    for (const { envelope, place } of sealed) expect((await open(key, envelope, place)).ok).toBe(true)
  })
})
