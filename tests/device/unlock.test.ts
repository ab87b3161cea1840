import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { describe, expect, it } from 'vitest'
import { addPasskeySlot, changeSlot, removePasskeySlot } from '../../client/keys/change-slots.ts'
import { openKeyRing, type RingEntry } from '../../client/keys/key-ring.ts'
import { readLease, writeLease } from '../../client/keys/lease.ts'
import { createEntry } from '../../client/keys/new-entry.ts'
import { formerPlace, KeyDoesNotOpen, placeOfRecord, renewRecord } from '../../client/keys/record-keys.ts'
import { rotateKey } from '../../client/keys/rotate-key.ts'
import { unlockEntry, unlockWithPasskey } from '../../client/keys/unlock.ts'
import { utf8 } from '../../shared/crypto/bytes.ts'
import { open, seal } from '../../shared/crypto/envelope.ts'

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
  const { entry, key } = await createEntry(one, { ...login, ...ids }, random, NOW)
  return { one, two, entry, key }
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

const passkey = (fill: number) => ({ credentialId: `passkey-${fill}`, prf: new Uint8Array(32).fill(fill) })

describe('[R18] several slots', () => {
  it('opens with a passkey, as long as its slot is there, and with no other', async () => {
    const { one, entry, key } = await twoTabs()
    await addPasskeySlot(one, entry, key, passkey(1), random)
    await addPasskeySlot(one, entry, key, passkey(2), random)
    const kept = (await one.get(entry.id)) as RingEntry
    const open = async (entry: RingEntry, output: ReturnType<typeof passkey>) =>
      (await unlockWithPasskey(one, entry, output, NOW, random)).ok
    expect(await open(kept, passkey(1))).toBe(true)
    expect(await open(kept, { ...passkey(1), prf: new Uint8Array(32).fill(2) })).toBe(false)
    expect(await open(kept, passkey(3))).toBe(false)
    await removePasskeySlot(one, entry, 'passkey-1')
    const after = (await one.get(entry.id)) as RingEntry
    expect(await open(after, passkey(1))).toBe(false)
    expect(await open(after, passkey(2))).toBe(true)
  })

  it('gives up the password after ten wrong ones where something else opens it', async () => {
    const { one, two, entry, key } = await twoTabs()
    await addPasskeySlot(one, entry, key, passkey(1), random)
    const nineWrong = { ...((await one.get(entry.id)) as RingEntry), wrongAttempts: 9 }
    await one.put(nineWrong)
    const off = { ok: false, reason: 'password_off' }
    expect(await unlockEntry(one, nineWrong, 'wrong', NOW, random)).toEqual(off)
    const kept = (await two.get(entry.id)) as RingEntry
    expect(kept.passwordSlot).toBeNull()
    expect(await unlockEntry(two, kept, PASSWORD, NOW, random)).toEqual(off)
    expect((await unlockWithPasskey(two, kept, passkey(1), NOW, random)).ok).toBe(true)
  })

  it('never gives up the only slot', async () => {
    const { one, entry } = await twoTabs()
    await one.put({ ...entry, wrongAttempts: 40 })
    expect(await unlockEntry(one, entry, 'wrong', NOW, random)).toMatchObject({ reason: 'backed_off' })
    const kept = (await one.get(entry.id)) as RingEntry
    expect((await unlockEntry(one, { ...kept, retryAt: 0 }, PASSWORD, NOW, random)).ok).toBe(true)
  })

  it('opens an entry that a build before slots has written', async () => {
    const { one } = await twoTabs()
    const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))
    const { deviceSecret, passwordSlot, ...texts } = ENTRY_BEFORE_SLOTS
    const old = { ...texts, deviceSecret: bytes(deviceSecret), passwordSlot: bytes(passwordSlot) }
    await one.put(old)
    const opened = await unlockEntry(one, old, PASSWORD, NOW, random)
    if (!opened.ok) throw new Error(opened.reason)
    await addPasskeySlot(one, opened.entry, opened.key, passkey(1), random)
    const kept = (await one.get(old.id)) as RingEntry
    expect((await unlockWithPasskey(one, kept, passkey(1), NOW, random)).ok).toBe(true)
    expect((await unlockEntry(one, kept, PASSWORD, NOW, random)).ok).toBe(true)
  })
})

