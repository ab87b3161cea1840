/** Two people, one browser: the cookie of one is never the other's session. SPEC: client/replica/SPEC.md, R60. */
import { IDBKeyRange } from 'fake-indexeddb'
import { filter, firstValueFrom } from 'rxjs'
import { expect, it } from 'vitest'
import { openKeyRing } from '../../client/keys/key-ring.ts'
import { DEMO_PASSWORD, signIn } from '../harness/sign-in.ts'
import { answer, demoDevices } from './demo-devices.ts'
import { createTestDevice, type TestDevice } from './test-device.ts'

const ALEX = { email: 'client@demo.test', password: DEMO_PASSWORD }
const SAM = { email: 'client2@demo.test', password: DEMO_PASSWORD }
const demo = demoDevices()

const locked = (on: TestDevice) =>
  firstValueFrom(on.session.session$.pipe(filter(({ state }) => state === 'locked')))
const whoIsAsked = async (on: TestDevice) =>
  (await on.session.request({ method: 'GET', path: '/api/v1/portal/auth/account' })).body
const liveSessions = async (email: string) =>
  demo.portal.portal.database.prisma.session.count({ where: { portalAccount: { email }, revokedAt: null } })

/** Both have a replica here; Alex was the last, with a session that is still good. */
async function shared(): Promise<TestDevice> {
  const phone = await demo.device('phone')
  await phone.session.lock('user')
  expect(await phone.session.signIn(SAM)).toMatchObject({ ok: true })
  await phone.settled()
  await phone.session.lock('user')
  expect(await phone.session.signIn(ALEX)).toMatchObject({ ok: true })
  await phone.settled()
  return phone
}

it('[R60] who unlocks where another’s session is still good signs in, and asks for nothing in their name', async () => {
  const phone = await shared()
  await phone.session.lock('user')
  await locked(phone)
  phone.goOffline()
  expect(await phone.session.signIn(SAM)).toMatchObject({ ok: true })
  phone.goOnline()
  const asked: unknown[] = []
  await expect
    .poll(async () => asked.push(await whoIsAsked(phone)) && asked.at(-1), { timeout: 60_000 })
    .toBeTruthy()
  // Nobody until the sign-in, and Sam from then on.
  expect(asked.at(-1)).toMatchObject({ email: SAM.email })
  await phone.settled()
})

it('[R59] a farewell that is told late ends no session that began since', async () => {
  const phone = await shared()
  phone.goOffline()
  const ring = await openKeyRing({ indexedDB: phone.indexedDB, IDBKeyRange }, (n) => new Uint8Array(n))
  const alex = (await ring.current())?.deviceId
  expect(await phone.session.signOut({ force: true })).toEqual({ ok: true })
  const before = await liveSessions(SAM.email)
  const tab = await createTestDevice({ url: demo.portal.url, ...SAM, name: 'tab', tabOf: phone })
  await tab.settled()
  phone.goOnline()
  // As if its sign-in had not been noted yet.
  await ring.setLeaving(alex)
  await phone.runTimers()
  await expect.poll(ring.leaving).toBeUndefined()
  ring.close()
  expect(await liveSessions(SAM.email)).toBe(before + 1)
  await tab.reopen()
  await tab.settled()
  await tab[Symbol.asyncDispose]()
})

it('[R59] tells of a sign-out at the next start also where somebody else’s replica is locked here', async () => {
  const phone = await shared()
  const before = await liveSessions(ALEX.email)
  phone.goOffline()
  expect(await phone.session.signOut({ force: true })).toEqual({ ok: true })
  phone.goOnline()
  phone.restart()
  await locked(phone)
  await expect.poll(() => liveSessions(ALEX.email)).toBe(before - 1)
})

const replicas = async (on: TestDevice) =>
  (await on.indexedDB.databases()).filter(({ name }) => /^replica-[^.]*(?<!-files)$/.test(name ?? '')).length
const revoke = async (on: TestDevice) => {
  const ring = await openKeyRing({ indexedDB: on.indexedDB, IDBKeyRange }, (n) => new Uint8Array(n))
  const { deviceId = '' } = (await ring.findByEmail(ALEX.email)) ?? {}
  ring.close()
  const elsewhere = await signIn(demo.portal.url, ALEX.email)
  const path = `/api/v1/portal/auth/devices/${deviceId}`
  expect((await elsewhere.fetch(path, { method: 'DELETE' })).status).toBe(204)
  return elsewhere
}
/** Alex's was revoked with something unsent in it, and the cookie is Sam's: whose token it would take, nobody gets. */
async function withSamsCookie(text: string) {
  const phone = await shared()
  phone.goOffline()
  const [draft] = await phone.db.drafts.find().exec()
  await answer(phone, draft?.id ?? '', { canary: text })
  const tab = await createTestDevice({ url: demo.portal.url, ...SAM, name: 'tab', tabOf: phone })
  await tab.settled()
  const elsewhere = await revoke(phone)
  const closed = locked(phone)
  phone.goOnline()
  await closed
  expect(await replicas(phone)).toBe(2)
  return { phone, tab, elsewhere }
}

it('[R64] a revoked replica is kept, closed, where the session is somebody else’s, and handed in at the sign-in', async () => {
  const { phone, tab, elsewhere } = await withSamsCookie('typed beside Sam')
  expect(await phone.session.signIn(ALEX)).toMatchObject({ ok: false, reason: 'wrong_credentials' })
  expect(await replicas(phone)).toBe(1)
  const { text } = await elsewhere.fetch('/api/v1/portal/quarantine')
  expect(text).toContain('typed beside Sam')
  // Sam's goes on.
  await tab.reopen()
  await tab.settled()
  await tab[Symbol.asyncDispose]()
})

it('[R64] and goes when the person says so, without having been handed in', async () => {
  const { phone, tab } = await withSamsCookie('given up beside Sam')
  // Sam's was used last: it is the one that is locked here otherwise.
  await tab.session.signOut({ force: true })
  await tab[Symbol.asyncDispose]()
  expect(await phone.session.signOut({ force: false })).toEqual({ ok: false, unsent: 1 })
  expect(await phone.session.signOut({ force: true })).toEqual({ ok: true })
  expect(await replicas(phone)).toBe(0)
})
