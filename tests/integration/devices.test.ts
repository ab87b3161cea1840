/** The devices of an account: listed, signed out, wiped, by their owner and by staff. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import {
  ask,
  confirm as confirmed,
  cookieOf,
  DEMO_PASSWORD,
  refresh,
  type SignedInDevice,
  signIn,
} from '../harness/sign-in.ts'
import { connect, connectDevice, helloOf } from '../harness/socket-device.ts'

const PATH = '/api/v1/portal/auth/devices'
const MINUTE = 60_000

describe('devices', () => {
  let now = Date.now()
  let server: RunningPortal
  let phone: SignedInDevice
  beforeAll(async () => {
    server = await startPortal({ clock: { now: () => now } })
  })
  afterAll(() => server?.close())

  const enter = (deviceName: string, email = 'client@demo.test') => signIn(server.url, email, { deviceName })
  const listed = async (id: string, as = phone) =>
    ((await as.fetch(PATH)).body.items as { id: string }[]).find((device) => device.id === id)
  const post = (as: SignedInDevice, path: string, body?: unknown) => as.fetch(path, { method: 'POST', body })
  const allowed = (action: string, deviceId: string) =>
    server.portal.database.prisma.auditEvent.findFirst({ where: { action, deviceId, outcome: 'allowed' } })

  it('[S7] lists them with when and where, and signs one out: its sockets end, it may come again', async () => {
    phone = await enter('Phone')
    const laptop = await enter('Laptop')
    expect(await listed(phone.deviceId)).toMatchObject({ current: true, signedIn: true })
    expect(await listed(laptop.deviceId)).toMatchObject({
      name: 'Laptop',
      current: false,
      signedIn: true,
      lastSeenAt: now,
      lastIp: expect.stringMatching(/127\.0\.0\.1|::1/),
      revokedAt: null,
    })
    using open = await connectDevice(laptop)
    await open.ask('hello', helloOf(laptop))
    expect((await post(phone, `${PATH}/${laptop.deviceId}/sign-out`)).status).toBe(204)
    expect(await open.closed).toBe('io server disconnect')
    expect((await laptop.fetch(PATH)).body.code).toBe('session_expired')
    expect((await refresh(server.url, laptop.cookie, laptop.key)).body.code).toBe('session_expired')
    expect(await allowed('auth.device-signed-out', laptop.deviceId)).not.toBeNull()
    expect(await listed(laptop.deviceId)).toMatchObject({ signedIn: false, revokedAt: null })
    const again = await signIn(server.url, 'client@demo.test', {
      deviceId: laptop.deviceId,
      deviceName: 'Laptop',
    })
    expect(again.deviceId).toBe(laptop.deviceId)
  })

  it('[S7] [V7.5.2] signs out all others, and not the one that asks', async () => {
    phone = await enter('Phone')
    const others = [await enter('One'), await enter('Two')]
    const stranger = await enter('Stranger', 'client2@demo.test')
    expect((await post(phone, `${PATH}/sign-out-others`)).status).toBe(204)
    for (const other of others) expect((await other.fetch(PATH)).status).toBe(401)
    expect((await phone.fetch(PATH)).status).toBe(200)
    expect((await stranger.fetch(PATH)).status).toBe(200)
  })

  it('[V7.4.3] signs staff out everywhere else too', async () => {
    const [here, there] = [
      await enter('Desk', 'desk@demo.test'),
      await enter('Another desk', 'desk@demo.test'),
    ]
    const path = '/api/v1/staff/auth/devices/sign-out-others'
    expect((await post(here, path)).status).toBe(204)
    const answers = await Promise.all(
      [here, there].map((device) => device.fetch('/api/v1/staff/auth/factors')),
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 401])
  })

  it('[P23] says of a wiped device that it will be, and when it was', async () => {
    phone = await enter('Phone')
    const lost = await enter('Lost')
    expect((await phone.fetch(`${PATH}/${lost.deviceId}`, { method: 'DELETE' })).status).toBe(204)
    expect(await listed(lost.deviceId)).toMatchObject({ revokedAt: now, wipedAt: null, signedIn: false })
    now += MINUTE
    const farewell = await refresh(server.url, lost.cookie, lost.key)
    const said = await ask(`${server.url}/api/v1/portal/sync/v1/last-push`, {
      method: 'POST',
      key: lost.key,
      token: String(farewell.body.lastPush),
      body: { client: lost.clientId, mutations: [], wiped: true },
    })
    expect(said.status).toBe(204)
    expect(await listed(lost.deviceId)).toMatchObject({ wipedAt: now })
    const noted = { action: 'auth.device-wiped', deviceId: lost.deviceId, clientId: lost.clientId }
    expect(await server.portal.database.prisma.auditEvent.count({ where: noted })).toBe(1)
    now += 31 * 24 * 60 * MINUTE
    phone = await enter('Phone')
    expect(await listed(lost.deviceId)).toBeUndefined()
  })

  it('[S9] [V7.5.3] wants the password again when the sign-in is some minutes old', async () => {
    phone = await enter('Phone')
    const other = await enter('Other')
    now += 4 * MINUTE
    const body = { idle: 0 }
    const refreshed = await refresh(server.url, phone.cookie, phone.key, body)
    now += 2 * MINUTE
    const as = {
      ...phone,
      fetch: (path: string, init: { method?: string; body?: unknown } = {}) =>
        ask(server.url + path, { ...init, key: phone.key, token: String(refreshed.body.accessToken) }),
    }
    const routes = [
      ['POST', `${PATH}/${other.deviceId}/sign-out`],
      ['POST', `${PATH}/sign-out-others`],
      ['DELETE', `${PATH}/${other.deviceId}`],
    ] as const
    for (const [method, path] of routes) {
      const answer = await as.fetch(path, { method })
      expect([path, answer.status, answer.body.code]).toEqual([path, 403, 'confirmation_needed'])
    }
    expect(await listed(other.deviceId, as)).toMatchObject({ revokedAt: null, signedIn: true })
    const confirm = (password: string) => post(as, '/api/v1/portal/auth/confirm', { password })
    expect((await confirm('wrong')).body.code).toBe('wrong_credentials')
    expect((await as.fetch(routes[0][1], { method: 'POST' })).body.code).toBe('confirmation_needed')
    const renewed = await confirmed(server.url, as, { password: DEMO_PASSWORD })
    expect((await renewed.fetch(routes[0][1], { method: 'POST' })).status).toBe(204)
    expect(await allowed('auth.confirm', phone.deviceId)).not.toBeNull()
  })

  it('[S14] [V7.2.4] get another session where the person is asked once more; the old one is over', async () => {
    phone = await enter('Phone')
    using open = await connectDevice(phone)
    await open.ask('hello', helloOf(phone))
    const answer = await post(phone, '/api/v1/portal/auth/confirm', { password: DEMO_PASSWORD })
    expect(answer.status).toBe(204)
    expect(await open.closed).toBe('io server disconnect')
    expect((await phone.fetch(PATH)).body.code).toBe('session_expired')
    const handshake = await connect(server.url, phone.handshake())
    expect(handshake.ok).toBe(false)

    // The answer was lost on its way: the old cookie gives the new session, to this device alone.
    const thief = await refresh(server.url, phone.cookie, (await enter('Thief')).key)
    expect(thief.body.code).toBe('session_expired')
    const found = await refresh(server.url, phone.cookie, phone.key)
    expect(found.status).toBe(200)
    const asLost = await ask(`${server.url}${PATH}`, {
      key: phone.key,
      token: String(found.body.accessToken),
    })
    expect(asLost.status).toBe(200)
    // Once the new one was used it is worth nothing.
    const next = await refresh(server.url, cookieOf(answer), phone.key)
    expect(next.status).toBe(200)
    expect((await refresh(server.url, phone.cookie, phone.key)).body.code).toBe('session_expired')
    expect((await refresh(server.url, cookieOf(next), phone.key)).status).toBe(200)
  })

  it('[S14] keep the end that the session before had, however often the person is asked', async () => {
    phone = await enter('Phone')
    now += 4 * MINUTE
    await confirmed(server.url, phone, { password: DEMO_PASSWORD })
    const sessions = await server.portal.database.prisma.session.findMany({
      where: { deviceId: phone.deviceId },
      orderBy: { createdAt: 'asc' },
    })
    expect(sessions.map(({ revokedReason }) => revokedReason)).toEqual(['renewed', null])
    expect(sessions[1]?.expiresAt).toEqual(sessions[0]?.expiresAt)
  })

  it('are nobody else’s: another client’s id is one of nobody', async () => {
    phone = await enter('Phone')
    const attacker = await enter('Attacker', 'client2@demo.test')
    for (const [method, tail] of [
      ['POST', '/sign-out'],
      ['DELETE', ''],
    ] as const) {
      const [theirs, nobodys] = await Promise.all(
        [phone.deviceId, randomUUID()].map((id) => attacker.fetch(`${PATH}/${id}${tail}`, { method })),
      )
      expect([theirs?.status, theirs?.body.code]).toEqual([404, 'not_found'])
      expect(theirs?.body.detail).toBe(nobodys?.body.detail)
    }
    expect((await phone.fetch(PATH)).status).toBe(200)
    expect(await listed(phone.deviceId, attacker)).toBeUndefined()
  })

  it('of a client are shown to the staff who look after them, who can wipe one; audited with the record', async () => {
    phone = await enter('Phone')
    const lost = await enter('Lost in the bus')
    using open = await connectDevice(lost)
    await open.ask('hello', helloOf(lost))
    const desk = await enter('Desk', 'desk@demo.test')
    const path = `/api/v1/staff/clients/${phone.clientId}/devices`
    const { body } = await desk.fetch(path)
    expect(body.items).toContainEqual(expect.objectContaining({ id: lost.deviceId, name: 'Lost in the bus' }))
    expect((await desk.fetch(`${path}/${desk.deviceId}`, { method: 'DELETE' })).status).toBe(404)
    expect((await desk.fetch(`${path}/${lost.deviceId}`, { method: 'DELETE' })).status).toBe(204)
    expect(await open.next('wipe')).toEqual({ reason: 'device_revoked' })
    expect(await allowed('auth.device-revoked', lost.deviceId)).toMatchObject({
      accountId: desk.account.id,
      clientId: phone.clientId,
    })
    expect((await desk.fetch(`/api/v1/staff/clients/${randomUUID()}/devices`)).status).toBe(404)
    expect((await connect(server.url, lost.handshake())).ok).toBe(false)
    expect((await phone.fetch(path)).status).toBe(401)
  })
})
