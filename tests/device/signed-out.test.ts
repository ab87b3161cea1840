/**
 * A device that was signed out while it was away, with changes it had not sent, against the real server: the changes
 * reach people and no document, the device keeps nothing and learns nothing. SPEC: shared/protocol/SPEC.md, P22, P23.
 */
import { randomUUID } from 'node:crypto'
import { IDBTransaction } from 'fake-indexeddb'
import { filter, firstValueFrom } from 'rxjs'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { SYNC_HTTP } from '../../shared/protocol/terms.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { ask, DEMO_PASSWORD, login, refresh, type SignedInDevice, signIn } from '../harness/sign-in.ts'
import { createTestDevice, type TestDevice } from './test-device.ts'

const EMAIL = 'client@demo.test'
let portal: RunningPortal
const devices: TestDevice[] = []
let refuseLastPush = false
let whenLastPushed = async () => {}

beforeAll(async () => {
  portal = await startPortal()
})
afterEach(async () => {
  refuseLastPush = false
  whenLastPushed = async () => {}
  for (const device of devices.splice(0)) await device[Symbol.asyncDispose]()
})
afterAll(() => portal.close())

const device = async (name: string, now?: () => number, email = EMAIL) => {
  const { openSocket } = await import('../../client/transport/socket.ts')
  const created = await createTestDevice({
    url: portal.url,
    email,
    password: DEMO_PASSWORD,
    name,
    collections: ['drafts'],
    ...(now && { now }),
    network: {
      openSocket,
      async fetch(input, init) {
        const isLast = String(input).endsWith('/last-push')
        if (isLast) await whenLastPushed()
        return isLast && refuseLastPush ? new Response(null, { status: 503 }) : fetch(input, init)
      },
    },
  })
  devices.push(created)
  await created.settled()
  return created
}
const type = async (on: TestDevice, value: string) => {
  const [draft] = await on.db.drafts.find({ selector: { formKey: 'initial-intake' } }).exec()
  if (!draft) throw new Error('no draft')
  await draft.incrementalModify((data) => ({ ...data, answers: { ...data.answers, canary: value } }))
}
const signOutRemotely = async (name: string) => {
  const other = await signIn(portal.url, EMAIL)
  const { items } = (await other.fetch('/api/v1/portal/auth/devices')).body as {
    items: { id: string; name: string }[]
  }
  const { id } = items.find((item) => item.name === name) ?? { id: '' }
  const { status } = await other.fetch(`/api/v1/portal/auth/devices/${id}`, { method: 'DELETE' })
  expect(status).toBe(204)
  return { other, id }
}
const replicas = async (on: TestDevice) =>
  (await on.indexedDB.databases()).filter(({ name }) => name?.startsWith('replica-')).length
const wiped = (on: TestDevice) =>
  firstValueFrom(on.session.session$.pipe(filter(({ lockReason }) => lockReason === 'wiped')))
const wipedAt = async (id: string) =>
  (await portal.portal.database.prisma.device.findUnique({ where: { id } }))?.wipedAt
const setAside = async (who: SignedInDevice, path = '/api/v1/portal/quarantine') => {
  const { status, body } = await who.fetch(path)
  expect(status).toBe(200)
  return body.items as { deviceName: string; reason: string; fields: { field: string; value: unknown }[] }[]
}
const documentsHave = async (who: SignedInDevice, text: string) => {
  const everything = { client: who.clientId, after: 0, upTo: null }
  return (await who.fetch(`${SYNC_HTTP}/pull`, { method: 'POST', body: everything })).text.includes(text)
}

it('[P23] hands in what it had not sent, for the client and the clinician to read, and is wiped', async () => {
  const phone = await device('phone away')
  phone.goOffline()
  await type(phone, 'typed while away')
  const { other, id } = await signOutRemotely('phone away')
  phone.goOnline()
  await wiped(phone)
  expect(await replicas(phone)).toBe(0)
  await expect.poll(() => wipedAt(id)).toBeInstanceOf(Date)
  const expected = {
    deviceName: 'phone away',
    reason: 'device_revoked',
    collection: 'drafts',
    fields: expect.arrayContaining([{ field: 'answers/canary', value: 'typed while away' }]),
  }
  expect(await setAside(other)).toContainEqual(expect.objectContaining(expected))
  const clinician = await signIn(portal.url, 'clinician@demo.test')
  const path = `/api/v1/staff/clients/${other.clientId}/quarantine`
  expect(await setAside(clinician, path)).toContainEqual(expect.objectContaining(expected))
  expect((await (await signIn(portal.url, 'desk@demo.test')).fetch(path)).status).toBe(403)
  expect(await setAside(await signIn(portal.url, 'client2@demo.test'))).toEqual([])
  expect(await documentsHave(other, 'typed while away')).toBe(false)
})

