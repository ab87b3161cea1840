/** A device whose account gets another password or another address, here or elsewhere. SPEC: client/replica/SPEC.md, R42. */
import { filter, firstValueFrom } from 'rxjs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type AccountServer, GOOD_PASSWORD, startAccountServer } from '../harness/account-server.ts'
import { DEMO_PASSWORD } from '../harness/sign-in.ts'
import { answer } from './demo-devices.ts'
import { createTestDevice } from './test-device.ts'

let server: AccountServer
beforeAll(async () => {
  server = await startAccountServer()
})
afterAll(() => server?.close())

const secretOf = (link: string) => link.split('#')[1] ?? ''
const signedIn = async (email: string, name: string) => {
  const device = await createTestDevice({
    url: server.url,
    email,
    password: DEMO_PASSWORD,
    name,
    collections: ['drafts'],
  })
  await device.settled()
  return device
}
const NEW = { password: DEMO_PASSWORD, newPassword: GOOD_PASSWORD, endOtherSessions: true }

it('[R42] the new password opens this device with no network, and what was not sent is still there', async () => {
  await using phone = await signedIn('client2@demo.test', 'phone')
  const [draft] = await phone.db.drafts.find().exec()
  const id = draft?.id ?? ''
  const wrong = await phone.session.changePassword({ ...NEW, password: 'not this one' })
  expect(wrong).toMatchObject({ status: 401, body: { code: 'wrong_credentials' } })
  expect((await phone.session.changePassword(NEW)).status).toBe(204)
  phone.goOffline()
  await answer(phone, id, { 'phq9-1': '2' })
  await phone.session.lock('user')
  const unlock = (password: string) => phone.session.unlock({ password })
  expect(await unlock(DEMO_PASSWORD)).toMatchObject({ ok: false, reason: 'wrong_credentials' })
  expect(await unlock(GOOD_PASSWORD)).toMatchObject({ ok: true })
  expect(JSON.stringify(await phone.db.drafts.findOne(id).exec())).toContain('phq9-1')
  phone.goOnline()
  await phone.settled()
})

it('[R42] an address that was confirmed elsewhere is this device’s at the next word of the server', async () => {
  await using phone = await signedIn('client@demo.test', 'phone')
  const { session } = phone
  const body = { password: DEMO_PASSWORD, email: 'rosa@example.org' }
  const path = '/api/v1/portal/auth/change-email'
  expect((await session.request({ method: 'POST', path, body })).status).toBe(204)
  const pending = (await session.readAccount()).body
  expect(pending).toMatchObject({ email: 'client@demo.test', pending: { email: 'rosa@example.org' } })
  const { link } = await server.mailbox.next('rosa@example.org')
  expect((await server.post('confirm-email', { link: secretOf(link) })).status).toBe(204)

  expect((await session.readAccount()).body).toEqual({ email: 'rosa@example.org', pending: null })
  const view = await firstValueFrom(session.session$.pipe(filter(({ person }) => person !== null)))
  expect(view.person?.email).toBe('rosa@example.org')
  // The replica is found by it, with no network too.
  const [replica] = (await phone.indexedDB.databases()).filter(({ name }) => name?.startsWith('replica-'))
  await session.lock('user')
  phone.goOffline()
  const signIn = (email: string, password = DEMO_PASSWORD) => session.signIn({ email, password })
  expect(await signIn('client@demo.test')).toMatchObject({ ok: false })
  expect(await signIn('rosa@example.org')).toMatchObject({ ok: true })
  phone.goOnline()
  await phone.settled()

  // Taken back elsewhere, while this device was locked: signing in by the old address finds what is here.
  const back = await server.mailbox.next('client@demo.test')
  await session.lock('user')
  expect((await server.post('undo-email', { link: secretOf(back.link) })).status).toBe(204)
  const reset = await server.mailbox.next('client@demo.test')
  const chosen = await server.post('reset-password', { link: secretOf(reset.link), password: GOOD_PASSWORD })
  expect(chosen.body).toEqual({ email: 'client@demo.test' })
  expect(await signIn('client@demo.test', GOOD_PASSWORD)).toMatchObject({ ok: true })
  const replicas = (await phone.indexedDB.databases()).filter(({ name }) => name?.startsWith('replica-'))
  expect(replicas).toEqual([replica])
})
