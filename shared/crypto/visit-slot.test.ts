import { webcrypto } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Bytes } from './bytes.ts'
import { publicKeyOf } from './sealed-box.ts'
import { openAnswers, openVisit, sealAnswers, sealVisit, visitSecret, visitTag } from './visit-slot.ts'

const random = (length: number): Bytes => webcrypto.getRandomValues(new Uint8Array(length))
const place = { tablet: 'tablet-1', visit: 'visit-1' }
const tampered = { ok: false, error: 'tampered' }

describe('visit slot', () => {
  it('[E17] opens with the same hash in the same place, and with no other', async () => {
    const hash = random(32)
    const content = { forms: [{ title: 'PHQ-9' }] }
    const sealed = await sealVisit(hash, content, place, random)
    expect(await openVisit(hash, sealed, place)).toEqual({ ok: true, value: content })
    expect(await openVisit(random(32), sealed, place)).toEqual(tampered)
    expect(await openVisit(hash, sealed, { ...place, tablet: 'tablet-2' })).toEqual(tampered)
    expect(await openVisit(hash, sealed, { ...place, visit: 'visit-2' })).toEqual(tampered)
  })

  it('[E17] a tag is of one hash, tells it to nobody, and no two pairs of code and birthday are one secret', () => {
    const hash = random(32)
    expect(visitTag(hash)).toMatch(/^[0-9a-f]{32}$/)
    expect(visitTag(hash)).not.toBe(visitTag(random(32)))
    expect(visitSecret('AB', 'C')).not.toEqual(visitSecret('A', 'BC'))
  })

  it('[E17] [E18] the length of what is in it shows in steps of a kilobyte', async () => {
    const hash = random(32)
    const lengths = await Promise.all(
      ['', 'a'.repeat(900), 'a'.repeat(1_100)].map(
        async (text) => (await sealVisit(hash, { text }, place, random)).length,
      ),
    )
    expect(lengths[0]).toBe(lengths[1])
    expect(lengths[2]).toBe((lengths[0] ?? 0) + 1024)
  })
})

describe('answers of a visit', () => {
  it('[E18] open with the practice’s secret key, in their place and under their number alone', async () => {
    const secretKey = random(32)
    const clinic = { keyId: 'kiosk-1', secretKey }
    const at = { ...place, draft: 'draft-1', seq: 3 }
    const box = await sealAnswers(
      { keyId: 'kiosk-1', publicKey: publicKeyOf(secretKey) },
      { mood: 'low' },
      at,
      random,
    )
    expect(await openAnswers(clinic, box, at)).toEqual({ ok: true, value: { mood: 'low' } })
    expect(await openAnswers({ ...clinic, secretKey: random(32) }, box, at)).toEqual(tampered)
    for (const other of [
      { ...at, seq: 4 },
      { ...at, draft: 'draft-2' },
      { ...at, visit: 'visit-2' },
    ])
      expect(await openAnswers(clinic, box, other)).toEqual(tampered)
  })
})
