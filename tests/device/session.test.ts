/** Sign-in, unlock, lock, sign-out and several tabs, over the server in memory. SPEC: client/replica/SPEC.md. */
import { randomUUID } from 'node:crypto'
import { IDBKeyRange } from 'fake-indexeddb'
import { filter, firstValueFrom } from 'rxjs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { IDLE_MS } from '../../client/keys/idle-lock.ts'
import { openKeyRing } from '../../client/keys/key-ring.ts'
import type { SessionState, SessionView } from '../../client/replica/portal-session.ts'
import { assignedDraft } from '../harness/assigned-draft.ts'
import { createFakeServer, type FakeServer } from './fake-server.ts'
import { createTestDevice, type TestDevice } from './test-device.ts'

let server: FakeServer
let devices: TestDevice[]
let now: number
const draftId = randomUUID()

const options = (name: string) => ({
  url: 'http://portal.test',
  email: server.email,
  password: server.password,
  name,
  network: { fetch: server.fetch, openSocket: server.openSocket },
  now: () => now++,
  collections: ['drafts' as const],
})
const device = async (name: string, tabOf?: TestDevice) => {
  const created = await createTestDevice({ ...options(name), ...(tabOf && { tabOf }) })
  devices.push(created)
  await created.settled()
  return created
}
const state = (on: TestDevice, wanted: SessionState): Promise<SessionView> =>
  firstValueFrom(on.session.session$.pipe(filter((view) => view.state === wanted)))
const answer = async (on: TestDevice, value: string) =>
  (await on.db.drafts.findOne(draftId).exec(true)).incrementalPatch({ answers: { q: value } })
const replicas = async (on: TestDevice) =>
  (await on.indexedDB.databases()).filter(({ name }) => name?.startsWith('replica-')).length

beforeEach(() => {
  server = createFakeServer()
  devices = []
  now = Date.now()
  server.put('drafts', assignedDraft(draftId))
})
afterEach(async () => {
  for (const each of devices) await each[Symbol.asyncDispose]()
})

describe('unlocking', () => {
  it('[R18] opens with the password and no network, and signs in by itself when the network is back', async () => {
    const phone = await device('phone')
    await answer(phone, 'kept')
    await phone.settled()
    phone.goOffline()
    await phone.reopen()
    await state(phone, 'open')
    expect((await phone.db.drafts.findOne(draftId).exec(true)).toJSON().answers).toEqual({ q: 'kept' })
    await answer(phone, 'offline')
    phone.goOnline()
    await phone.settled()
    expect(server.body(draftId)?.answers).toEqual({ q: 'offline' })
  })

  it('[R39] is not an empty sign-in where the key ring cannot be read, and goes on once it can', async () => {
    const phone = await device('phone')
    phone.goOffline()
    await answer(phone, 'unsent')
    const { indexedDB } = phone
    const broken = vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('Internal error opening backing store', 'UnknownError')
    })
    phone.restart()
    expect(await state(phone, 'unreadable')).toMatchObject({ person: null, problem: expect.any(String) })
    await phone.session.lookAgain()
    await state(phone, 'unreadable')
    broken.mockRestore()
    await phone.session.lookAgain()
    await state(phone, 'locked')
    expect(await phone.session.unlock({ password: server.password })).toMatchObject({ ok: true })
    await state(phone, 'open')
    expect((await phone.db.drafts.findOne(draftId).exec(true)).toJSON().answers).toEqual({ q: 'unsent' })
  })

  it('[R18] makes wrong passwords wait after the fifth, across restarts, and never gives the slot up', async () => {
    const phone = await device('phone')
    phone.goOffline()
    const attempt = (password: string) => phone.session.unlock({ password })
    const restart = async () => {
      phone.restart()
      await state(phone, 'locked')
    }
    await restart()
    for (let wrong = 1; wrong < 5; wrong += 1)
      expect(await attempt('wrong')).toEqual({ ok: false, reason: 'wrong_credentials' })
    expect(await attempt('wrong')).toMatchObject({ reason: 'backed_off' })
    await restart()
    const backedOff = await attempt(server.password)
    expect(backedOff).toMatchObject({ ok: false, reason: 'backed_off', retryAt: expect.any(Number) })
    for (let more = 0; more < 6; more += 1) {
      now += 2 * 60 * 60 * 1000
      expect(await attempt('wrong')).toMatchObject({ reason: 'backed_off' })
    }
    now += 2 * 60 * 60 * 1000
    expect(await attempt(server.password)).toMatchObject({ ok: true })
  })

  it('says that a sign-in is needed when the server no longer takes the password', async () => {
    const phone = await device('phone')
    phone.goOffline()
    await phone.reopen()
    server.changePassword('another-password-2026')
    phone.goOnline()
    await phone.until(({ link }) => link === 'sign-in-needed')
    await answer(phone, 'still typing')
    expect(
      await phone.session.signIn({ email: server.email, password: 'another-password-2026' }),
    ).toMatchObject({
      ok: true,
    })
    await phone.settled()
    expect(server.body(draftId)?.answers).toEqual({ q: 'still typing' })
    await phone.session.lock('user')
    expect(await phone.session.unlock({ password: server.password })).toMatchObject({ ok: true })
  })

  it('[R3] never shares a device id, and so mutation numbers, with a replica that the password does not open', async () => {
    const phone = await device('phone')
    phone.goOffline()
    await answer(phone, 'unsent')
    phone.restart()
    await state(phone, 'locked')
    server.changePassword('another-password-2026')
    phone.goOnline()
    expect(await phone.session.signIn({ email: server.email, password: server.password })).toMatchObject({
      ok: true,
    })
    await phone.settled()
    await answer(phone, 'from the new replica')
    await phone.settled()
    expect(server.body(draftId)?.answers).toEqual({ q: 'from the new replica' })
    expect(new Set(server.everSeen()).size).toBe(2)
    expect(await replicas(phone)).toBe(2)
  })
})