it('[R11] hands in what it was acknowledged by a server that was put back since, and nothing of one that was not', async () => {
  for (const isPutBack of [false, true]) {
    const name = isPutBack ? 'phone of later' : 'phone of now'
    const phone = await device(name)
    await type(phone, `acknowledged: ${name}`)
    await phone.settled()
    phone.goOffline()
    const { other, id } = await signOutRemotely(name)
    if (isPutBack) await portal.portal.database.prisma.mutationResult.deleteMany({ where: { deviceId: id } })
    phone.goOnline()
    await wiped(phone)
    expect(JSON.stringify(await setAside(other)).includes(`acknowledged: ${name}`)).toBe(isPutBack)
  }
})

it('[R19] takes along what is typed while it hands in', async () => {
  const phone = await device('phone in use')
  phone.goOffline()
  await type(phone, 'typed before')
  const { other } = await signOutRemotely('phone in use')
  let pushes = 0
  whenLastPushed = async () => {
    pushes += 1
    if (pushes === 1) await type(phone, 'typed meanwhile')
  }
  phone.goOnline()
  await wiped(phone)
  const kept = (await setAside(other)).flatMap(({ fields }) => fields.map(({ value }) => value))
  expect(kept).toEqual(expect.arrayContaining(['typed before', 'typed meanwhile']))
})

it('[R59] says at its next start that it is empty, where the clinic did not hear it before', async () => {
  const phone = await device('phone unheard')
  phone.goOffline()
  const { id } = await signOutRemotely('phone unheard')
  refuseLastPush = true
  phone.goOnline()
  await wiped(phone)
  expect(await wipedAt(id)).toBeNull()
  refuseLastPush = false
  phone.restart()
  await expect.poll(() => wipedAt(id)).toBeInstanceOf(Date)
})

it('[P23] hands it in at the next sign-in, when the session ended meanwhile', async () => {
  const phone = await device('phone locked')
  phone.goOffline()
  await type(phone, 'typed before locking')
  phone.restart()
  const { other } = await signOutRemotely('phone locked')
  phone.goOnline()
  expect(await phone.session.signIn({ email: EMAIL, password: DEMO_PASSWORD })).toMatchObject({ ok: false })
  expect(await replicas(phone)).toBe(0)
  expect(JSON.stringify(await setAside(other))).toContain('typed before locking')
  expect(await documentsHave(other, 'typed before locking')).toBe(false)
})

it('[P23] keeps it, closed, while there is no room to note what leaves, and hands it in later', async () => {
  const phone = await device('phone without room')
  phone.goOffline()
  await type(phone, 'typed without room')
  const { other } = await signOutRemotely('phone without room')
  const full = vi.spyOn(IDBTransaction.prototype, 'commit').mockImplementation(function (
    this: IDBTransaction,
  ) {
    ;(this as IDBTransaction & { _abort(name: string): void })._abort('QuotaExceededError')
  })
  phone.goOnline()
  await firstValueFrom(phone.session.session$.pipe(filter(({ state }) => state === 'locked')))
  full.mockRestore()
  expect(await replicas(phone)).toBe(1)
  await phone.session.unlock({ password: DEMO_PASSWORD })
  await wiped(phone)
  expect(JSON.stringify(await setAside(other))).toContain('typed without room')
})

it('[P23] keeps it, closed, while the server takes nothing, and hands it in later', async () => {
  const phone = await device('phone in bad luck')
  phone.goOffline()
  await type(phone, 'typed in bad luck')
  const { other } = await signOutRemotely('phone in bad luck')
  refuseLastPush = true
  phone.goOnline()
  await firstValueFrom(phone.session.session$.pipe(filter(({ state }) => state === 'locked')))
  expect(await replicas(phone)).toBe(1)
  refuseLastPush = false
  await phone.session.unlock({ password: DEMO_PASSWORD })
  await wiped(phone)
  expect(await replicas(phone)).toBe(0)
  expect(JSON.stringify(await setAside(other))).toContain('typed in bad luck')
})

