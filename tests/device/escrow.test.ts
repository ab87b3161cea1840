/** A password that was changed elsewhere, or forgotten, and what a device had not sent by then: nothing of it is lost. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { openSocket } from '../../client/transport/socket.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { DEMO_PASSWORD, signIn } from '../harness/sign-in.ts'
import { createTestDevice, type TestDevice } from './test-device.ts'

const EMAIL = 'client@demo.test'
let portal: RunningPortal
let password = DEMO_PASSWORD
let phone: TestDevice
let isEscrowAway = false

beforeAll(async () => {
  portal = await startPortal()
})
afterEach(async () => {
  isEscrowAway = false
  await phone[Symbol.asyncDispose]()
})
afterAll(() => portal.close())

const start = async (name: string) => {
  phone = await createTestDevice({
    url: portal.url,
    email: EMAIL,
    password,
    name,
    collections: ['drafts'],
    network: {
      openSocket,
      fetch: async (input, init) =>
        isEscrowAway && String(input).includes('/device-key/')
          ? new Response(null, { status: 503 })
          : fetch(input, init),
    },
  })
  await phone.settled()
}
/** Until the device has its slot at the server's: some moment after a contact. */
const inTrust = () =>
  expect
    .poll(async () => {
      const open = phone.indexedDB.open('mentalspace-keys')
      const database = await new Promise<IDBDatabase>((resolve) => {
        open.onsuccess = () => resolve(open.result)
      })
      const all = database.transaction('accounts').objectStore('accounts').getAll()
      const entries = await new Promise<{ escrowSlot?: object }[]>((resolve) => {
        all.onsuccess = () => resolve(all.result)
      })
      database.close()
      return entries.every(({ escrowSlot }) => escrowSlot !== undefined)
    })
    .toBe(true)
const draft = async () => {
  const found = await phone.db.drafts.findOne({ selector: { formKey: 'initial-intake' } }).exec()
  if (!found) throw new Error('no draft')
  return found
}
const type = async (value: string) =>
  (await draft()).incrementalModify((data) => ({ ...data, answers: { ...data.answers, canary: value } }))
const changeElsewhere = async () => {
  const elsewhere = await signIn(portal.url, EMAIL, { password })
  const newPassword = `${password} and more`
  const { status } = await elsewhere.fetch('/api/v1/portal/auth/change-password', {
    method: 'POST',
    body: { password, newPassword, endOtherSessions: true },
  })
  expect(status).toBe(204)
  const before = password
  password = newPassword
  return before
}
const replicas = async () =>
  (await phone.indexedDB.databases()).filter(({ name }) => name?.startsWith('replica-')).length
const serverHas = async (text: string) => {
  const other = await signIn(portal.url, EMAIL, { password })
  const { body } = await other.fetch('/api/v1/portal/forms')
  const items = body.items as { id: string }[]
  const forms = await Promise.all(items.map(({ id }) => other.fetch(`/api/v1/portal/forms/${id}`)))
  return forms.some((form) => form.text.includes(text))
}

it('[R41] [R50] opens with the new password after a sign-in, and sends what was typed before', async () => {
  await start('phone of somebody who forgot')
  await inTrust()
  phone.goOffline()
  await type('typed before it was forgotten')
  phone.restart()
  await changeElsewhere()
  phone.goOnline()
  expect(await phone.session.signIn({ email: EMAIL, password })).toMatchObject({ ok: true })
  expect((await draft()).toJSON()).toMatchObject({ answers: { canary: 'typed before it was forgotten' } })
  await phone.settled()
  expect(await serverHas('typed before it was forgotten')).toBe(true)
  expect(await replicas()).toBe(1)
  // From now on with no network, too.
  phone.goOffline()
  phone.restart()
  expect(await phone.session.unlock({ password })).toMatchObject({ ok: true })
  // Sealed under the key that the server has seen, and under the one that came after it.
  expect((await draft()).toJSON()).toMatchObject({ answers: { canary: 'typed before it was forgotten' } })
  await type('typed under the new key')
  phone.crash()
  phone.restart()
  expect(await phone.session.unlock({ password })).toMatchObject({ ok: true })
  expect((await draft()).toJSON()).toMatchObject({ answers: { canary: 'typed under the new key' } })
})

it('[R41] opens with the old password until the clinic says otherwise, and loses nothing then', async () => {
  await start('phone with the old password')
  await inTrust()
  phone.goOffline()
  phone.restart()
  const old = await changeElsewhere()
  expect(await phone.session.unlock({ password: old })).toMatchObject({ ok: true })
  await type('typed after the change')
  phone.goOnline()
  await phone.until(({ link }) => link === 'sign-in-needed')
  expect(await phone.session.signIn({ email: EMAIL, password })).toMatchObject({ ok: true })
  await phone.settled()
  expect(await serverHas('typed after the change')).toBe(true)
  expect(await replicas()).toBe(1)
  phone.restart()
  expect(await phone.session.unlock({ password: old })).toMatchObject({ ok: false })
  expect(await phone.session.unlock({ password })).toMatchObject({ ok: true })
})

it('[R41] makes no second replica while the server cannot open the first', async () => {
  await start('phone in bad luck')
  await inTrust()
  phone.goOffline()
  await type('typed in bad luck')
  phone.restart()
  await changeElsewhere()
  phone.goOnline()
  isEscrowAway = true
  const login = { email: EMAIL, password }
  expect(await phone.session.signIn(login)).toEqual({ ok: false, reason: 'unavailable' })
  expect(await replicas()).toBe(1)
  isEscrowAway = false
  expect(await phone.session.signIn(login)).toMatchObject({ ok: true })
  await phone.settled()
  expect(await serverHas('typed in bad luck')).toBe(true)
})

it('[R18] opens again after ten wrong passwords, with a sign-in', async () => {
  let now = Date.now()
  phone = await createTestDevice({
    url: portal.url,
    email: EMAIL,
    password,
    name: 'phone of a curious friend',
    collections: ['drafts'],
    now: () => now,
  })
  await phone.settled()
  await inTrust()
  phone.goOffline()
  await type('typed before the friend came')
  phone.restart()
  const reasons: string[] = []
  for (let attempt = 1; attempt <= 11; attempt += 1) {
    const answer = await phone.session.unlock({ password: attempt === 11 ? password : 'wrong' })
    if (!answer.ok) reasons.push(answer.reason)
    now += 60 * 60_000
  }
  const counts = ['wrong_credentials', 'backed_off', 'password_off'].map(
    (reason) => reasons.filter((one) => one === reason).length,
  )
  expect(counts).toEqual([4, 5, 2])
  phone.goOnline()
  expect(await phone.session.signIn({ email: EMAIL, password })).toMatchObject({ ok: true })
  await phone.settled()
  expect(await serverHas('typed before the friend came')).toBe(true)
  phone.goOffline()
  phone.restart()
  expect(await phone.session.unlock({ password })).toMatchObject({ ok: true })
})
