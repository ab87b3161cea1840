/** The data key of a device is replaced; the device dies at every write of it, and other tabs have the key of before. R50. */
import { IDBObjectStore } from 'fake-indexeddb'
import { filter, firstValueFrom } from 'rxjs'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { DEMO_PASSWORD } from '../harness/sign-in.ts'
import { answer } from './demo-devices.ts'
import { createTestDevice, type TestDevice } from './test-device.ts'

let portal: RunningPortal
let password = DEMO_PASSWORD
beforeAll(async () => {
  portal = await startPortal()
})
afterAll(() => portal.close())

const start = async (name: string, tabOf?: TestDevice, email = 'client2@demo.test') => {
  const device = await createTestDevice({
    url: portal.url,
    email,
    password,
    name,
    collections: ['drafts'],
    ...(tabOf && { tabOf }),
  })
  await device.settled()
  return device
}
const changePassword = async (device: TestDevice) => {
  const newPassword = `${password} more`
  const given = { password, newPassword, endOtherSessions: false }
  expect((await device.session.changePassword(given)).status).toBe(204)
  password = newPassword
}
type Keys = { keyId: string; olderKeys?: { keyId: string }[] }
async function entryOf({ indexedDB }: TestDevice): Promise<Keys & { rotates?: boolean; records?: Keys[] }> {
  const settled = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve) => {
      request.onsuccess = () => resolve(request.result)
    })
  const database = await settled(indexedDB.open('mentalspace-keys'))
  const [entry] = await settled(database.transaction('accounts').objectStore('accounts').getAll())
  database.close()
  return entry
}
const shown = async (device: TestDevice, id: string) =>
  JSON.stringify(await device.db.drafts.findOne(id).exec())
const draftId = async (device: TestDevice) => (await device.db.drafts.findOne().exec())?.id ?? ''

it('[R50] dies at any write of the replacement and loses nothing: neither what was sent nor what was not', async () => {
  await using phone = await start('phone that dies')
  const id = await draftId(phone)
  const { keyId } = await entryOf(phone)
  await changePassword(phone)
  phone.goOffline()
  await answer(phone, id, { 'phq9-1': '3' })

  const put = IDBObjectStore.prototype.put
  let isReplaced = false
  for (let survives = 0; !isReplaced; survives += 1) {
    expect(survives).toBeLessThan(20)
    phone.restart()
    let left = survives
    const dying = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (
      this: IDBObjectStore,
      ...given
    ) {
      if (this.name === 'accounts' && left-- <= 0) throw new Error('the device dies')
      return put.apply(this, given)
    })
    await phone.session.unlock({ password }).catch(() => undefined)
    dying.mockRestore()
    isReplaced = (await entryOf(phone)).keyId !== keyId
    phone.restart()
    expect(await phone.session.unlock({ password })).toMatchObject({ ok: true })
    expect(await shown(phone, id)).toContain('"phq9-1":"3"')
  }
  expect(await entryOf(phone)).toMatchObject({ rotates: false })
  await answer(phone, id, { 'phq9-2': '1' })
  phone.goOnline()
  await phone.settled()
  phone.restart()
  expect(await phone.session.unlock({ password })).toMatchObject({ ok: true })
  expect(await shown(phone, id)).toMatch(/"phq9-1":"3".*"phq9-2":"1"/)
})

it('[R50] locks the other tabs, and what one of them wrote at the last moment opens', async () => {
  await using one = await start('tab that is open')
  const id = await draftId(one)
  await changePassword(one)
  await one.session.lock('user')
  one.goOffline()
  await using other = await start('tab that unlocks', one)
  const { keyId } = await entryOf(one)
  expect(keyId).toBeTruthy()
  await changePassword(other)
  const before = (await entryOf(other)).keyId
  await answer(other, id, { 'phq9-3': '2' })
  await using third = await start('third tab', one)
  expect((await entryOf(third)).keyId).not.toBe(before)
  const locked = firstValueFrom(other.session.session$.pipe(filter(({ state }) => state === 'locked')))
  expect(await locked).toMatchObject({ state: 'locked' })
  expect(await shown(third, id)).toContain('"phq9-3":"2"')
})

const olderOf = async (device: TestDevice) => {
  const entry = await entryOf(device)
  return [entry, ...(entry.records ?? [])].flatMap(({ olderKeys = [] }) => olderKeys)
}
/** After so long a quiet time as it needs. */
const olderInTime = (device: TestDevice) =>
  expect.poll(async () => {
    await device.runTimers()
    return (await olderOf(device)).length
  })

it('[R57] moves everything to the present key in quiet times, and the older one leaves the key ring', async () => {
  await using phone = await start('phone that tidies')
  const id = await draftId(phone)
  phone.goOffline()
  await answer(phone, id, { 'phq9-4': '1' })
  phone.goOnline()
  await changePassword(phone)
  phone.goOffline()
  await answer(phone, id, { 'phq9-5': '2' })
  phone.restart()
  expect(await phone.session.unlock({ password })).toMatchObject({ ok: true })
  await olderInTime(phone).toBe(0)
  phone.restart()
  expect(await phone.session.unlock({ password })).toMatchObject({ ok: true })
  expect(await shown(phone, id)).toMatch(/"phq9-4":"1".*"phq9-5":"2"/)
  phone.goOnline()
  await phone.settled()
})

it('[R57] keeps the older key as long as a frozen tab has it open', async () => {
  await using frozen = await start('tab that is frozen')
  const id = await draftId(frozen)
  await changePassword(frozen)
  frozen.freeze()
  await using other = await start('tab that goes on', frozen)
  await expect.poll(() => shown(other, id)).toContain(id)
  for (let times = 0; times < 5; times += 1) {
    await other.runTimers()
    await other.settled()
    expect(await olderOf(other)).toHaveLength(1)
  }
  frozen.crash()
  await answer(other, id, { 'phq9-6': '3' })
  await olderInTime(other).toBe(0)
})

it('[R57] does so for the records of others, each with keys of its own', async () => {
  password = DEMO_PASSWORD
  await using guardian = await start('guardian', undefined, 'guardian@demo.test')
  await expect.poll(async () => (await entryOf(guardian)).records?.length).toBeGreaterThan(0)
  await changePassword(guardian)
  guardian.restart()
  expect(await guardian.session.unlock({ password })).toMatchObject({ ok: true })
  expect((await olderOf(guardian)).length).toBeGreaterThan(0)
  await olderInTime(guardian).toBe(0)
  guardian.restart()
  expect(await guardian.session.unlock({ password })).toMatchObject({ ok: true })
  await guardian.settled()
})