describe('[R50] another data key', () => {
  const place = { account: 'a', client: 'c', collection: 'd', documentId: '1', schemaVersion: 1 }
  const secrets = { password: 'another password', deviceKey: 'thumb' }
  const current = async (ring: { get(id: string): Promise<RingEntry | undefined> }, id: string) => {
    const entry = await ring.get(id)
    if (entry === undefined) throw new Error('the entry is gone')
    return entry
  }

  it('is opened by no old slot, opens what the older ones sealed, and takes lease and records along', async () => {
    const { one, entry, key } = await twoTabs()
    await addPasskeySlot(one, entry, key, passkey(1), random)
    await writeLease(one, entry, key, { until: 7, seen: 3 }, random)
    const childBefore = await placeOfRecord(one, entry, key, 'child', random)
    if (childBefore === undefined) throw new Error('no place')
    const before = await current(one, entry.id)
    const old = await seal(key.data, utf8('sealed before'), place, random)
    const oldOfChild = await seal(childBefore.key, utf8('of the child'), place, random)
    const first = await rotateKey(one, before, key, secrets, random)
    const next = first && (await rotateKey(one, first.entry, first.key, secrets, random))
    if (next === undefined) throw new Error('not rotated')
    const fresh = await seal(next.key.data, utf8('sealed after'), place, random)
    expect(await open(key.data, fresh, place)).toEqual({ ok: false, error: 'wrong_key' })

    const kept = await current(one, entry.id)
    expect(await unlockEntry(one, kept, PASSWORD, NOW, random)).toMatchObject({ ok: false })
    for (const opened of [
      await unlockEntry(one, kept, secrets.password, NOW, random),
      await unlockWithPasskey(one, kept, passkey(1), NOW, random),
    ]) {
      if (!opened.ok) throw new Error(opened.reason)
      const { data } = opened.key
      expect((await open(data, fresh, place)).ok).toBe(true)
      expect(await open(data, old, place)).toEqual({ ok: true, value: utf8('sealed before') })
      expect(await readLease(opened.entry, opened.key)).toEqual({ until: 7, seen: 3 })
      const child = await placeOfRecord(one, opened.entry, opened.key, 'child', random)
      expect(child?.databaseName).toBe(childBefore.databaseName)
      expect(child?.key.keyId).not.toBe(childBefore.key.keyId)
      expect(child && (await open(child.key, oldOfChild, place))).toMatchObject({ ok: true })
    }
    // A copy of the disk from before, and its password.
    const { deviceSecret, passwordSlot } = before
    expect(
      await unlockEntry(one, { ...kept, deviceSecret, passwordSlot }, PASSWORD, NOW, random),
    ).toMatchObject({
      ok: false,
    })
  })

  it('[R65] takes along what is being made anew, and a tab with the key of before takes nothing of it for lost', async () => {
    const { one, entry, key } = await twoTabs()
    const childBefore = await placeOfRecord(one, entry, key, 'child', random)
    if (childBefore === undefined) throw new Error('no place')
    const oldOfChild = await seal(childBefore.key, utf8('of the child'), place, random)
    await renewRecord(one, entry, key, 'child', random)
    const next = await rotateKey(one, await current(one, entry.id), key, secrets, random)
    if (next === undefined) throw new Error('not rotated')
    const former = await formerPlace(one, next.entry, next.key, 'child')
    expect(former?.databaseName).toBe(childBefore.databaseName)
    expect(former && (await open(former.key, oldOfChild, place))).toMatchObject({ ok: true })
    for (const asked of [
      placeOfRecord(one, entry, key, 'child', random),
      formerPlace(one, entry, key, 'child'),
    ])
      expect(await asked.catch((error: unknown) => error)).not.toBeInstanceOf(KeyDoesNotOpen)
  })

  it('never counts where the entry changed meanwhile, and is due until it is done', async () => {
    const { one, two, entry, key } = await twoTabs()
    await changeSlot(two, entry, key, 'another password', random)
    expect(await rotateKey(one, entry, key, secrets, random)).toBeUndefined()
    expect(await current(one, entry.id)).toMatchObject({ keyId: entry.keyId, rotates: true })
    const rotated = await rotateKey(one, await current(one, entry.id), key, secrets, random)
    expect(rotated?.entry.rotates).toBe(false)
  })

  it('opens with the key of now where another tab replaced it since the entry was read', async () => {
    const { one, two, entry, key } = await twoTabs()
    await rotateKey(two, entry, key, { ...secrets, password: PASSWORD }, random)
    const opened = await unlockEntry(one, entry, PASSWORD, NOW, random)
    if (!opened.ok) throw new Error(opened.reason)
    expect(opened.key.data.keyId).toBe((await current(one, entry.id)).keyId)
    // And what the tab with the key of before leaves behind breaks nothing.
    await writeLease(two, entry, key, { until: 1, seen: 1 }, random)
    await addPasskeySlot(two, entry, key, passkey(1), random)
    expect(await current(one, entry.id)).toMatchObject({ passkeySlots: [] })
  })
})

const ENTRY_BEFORE_SLOTS = {
  id: 'ade51538-ed6e-4a0b-95b0-e3574b249251',
  accountId: 'account',
  clientId: 'client',
  deviceId: 'device',
  keyId: '3f6ebc94-852f-403d-8df0-72587b7f9431',
  deviceSecret: '512f1093a9cf9d7a39b0ef7ac0161eb256700229ea19b769af8066f94be7136e',
  passwordSlot:
    '010d70617373776f72642d736c6f747a2b3b437d70937abec4066c749e99c3d8ffede16869d3f09c3db4915c566f02aee6709803246720da3e6f12f5e46b73ff53a974403c8bfe0bdf7d77f6e373b60aa98e3d7ecd905f609440bbc61ec67cdf9d635a',
  emailHash: 'f06a8b32454939e378df27195c9a57434aa7b280c88c1c8af0e8717579b1d2b1',
  databaseName: 'replica-2143b6fe-fbaf-47ab-a10c-070af2ad0d3d',
  wrongAttempts: 0,
  retryAt: 0,
  usedAt: 1_000_000,
}