it('[P22] a device whose access ended while it was away purges what it holds', async () => {
  const phone = await device('phone without access')
  phone.goOffline()
  const { prisma } = portal.portal.database
  const account = await prisma.portalAccount.findUniqueOrThrow({ where: { email: EMAIL } })
  const { practiceId, clientId } = account
  const elsewhere = await prisma.client.create({
    data: { clientId: randomUUID(), practiceId, name: 'Other' },
  })
  const belongTo = (id: string | null) =>
    prisma.portalAccount.update({ where: { email: EMAIL }, data: { clientId: id } })
  await belongTo(elsewhere.clientId)
  phone.goOnline()
  await wiped(phone)
  expect(await replicas(phone)).toBe(0)
  await belongTo(clientId)
})

it('[P23] a stolen device gets nothing for its token but the word that it arrived, and fills only its share', async () => {
  const stolen = await signIn(portal.url, EMAIL, { deviceName: 'stolen' })
  const { other } = await signOutRemotely('stolen')
  const refreshed = await refresh(portal.url, stolen.cookie, stolen.key)
  expect(refreshed.body).toMatchObject({ code: 'device_revoked', lastPush: expect.any(String) })
  expect(refreshed.body).not.toHaveProperty('accessToken')
  const withToken = (token: unknown, path: string, method: string, body?: unknown) =>
    ask(portal.url + path, {
      method,
      key: stolen.key,
      token: String(token),
      ...(body === undefined ? {} : { body }),
    })
  const token = refreshed.body.lastPush
  // Good for no other door, and no other token is good for this one.
  const { body: api } = await ask(`${portal.url}/api/v1/openapi.json`)
  type Operations = Record<string, { readonly security: readonly object[] }>
  for (const [path, methods] of Object.entries(api.paths as Record<string, Operations>))
    for (const [method, { security }] of Object.entries(methods)) {
      const needsToken = security.some((schemes) => Object.keys(schemes).length > 1)
      if (path.endsWith('/last-push') || !needsToken) continue
      const answer = await withToken(token, path.replace('{id}', randomUUID()), method.toUpperCase())
      expect([path, answer.status]).toEqual([path, 401])
    }
  const path = `${SYNC_HTTP}/last-push`
  const push = (client: string, mutations: unknown[]) => ({ client, mutations })
  expect((await withToken(other.accessToken, path, 'POST', push(other.clientId, []))).status).toBe(401)
  // Not another record's quarantine, known or not.
  const second = await signIn(portal.url, 'client2@demo.test')
  const mutation = (n: number, text: string) => [n, 6, randomUUID(), 0, 1, [['answers/x', text]]]
  const [foreign, unknown] = await Promise.all(
    [second.clientId, randomUUID()].map((client) =>
      withToken(token, path, 'POST', push(client, [mutation(1, 'x')])),
    ),
  )
  expect([foreign?.status, foreign?.body.detail]).toEqual([404, unknown?.body.detail])
  expect(await setAside(second)).toEqual([])
  // The same twice, and at once, is kept once.
  const own = push(other.clientId, [mutation(1, 'once'), mutation(1, 'twice')])
  const answers = await Promise.all([1, 2, 3].map(() => withToken(token, path, 'POST', own)))
  expect(answers.map(({ status, text }) => [status, text])).toEqual(answers.map(() => [204, '']))
  const kept = () => portal.portal.database.prisma.quarantine.count({ where: { deviceId: stolen.deviceId } })
  expect(await kept()).toBe(1)
  // Its share in numbers.
  let number = 1
  for (let full = 0; full < 11; full++)
    await withToken(
      token,
      path,
      'POST',
      push(
        other.clientId,
        Array.from({ length: 500 }, () => mutation(++number, 'x')),
      ),
    )
  expect(await kept()).toBeLessThanOrEqual(5_000)
  const more = await withToken(
    token,
    path,
    'POST',
    push(other.clientId, [mutation(1_000_000, 'x'.repeat(10))]),
  )
  expect([204, 403]).toContain(more.status)
  // After the word that it is empty, nothing more at all; a new sign-in does not change that.
  const done = await withToken(token, path, 'POST', { client: other.clientId, mutations: [], wiped: true })
  expect(done.status).toBe(204)
  const again = await login(portal.url, EMAIL, { deviceId: stolen.deviceId, key: stolen.key })
  expect(again.body.code).toBe('device_revoked')
  const late = await withToken(again.body.lastPush, path, 'POST', own)
  expect([late.status, late.body.code]).toEqual([403, 'device_revoked'])
})

