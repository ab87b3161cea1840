/** A replica that has not heard from the clinic for long: it asks for the network, and keeps everything until then. */

import { IDBKeyRange } from 'fake-indexeddb'
import { filter, firstValueFrom } from 'rxjs'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { openKeyRing } from '../../client/keys/key-ring.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { DEMO_PASSWORD } from '../harness/sign-in.ts'
import { createTestDevice, type TestDevice } from './test-device.ts'

const DAY = 24 * 60 * 60 * 1000
let portal: RunningPortal
let phone: TestDevice
let now: number
/** Of the device; the server's clock is another. */
const wait = (ms: number) => {
  now += ms
}

beforeAll(async () => {
  portal = await startPortal()
})
afterEach(() => phone[Symbol.asyncDispose]())
afterAll(() => portal.close())

const start = async (name: string) => {
  now = Date.now()
  phone = await createTestDevice({
    url: portal.url,
    email: 'client@demo.test',
    password: DEMO_PASSWORD,
    name,
    collections: ['drafts'],
    now: () => now,
  })
  await phone.settled()
}
const draft = async () => {
  const found = await phone.db.drafts.findOne({ selector: { formKey: 'initial-intake' } }).exec()
  if (!found) throw new Error('no draft')
  return found
}
const type = async (value: string) =>
  (await draft()).incrementalModify((data) => ({ ...data, answers: { ...data.answers, canary: value } }))
const unlock = () => phone.session.unlock({ password: DEMO_PASSWORD })

it('[R40] opens for seven days without the clinic, then asks for it and sends what was kept', async () => {
  await start('phone in the mountains')
  phone.goOffline()
  wait(6 * DAY)
  await phone.reopen()
  await type('typed on day six')
  phone.restart()
  wait(1.1 * DAY)
  expect(await unlock()).toEqual({ ok: false, reason: 'lease_ended' })
  // As if signing in: no way around.
  const login = { email: 'client@demo.test', password: DEMO_PASSWORD }
  expect(await phone.session.signIn(login)).toEqual({ ok: false, reason: 'lease_ended' })
  phone.goOnline()
  expect(await unlock()).toMatchObject({ ok: true })
  expect((await draft()).toJSON()).toMatchObject({ answers: { canary: 'typed on day six' } })
  await phone.settled()
  phone.goOffline()
  wait(6 * DAY)
  await phone.reopen()
})

it('[R40] notices a clock that was set back, until the clinic was reached', async () => {
  await start('phone set back')
  phone.goOffline()
  wait(2 * DAY)
  await phone.reopen()
  phone.restart()
  wait(-DAY)
  expect(await unlock()).toEqual({ ok: false, reason: 'clock_set_back' })
  phone.goOnline()
  expect(await unlock()).toMatchObject({ ok: true })
  await phone.settled()
  phone.goOffline()
  await phone.reopen()
})

it('[R40] a clock that ran ahead for a while does no harm once it is right again', async () => {
  await start('phone ahead')
  phone.goOffline()
  phone.restart()
  wait(900 * DAY)
  expect(await unlock()).toEqual({ ok: false, reason: 'lease_ended' })
  wait(-900 * DAY)
  expect(await unlock()).toMatchObject({ ok: true })
})

it('[R40] locks an open replica at the end, in a pause, and deletes nothing', async () => {
  await start('phone left open')
  phone.goOffline()
  await type('typed before the end')
  wait(8 * DAY)
  const locked = firstValueFrom(phone.session.session$.pipe(filter(({ state }) => state === 'locked')))
  await phone.runTimers()
  expect(await locked).toMatchObject({ lockReason: expect.stringMatching(/^(lease_ended|idle)$/) })
  expect(await unlock()).toEqual({ ok: false, reason: 'lease_ended' })
  phone.goOnline()
  expect(await unlock()).toMatchObject({ ok: true })
  expect((await draft()).toJSON()).toMatchObject({ answers: { canary: 'typed before the end' } })
})

it('[R40] an entry of a build before leases opens, and its lease begins', async () => {
  await start('phone of before')
  phone.goOffline()
  phone.restart()
  const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
  const ring = await openKeyRing({ indexedDB: phone.indexedDB, IDBKeyRange }, random)
  const entry = await ring.current()
  if (entry === undefined) throw new Error('no entry')
  const { lease, ...before } = entry
  expect(lease).toBeDefined()
  await ring.put(before)
  wait(DAY)
  await phone.reopen()
  phone.restart()
  wait(8 * DAY)
  expect(await unlock()).toEqual({ ok: false, reason: 'lease_ended' })
  ring.close()
})
