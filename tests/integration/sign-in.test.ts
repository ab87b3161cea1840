/** Signing in, staying signed in and signing out, through the REST door. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDeviceKey } from '../harness/device-key.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { type Answer, ask, cookieOf, login, refresh, signIn, signOut } from '../harness/sign-in.ts'

const CLIENT = 'client@demo.test'
const MINUTE = 60_000

describe.each(['pglite', 'postgres'] as const)('sign-in over %s', (database) => {
  let now = Date.now()
  let server: RunningPortal
  beforeAll(async () => {
    server = await startPortal({ database, clock: { now: () => now } })
  })
  afterAll(() => server?.close())

  /** A device and the newest cookie it was given. */
  const phone = async () => {
    const device = await signIn(server.url, CLIENT)
    return {
      ...device,
      refresh: (cookie: string, body?: unknown) => refresh(server.url, cookie, device.key, body),
    }
  }
  const wrong = (email: string) => login(server.url, email, { password: 'not the password' })
  const lastAudit = () =>
    server.portal.database.prisma.auditEvent.findFirst({
      where: { action: { startsWith: 'auth.' } },
      orderBy: { at: 'desc' },
    })

  it('[V7.2.2] gives an access token for the record and a cookie that scripts cannot read', async () => {
    const answer = await login(server.url, '  Client@Demo.test ')
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ expiresIn: 300, account: { role: 'client', email: CLIENT } })
    expect(answer.body.account).toHaveProperty('clientId')
    expect(answer.text).not.toContain(cookieOf(answer).split('=')[1])
    expect(answer.headers.getSetCookie()[0]).toMatch(
      /^__Host-portal-refresh=[^;]+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    )
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  it('gives staff a token of their own audience', async () => {
    const clinician = await signIn(server.url, 'clinician@demo.test')
    expect(clinician.account).toMatchObject({ role: 'clinician' })
    expect(clinician.account.clientId).toBeUndefined()
    expect((await clinician.fetch('/api/v1/staff/inbox')).status).toBe(200)
  })

  it('[S5] rotates the refresh token, and gives the same successor again for as long as it was not used', async () => {
    const device = await phone()
    const first = await device.refresh(device.cookie)
    expect(first.status).toBe(200)
    expect(cookieOf(first)).not.toBe(device.cookie)
    now += 14 * MINUTE
    const again = await device.refresh(device.cookie, { idle: 0 })
    expect(cookieOf(again)).toBe(cookieOf(first))
    expect((await device.refresh(cookieOf(first))).status).toBe(200)
  })

  it('[S5] gives two tabs that refresh at the same moment the same successor', async () => {
    const { cookie, refresh } = await phone()
    const answers = await Promise.all([refresh(cookie), refresh(cookie), refresh(cookie)])
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200])
    expect(new Set(answers.map(cookieOf)).size).toBe(1)
  })

  it('[S5] ends the whole family when a refresh token comes again after its successor was used', async () => {
    const { cookie, refresh } = await phone()
    const next = cookieOf(await refresh(cookie))
    const third = cookieOf(await refresh(next))
    now += 1
    const reused = await refresh(cookie)
    expect([reused.status, reused.body.code]).toEqual([401, 'session_expired'])
    expect((await refresh(third)).status).toBe(401)
    expect(await lastAudit()).toMatchObject({ outcome: 'denied', reason: 'refresh_reuse' })
  })

  it('[S5] ends the whole family when a refresh token comes from another key, newest or not', async () => {
    for (const rotations of [0, 1]) {
      const { cookie, refresh: own, key } = await phone()
      let newest = cookie
      for (let rotation = 0; rotation < rotations; rotation++) newest = cookieOf(await own(newest))
      now += 1
      const stolen = await refresh(server.url, cookie, createDeviceKey())
      expect([stolen.status, stolen.body.code]).toEqual([401, 'session_expired'])
      expect((await own(newest)).status).toBe(401)
      expect(await lastAudit()).toMatchObject({ outcome: 'denied', reason: 'refresh_other_key' })
      expect(key.thumbprint).toBeDefined()
    }
  })

  it('[S5] does not end a session for a refresh token that was made up, or that comes without a key', async () => {
    const { cookie, refresh } = await phone()
    const [name, value = ''] = cookie.split('=')
    const [session] = value.split('.')
    for (const forged of [`${session}.1.${'A'.repeat(43)}`, `${session}.0.${'A'.repeat(43)}`, 'x', ''])
      expect((await refresh(`${name}=${forged}`)).status).toBe(401)
    const bare = await ask(`${server.url}/api/v1/portal/auth/refresh-token`, {
      method: 'POST',
      headers: { cookie },
    })
    expect([bare.status, bare.body.code]).toEqual([401, 'not_authenticated'])
    expect((await refresh(cookie)).status).toBe(200)
  })

  it('[S15] leaves the session of another device alone, where a refresh or a sign-out says as which it asks', async () => {
    const { key, cookie, deviceId, fetch } = await phone()
    const another = { device: randomUUID() }
    const refused = await refresh(server.url, cookie, key, { idle: 0, ...another })
    expect([refused.status, refused.body.code, refused.body.accessToken]).toEqual([
      401,
      'session_expired',
      undefined,
    ])
    const path = '/api/v1/portal/auth/logout'
    const leave = (body: object) => ask(server.url + path, { method: 'POST', headers: { cookie }, key, body })
    const left = await leave(another)
    expect(left.status).toBe(204)
    for (const answer of [refused, left]) expect(answer.headers.getSetCookie()).toEqual([])
    expect((await fetch('/api/v1/portal/auth/account')).status).toBe(200)
    // It was not rotated either.
    const own = { device: deviceId }
    expect((await refresh(server.url, cookie, key, { idle: 0, ...own })).status).toBe(200)
    expect(cookieOf(await leave(own))).toMatch(/=$/)
    expect((await fetch('/api/v1/portal/auth/account')).status).toBe(401)
  })

  it('[S6] [V7.3.2] ends a session after twelve hours, however much it was used', async () => {
    const device = await phone()
    let { cookie } = device
    for (let step = 0; step < 51; step++) {
      now += 14 * MINUTE
      cookie = cookieOf(await device.refresh(cookie, { idle: 0 }))
    }
    now += 6 * MINUTE
    expect((await device.refresh(cookie, { idle: 0 })).body.code).toBe('session_expired')
  })

  it('[S6] [V7.3.1] ends a session after fifteen minutes without anybody at the app, whatever is asked meanwhile', async () => {
    const device = await phone()
    let { cookie } = device
    const lives: unknown[] = []
    for (const minutes of [4, 4, 4, 2]) {
      now += minutes * MINUTE
      const answer = await device.refresh(cookie, { idle: 3_600 })
      lives.push(answer.body.expiresIn)
      cookie = cookieOf(answer)
    }
    // Nothing that is given out outlives it.
    expect(lives).toEqual([300, 300, 180, 60])
    now += MINUTE
    expect((await device.refresh(cookie, { idle: 0 })).body.code).toBe('session_expired')
  })

  it('[S6] counts what somebody did, not what the app asks for by itself', async () => {
    const device = await phone()
    now += 10 * MINUTE
    const used = await device.refresh(device.cookie, { idle: 60 })
    now += 13 * MINUTE
    const silent = await device.refresh(cookieOf(used))
    expect([silent.status, silent.body.expiresIn]).toEqual([200, 60])
    now += MINUTE
    expect((await device.refresh(cookieOf(silent))).status).toBe(401)
  })

  it('[S7] [V7.4.1] ends a session at sign-out and deletes the cookie', async () => {
    const device = await signIn(server.url, CLIENT)
    now += 1_000
    const answer = await signOut(device)
    expect(answer.status).toBe(204)
    expect(answer.headers.getSetCookie()[0]).toContain('Max-Age=0')
    expect((await refresh(server.url, device.cookie, device.key)).status).toBe(401)
    expect((await device.fetch('/api/v1/portal/auth/devices')).body.code).toBe('session_expired')
    expect(await lastAudit()).toMatchObject({ action: 'auth.logout', outcome: 'allowed' })
  })

  it('keeps a device for the account that registered it', async () => {
    const { deviceId } = await signIn(server.url, CLIENT)
    expect((await login(server.url, CLIENT, { deviceId })).status).toBe(200)
    expect((await login(server.url, 'client2@demo.test', { deviceId })).body.code).toBe('not_permitted')
  })

  it('does not let a revoked device sign in again', async () => {
    const phone = await signIn(server.url, CLIENT, { deviceName: 'Phone' })
    const tablet = await signIn(server.url, CLIENT, { deviceName: 'Tablet' })
    const { body } = await phone.fetch('/api/v1/portal/auth/devices')
    expect(body.items).toContainEqual(expect.objectContaining({ id: tablet.deviceId, name: 'Tablet' }))
    expect(body.items).toContainEqual(expect.objectContaining({ id: phone.deviceId, current: true }))
    const path = `/api/v1/portal/auth/devices/${tablet.deviceId}`
    expect((await phone.fetch(path, { method: 'DELETE' })).status).toBe(204)
    expect((await phone.fetch(path, { method: 'DELETE' })).status).toBe(404)
    expect((await login(server.url, CLIENT, { deviceId: tablet.deviceId })).body.code).toBe('device_revoked')
    expect((await refresh(server.url, tablet.cookie, tablet.key)).body.code).toBe('device_revoked')
  })

  it('[V6.3.1] answers the same for a wrong password and for an unknown address, lock included', async () => {
    const strip = ({ status, body: { requestId, ...body } }: Answer) => ({ status, body })
    const known = 'client2@demo.test'
    const unknown = `${randomUUID()}@demo.test`
    for (let attempt = 0; attempt < 5; attempt++) {
      const answer = await wrong(known)
      expect(answer.body.code).toBe('wrong_credentials')
      expect(strip(await wrong(unknown))).toEqual(strip(answer))
    }
    const locked = await login(server.url, known)
    expect([locked.status, locked.body.code]).toEqual([423, 'account_locked'])
    expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(1_700)
    now += 1
    await login(server.url, known)
    expect(await lastAudit()).toMatchObject({ outcome: 'denied', reason: 'account_locked' })
    now -= 1
    expect(strip(await wrong(unknown))).toEqual(strip(locked))
    now += 31 * MINUTE
    expect((await login(server.url, known)).status).toBe(200)
  })

  it('counts guesses made at the same moment', async () => {
    const email = 'desk@demo.test'
    const answers = await Promise.all(Array.from({ length: 12 }, () => wrong(email)))
    const codes = answers.map((answer) => answer.body.code)
    expect(codes.filter((code) => code === 'wrong_credentials')).toHaveLength(5)
    expect(codes.filter((code) => code === 'account_locked')).toHaveLength(7)
  })

  it.skipIf(database === 'pglite')(
    '[L10] lets nobody in by a password that is replaced while it is looked at',
    async () => {
      const { transaction, prisma } = server.portal.database
      const where = { email: 'guardian@demo.test' }
      const { passwordHash } = await prisma.portalAccount.findUniqueOrThrow({ where })
      const answers: Promise<Answer>[] = []
      await transaction(async (tx) => {
        await tx.portalAccount.update({ where, data: { passwordHash: 'another' } })
        const asked = login(server.url, where.email)
        answers.push(asked)
        const waits = async () =>
          (await prisma.$queryRaw<unknown[]>`SELECT 1 FROM pg_locks WHERE NOT granted`).length
        await Promise.race([asked, expect.poll(waits).toBeGreaterThan(0)])
      })
      expect((await answers[0])?.body.code).toBe('wrong_credentials')
      await prisma.portalAccount.update({ where, data: { passwordHash } })
      expect((await login(server.url, where.email)).status).toBe(200)
    },
  )

  it('forgets failures after a success', async () => {
    const email = 'admin@demo.test'
    for (let round = 0; round < 2; round++) {
      for (let attempt = 0; attempt < 4; attempt++) await wrong(email)
      expect((await login(server.url, email)).status).toBe(200)
    }
  })
})