it('[S13] [P23] learns of the end of its account with no session left, hands in what it has, and is empty in the end', async () => {
  const email = 'client2@demo.test'
  const [tablet, phone, late] = [
    await device('tablet of one who left', undefined, email),
    await device('phone of one who left', undefined, email),
    await device('late phone of one who left', undefined, email),
  ]
  const { clientId, account } = await signIn(portal.url, email)
  for (const each of [tablet, phone, late]) each.goOffline()
  const [draft] = await phone.db.drafts.find().exec()
  await draft?.incrementalModify((data) => ({ ...data, answers: { canary: 'typed before the end' } }))
  await late.db.drafts
    .findOne()
    .exec()
    .then((found) => found?.incrementalModify((data) => ({ ...data, answers: { canary: 'too late' } })))
  for (const each of [tablet, phone, late]) {
    each.restart()
    each.shared.cookies.forget()
  }
  const admin = await signIn(portal.url, 'admin@demo.test')
  const end = async (step: string, body: object) => {
    const path = `/api/v1/staff/clients/${clientId}/${step}`
    expect((await admin.fetch(path, { method: 'POST', body })).status).toBe(204)
  }
  const words = { reason: 'moved away', name: account.name }
  await end('closing', { ...words, retainUntil: null })

  phone.goOnline()
  expect(await phone.session.unlock({ password: DEMO_PASSWORD })).toMatchObject({ ok: true })
  await wiped(phone)
  expect(await replicas(phone)).toBe(0)
  const clinician = await signIn(portal.url, 'clinician@demo.test')
  const kept = await setAside(clinician, `/api/v1/staff/clients/${clientId}/quarantine`)
  expect(JSON.stringify(kept)).toContain('typed before the end')

  // Somebody who guesses learns nothing, and another device neither: it is a wrong sign-in.
  tablet.goOnline()
  const wrong = { ok: false, reason: 'wrong_credentials' }
  expect(await tablet.session.signIn({ email, password: 'a wrong guess' })).toEqual(wrong)
  expect(await replicas(tablet)).toBe(1)
  const elsewhere = await login(portal.url, email)
  expect(elsewhere.body).toMatchObject({ code: 'wrong_credentials' })
  expect(elsewhere.body).not.toHaveProperty('lastPush')

  await end('shredding', words)
  for (const each of [tablet, late]) {
    each.goOnline()
    expect(await each.session.unlock({ password: DEMO_PASSWORD })).toMatchObject({ ok: true })
    await wiped(each)
    expect(await replicas(each)).toBe(0)
  }
  const { prisma } = portal.portal.database
  const own = { portalAccount: { clientId }, revokedAt: { not: null } }
  const reported = () =>
    prisma.device.findMany({ where: { ...own, wipedAt: { not: null } } }).then(({ length }) => length)
  await expect.poll(reported).toBe(3)
})

it('[P23] is not emptied by a newer password while something is unsent: what opened it before hands it in', async () => {
  const text = `canary-${randomUUID()}`
  const phone = await device('Phone of before')
  phone.goOffline()
  await type(phone, text)
  phone.restart()
  const { other, id } = await signOutRemotely('Phone of before')
  const newPassword = `${DEMO_PASSWORD} and more`
  const changed = await other.fetch('/api/v1/portal/auth/change-password', {
    method: 'POST',
    body: { password: DEMO_PASSWORD, newPassword, endOtherSessions: false },
  })
  expect(changed.status).toBe(204)

  phone.goOnline()
  const answer = await phone.session.signIn({ email: EMAIL, password: newPassword })
  expect(answer).toEqual({ ok: false, reason: 'not_handed_in' })
  expect(await replicas(phone)).toBe(1)
  expect(await wipedAt(id)).toBeNull()

  const empty = wiped(phone)
  expect(await phone.session.unlock({ password: DEMO_PASSWORD })).toMatchObject({ ok: true })
  await empty
  expect(await replicas(phone)).toBe(0)
  expect(await portal.portal.database.prisma.quarantine.count({ where: { deviceId: id } })).toBe(1)
})
