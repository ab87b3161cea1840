import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { describe, expect, it } from 'vitest'
import { openKeyRing } from './key-ring.ts'
import { createEntry } from './new-entry.ts'
import { unlockEntry } from './unlock.ts'

const NOW = 1_000_000
const PASSWORD = 'demo-portal-2026'
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))

/** Two tabs of one device, and the entry of a replica as both have read it. */
async function twoTabs() {
  const factory = { indexedDB: new IDBFactory(), IDBKeyRange }
  const one = await openKeyRing(factory, random)
  const two = await openKeyRing(factory, random)
  const ids = { accountId: 'account', clientId: 'client', deviceId: 'device' }
  const login = { email: 'client@demo.test', password: PASSWORD }
  const { entry } = await createEntry(one, { ...login, ...ids }, random, NOW)
  return { one, two, entry }
}

describe('[R18] unlocking in several tabs', () => {
  it('counts every wrong password, whichever tab it was typed in', async () => {
    const { one, two, entry } = await twoTabs()
    const wrong = [one, two, one, two, one].map((ring) => unlockEntry(ring, entry, 'wrong', NOW, random))
    const reasons = (await Promise.all(wrong)).map((result) => !result.ok && result.reason)
    expect(reasons.filter((reason) => reason === 'backed_off')).toHaveLength(1)
    expect(await two.get(entry.id)).toMatchObject({ wrongAttempts: 5, retryAt: NOW + 30_000 })
  })

  it.each([
    ['right', PASSWORD],
    ['wrong', 'wrong'],
  ])(
    '[R19] never brings back an entry that was destroyed while a %s password was tried',
    async (_, password) => {
      const { one, two, entry } = await twoTabs()
      const attempt = unlockEntry(one, entry, password, NOW, random)
      await two.remove(entry.id)
      expect(await attempt).toEqual({ ok: false, reason: 'wrong_credentials' })
      expect(await two.get(entry.id)).toBeUndefined()
    },
  )
})