describe('locking and leaving', () => {
  it('[R20] locks after fifteen idle minutes and keeps what was typed', async () => {
    const phone = await device('phone')
    phone.goOffline()
    await answer(phone, 'typed')
    now += IDLE_MS
    await phone.runTimers()
    expect((await state(phone, 'locked')).lockReason).toBe('idle')
    expect(() => phone.db).toThrow('locked')
    await expect(phone.session.readLocal('anything')).rejects.toThrow('locked')
    expect(await phone.session.unlock({ password: server.password })).toMatchObject({ ok: true })
    expect((await phone.db.drafts.findOne(draftId).exec(true)).toJSON().answers).toEqual({ q: 'typed' })
  })

  it('[R19] signing out asks before it destroys unsent changes, locked or open', async () => {
    const phone = await device('phone')
    phone.goOffline()
    await answer(phone, 'unsent')
    expect(await phone.session.signOut({ force: false })).toEqual({ ok: false, unsent: 1 })
    await phone.session.lock('user')
    expect(await phone.session.signOut({ force: false })).toEqual({ ok: false, unsent: 1 })
    expect(await replicas(phone)).toBe(1)
    expect(await phone.session.signOut({ force: true })).toEqual({ ok: true })
    expect(await replicas(phone)).toBe(0)
    expect((await state(phone, 'empty')).person).toBeNull()
    phone.restart()
    await state(phone, 'empty')
  })

  it('[R59] tells the clinic of a sign-out that was made with no network, once, at the next start', async () => {
    const phone = await device('phone')
    phone.goOffline()
    expect(await phone.session.signOut({ force: true })).toEqual({ ok: true })
    phone.restart()
    await state(phone, 'empty')
    expect(server.farewells()).toBe(0)
    phone.goOnline()
    phone.restart()
    await expect.poll(server.farewells).toBe(1)
    const ring = await openKeyRing(
      { indexedDB: phone.indexedDB, IDBKeyRange },
      (length) => new Uint8Array(length),
    )
    await expect.poll(ring.leaving).toBeUndefined()
    ring.close()
    phone.restart()
    await state(phone, 'empty')
    const { email, password } = server
    expect(await phone.session.signIn({ email, password })).toMatchObject({ ok: true })
    expect(server.farewells()).toBe(1)
  })

  it('keeps small local values sealed and gives them back after a restart', async () => {
    const phone = await device('phone')
    await phone.session.writeLocal('last-page', { path: '/forms' })
    await phone.reopen()
    expect(await phone.session.readLocal('last-page')).toEqual({ path: '/forms' })
    expect(await phone.session.readLocal('other')).toBeUndefined()
  })
})

describe('[R21] tabs', () => {
  it('share one socket, show each other’s writes, and hand the socket over', async () => {
    const first = await device('first')
    const second = await device('second', first)
    expect(server.devices()).toHaveLength(1)
    await answer(second, 'from the second tab')
    await first.untilDocument('drafts', draftId, ({ answers }) =>
      JSON.stringify(answers).includes('second tab'),
    )
    await second.settled()
    expect(server.body(draftId)?.answers).toEqual({ q: 'from the second tab' })
    first.crash()
    await expect.poll(() => server.devices()).toHaveLength(1)
    await answer(second, 'after the first died')
    await expect.poll(() => server.body(draftId)?.answers).toEqual({ q: 'after the first died' })
    const numbers = server.effects.map(([number]) => number)
    expect(new Set(numbers).size).toBe(numbers.length)
  })

  it('[R20] lock together', async () => {
    const first = await device('first')
    const second = await device('second', first)
    await first.session.lock('user')
    expect((await state(second, 'locked')).lockReason).toBe('user')
  })
})
