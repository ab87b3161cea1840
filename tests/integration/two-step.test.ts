/** Two-step sign-in through REST and a real mail server: the app, recovery codes, the second step, step-up, the practice's policy. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type AccountServer,
  GOOD_PASSWORD,
  newSource,
  startAccountServer,
} from '../harness/account-server.ts'
import { codeAt, enrolTotp, STEP_MS } from '../harness/authenticator.ts'
import { createDeviceKey, type DeviceKey } from '../harness/device-key.ts'
import {
  type Answer,
  type Asked,
  ask,
  confirm as confirmed,
  cookieOf,
  DEMO_PASSWORD,
  login,
  refresh,
  type SignedInDevice,
  signIn,
} from '../harness/sign-in.ts'

const MINUTE = 60_000
const CLIENT = 'client@demo.test'
const OTHER = 'client2@demo.test'
const portal = '/api/v1/portal/auth'

interface Ticket {
  readonly ticket: string
  readonly factors: readonly string[]
}

describe.each(['pglite', 'postgres'] as const)('two-step sign-in over %s', (database) => {
  let server: AccountServer
  let secret = ''
  let codes: readonly string[] = []
  beforeAll(async () => {
    server = await startAccountServer(database)
    const enrolled = await enrolTotp(await signIn(server.url, CLIENT), server.now)
    secret = enrolled.secret
    codes = enrolled.recoveryCodes
  })
  afterAll(() => server?.close())
  const prisma = () => server.portal.database.prisma
  const later = (ms: number) => {
    server.now += ms
  }
  const lastAudit = (action: string) =>
    prisma().auditEvent.findFirst({ where: { action }, orderBy: { at: 'desc' } })
  /** A code that was not used yet. */
  const nextCode = () => {
    later(2 * STEP_MS)
    return codeAt(secret, server.now)
  }

  /** The first step on a device of its own. */
  async function firstStep(email = CLIENT, password = DEMO_PASSWORD) {
    const key = createDeviceKey()
    const device = { id: randomUUID(), name: 'Tablet' }
    const answer = await login(server.url, email, { key, deviceId: device.id, password })
    return { key, device, answer, needed: answer.body.oneMoreFactor as Ticket | undefined }
  }
  const secondStep = (
    { key, device, needed }: Awaited<ReturnType<typeof firstStep>>,
    kind: string,
    value: string,
    changed: object = {},
  ): Promise<Answer> =>
    ask(`${server.url}${portal}/second-step`, {
      method: 'POST',
      key,
      headers: { 'x-forwarded-for': newSource() },
      body: { ticket: needed?.ticket, device, factor: { kind, value }, ...changed },
    })
  const deviceOf = (answer: Answer, key: DeviceKey, cookie: string) => ({
    key,
    cookie,
    fetch: (path: string, init: Asked = {}) =>
      ask(server.url + path, { ...init, key, token: String(answer.body.accessToken) }),
  })
  /** With password and code. */
  async function signInWhole() {
    const first = await firstStep()
    const done = await secondStep(first, 'totp', nextCode())
    expect(done.status).toBe(200)
    return deviceOf(done, first.key, cookieOf(done))
  }
  /** Minutes later, with somebody still at it. */
  async function minutesLater<T extends Pick<SignedInDevice, 'key' | 'cookie'>>(
    minutes: number,
    { key, cookie }: T,
  ) {
    later(minutes * MINUTE)
    const answer = await refresh(server.url, cookie, key, { idle: 0 })
    expect(answer.status).toBe(200)
    return deviceOf(answer, key, cookieOf(answer))
  }
  const confirm = (device: Pick<SignedInDevice, 'fetch'>, body: object) =>
    device.fetch(`${portal}/confirm`, { method: 'POST', body })

  it('[F1] [F2] [V6.5.1] asks for the app after the password, opens nothing before, and takes a code once', async () => {
    expect((await server.mailbox.next(CLIENT)).subject).toContain('Two-step sign-in was changed')
    expect(await lastAudit('mfa.totp-added')).toMatchObject({ outcome: 'allowed' })
    const sealed = await prisma().totpFactor.findFirstOrThrow()
    expect(Buffer.from(sealed.sealed).includes(Buffer.from(secret))).toBe(false)

    const first = await firstStep()
    expect(first.answer.status).toBe(200)
    expect(first.needed?.factors).toEqual(['totp', 'recovery-code'])
    expect(first.answer.headers.getSetCookie()).toEqual([])
    expect(JSON.stringify(first.answer.body)).not.toMatch(/accessToken/)

    const code = nextCode()
    const done = await secondStep(first, 'totp', code)
    expect(done.body).toMatchObject({ account: { role: 'client' }, accessToken: expect.any(String) })
    expect(await lastAudit('auth.second-step')).toMatchObject({ outcome: 'allowed' })

    // Neither the ticket nor the code, nor the code before it, opens anything again.
    expect((await secondStep(first, 'totp', nextCode())).body.code).toBe('wrong_code')
    const again = await firstStep()
    const used = codeAt(secret, server.now)
    expect((await secondStep(again, 'totp', used)).status).toBe(200)
    const third = await firstStep()
    expect((await secondStep(third, 'totp', used)).body.code).toBe('wrong_factor')
    expect((await secondStep(third, 'totp', codeAt(secret, server.now - STEP_MS))).body.code).toBe(
      'wrong_factor',
    )
    expect((await secondStep(third, 'totp', codeAt(secret, server.now + STEP_MS))).status).toBe(200)
  })

  it('[F5] a ticket is good on its device, for ten minutes and until the password changes', async () => {
    const first = await firstStep()
    const stolen = { ...first, key: createDeviceKey() }
    expect((await secondStep(stolen, 'totp', nextCode())).body.code).toBe('wrong_code')
    const elsewhere = { device: { id: randomUUID(), name: 'X' } }
    expect((await secondStep(first, 'totp', nextCode(), elsewhere)).body.code).toBe('wrong_code')
    later(11 * MINUTE)
    expect((await secondStep(first, 'totp', nextCode())).body.code).toBe('wrong_code')
    expect(await lastAudit('auth.second-step')).toMatchObject({ outcome: 'denied', reason: 'wrong_code' })
  })

  it('[F4] [V6.3.1] [V6.6.3] five wrong codes lock the account for 30 minutes, wherever they are typed', async () => {
    const first = await firstStep()
    for (let wrong = 0; wrong < 4; wrong++)
      expect((await secondStep(first, 'totp', '000000')).body.code).toBe('wrong_factor')
    const second = await firstStep()
    expect((await secondStep(second, 'recovery-code', 'aaaa-aaaa-aaaa-aaaa')).body.code).toBe('wrong_factor')
    const right = nextCode()
    expect((await secondStep(second, 'totp', right)).body.code).toBe('account_locked')
    expect((await login(server.url, CLIENT)).body.code).toBe('account_locked')
    later(31 * MINUTE)
    expect((await secondStep(await firstStep(), 'totp', nextCode())).status).toBe(200)
  })

  it('[F3] [V6.5.1] a recovery code opens once, is told by mail, and warns when few are left', async () => {
    expect(codes).toHaveLength(10)
    const stored = await prisma().recoveryCode.findMany()
    expect(JSON.stringify(stored)).not.toContain(codes[0]?.replaceAll('-', ''))
    server.mailbox.forget(CLIENT)
    const [one = ''] = codes
    expect((await secondStep(await firstStep(), 'recovery-code', one.toUpperCase())).status).toBe(200)
    const { subject, text } = await server.mailbox.next(CLIENT)
    expect(subject).toBe('A recovery code was used / Se usó un código de recuperación')
    expect(text).toContain('9 codes are left')
    expect(await lastAudit('mfa.recovery-code-used')).toMatchObject({ outcome: 'allowed' })
    expect((await secondStep(await firstStep(), 'recovery-code', one)).body.code).toBe('wrong_factor')

    // New ones end the old ones.
    const tablet = await signInWhole()
    const made = await tablet.fetch(`${portal}/factors/recovery-codes`, { method: 'POST' })
    const fresh = made.body.recoveryCodes as string[]
    expect(fresh).toHaveLength(10)
    expect((await secondStep(await firstStep(), 'recovery-code', codes[1] ?? '')).body.code).toBe(
      'wrong_factor',
    )
    expect((await server.mailbox.next(CLIENT)).text).toContain('A new set of recovery codes')
    for (const code of fresh.slice(0, 7))
      expect((await secondStep(await firstStep(), 'recovery-code', code)).status).toBe(200)
    // Mails may overtake each other.
    const told: string[] = []
    for (let mail = 0; mail < 7; mail++) told.push((await server.mailbox.next(CLIENT)).text)
    expect(told).toContainEqual(expect.stringContaining('Only 3 codes are left'))
    expect((await tablet.fetch(`${portal}/factors`)).body).toMatchObject({ recoveryCodes: 3 })
  })

  it('[F9] [V7.5.1] [V7.5.3] sensitive changes want a factor that is younger than five minutes, and say what they accept', async () => {
    let phone: Pick<SignedInDevice, 'fetch' | 'key' | 'cookie'> = await minutesLater(6, await signInWhole())
    const signOut = () => phone.fetch(`${portal}/devices/sign-out-others`, { method: 'POST' })
    for (const [method, path, body] of [
      ['POST', 'devices/sign-out-others'],
      ['DELETE', `devices/${randomUUID()}`],
      ['POST', 'factors/totp'],
      ['DELETE', 'factors/totp'],
      ['POST', 'factors/passkeys/options'],
      ['DELETE', `factors/passkeys/${randomUUID()}`],
      ['POST', 'factors/recovery-codes'],
      [
        'POST',
        'change-password',
        { password: DEMO_PASSWORD, newPassword: GOOD_PASSWORD, endOtherSessions: false },
      ],
      ['POST', 'change-email', { password: DEMO_PASSWORD, email: 'new@demo.test' }],
    ] as const) {
      const answer = await phone.fetch(`${portal}/${path}`, { method, ...(body && { body }) })
      expect([path, answer.status, answer.body.code]).toEqual([path, 403, 'step_up_required'])
      expect(answer.body.stepUp).toEqual({ accepts: ['totp', 'recovery-code'] })
    }
    // The password is not enough any more.
    phone = await confirmed(server.url, phone, { password: DEMO_PASSWORD })
    expect((await signOut()).body.code).toBe('step_up_required')
    expect((await confirm(phone, { factor: { kind: 'totp', value: '123456' } })).body.code).toBe(
      'wrong_factor',
    )
    expect(await lastAudit('auth.confirm')).toMatchObject({ outcome: 'denied', reason: 'wrong_factor' })
    phone = await confirmed(server.url, phone, { factor: { kind: 'totp', value: nextCode() } })
    expect((await signOut()).status).toBe(204)
    phone = await minutesLater(6, phone)
    expect((await signOut()).body.code).toBe('step_up_required')

    // Signing in with the factor counts too.
    const first = await firstStep()
    const done = await secondStep(first, 'totp', nextCode())
    const fresh = await ask(`${server.url}${portal}/devices/sign-out-others`, {
      method: 'POST',
      key: first.key,
      token: String(done.body.accessToken),
    })
    expect(fresh.status).toBe(204)
  })

  it('[F14] a device is not asked again for 30 days where its owner says so, until it is signed out', async () => {
    const first = await firstStep()
    const done = await secondStep(first, 'totp', nextCode(), { remember: true })
    const own = deviceOf(done, first.key, cookieOf(done))
    const { key } = first
    const again = () => login(server.url, CLIENT, { key, deviceId: first.device.id })
    const trusted = await again()
    expect(trusted.body).toMatchObject({ account: { email: CLIENT } })
    // It has shown no factor now: what is sensitive asks for one.
    const since = deviceOf(trusted, key, cookieOf(trusted))
    expect((await since.fetch(`${portal}/factors/totp`, { method: 'DELETE' })).body.code).toBe(
      'step_up_required',
    )
    // Another key on the same device is another device.
    const copied = { key: createDeviceKey(), deviceId: first.device.id }
    expect((await login(server.url, CLIENT, copied)).body).toHaveProperty('oneMoreFactor')
    const tablet = await signInWhole()
    const signedOut = await tablet.fetch(`${portal}/devices/${first.device.id}/sign-out`, { method: 'POST' })
    expect(signedOut.status).toBe(204)
    expect((await again()).body).toHaveProperty('oneMoreFactor')
    expect((await own.fetch(`${portal}/factors`)).body.code).toBe('session_expired')
  })

  it('[F6] [V6.4.3] a link alone does not reset the password of an account that has a factor', async () => {
    await expect.poll(() => prisma().outbox.count({ where: { doneAt: null } })).toBe(0)
    server.mailbox.forget(CLIENT)
    await server.post('forgot-password', { email: CLIENT })
    const link = (await server.mailbox.next(CLIENT)).link.split('#')[1] ?? ''
    const reset = { link, password: GOOD_PASSWORD }
    const without = await server.post('reset-password', reset)
    expect([without.status, without.body.code]).toEqual([403, 'step_up_required'])
    expect(without.body.stepUp).toEqual({ accepts: ['totp', 'recovery-code'] })
    const wrong = await server.post('reset-password', { ...reset, factor: { kind: 'totp', value: '000000' } })
    expect(wrong.body.code).toBe('wrong_factor')
    const ticket = await firstStep()
    const factor = { kind: 'totp', value: nextCode() }
    expect((await server.post('reset-password', { ...reset, factor })).status).toBe(200)
    expect((await secondStep(ticket, 'totp', nextCode())).body.code).toBe('wrong_code')
    const again = await firstStep(CLIENT, GOOD_PASSWORD)
    const done = await secondStep(again, 'totp', nextCode())
    expect(done.status).toBe(200)
  })

  it('[F8] nobody sees or touches the factors of another account', async () => {
    const stranger = await signIn(server.url, OTHER)
    expect((await stranger.fetch(`${portal}/factors`)).body).toMatchObject({ totp: null, passkeys: [] })
    expect((await stranger.fetch(`${portal}/factors/totp`, { method: 'DELETE' })).body.code).toBe(
      'wrong_state',
    )
    expect((await stranger.fetch(`${portal}/factors/recovery-codes`, { method: 'POST' })).body.code).toBe(
      'wrong_state',
    )
    const accountId = (await prisma().portalAccount.findUniqueOrThrow({ where: { email: CLIENT } })).id
    const passkey = {
      id: randomUUID(),
      accountId,
      credentialId: 'abc',
      publicKey: new Uint8Array([1]),
      counter: 0,
      transports: '',
      name: 'Key',
      backedUp: false,
      createdAt: new Date(server.now),
    }
    await prisma().passkey.create({ data: passkey })
    const path = `${portal}/factors/passkeys/${passkey.id}`
    expect((await stranger.fetch(path, { method: 'DELETE' })).status).toBe(404)
    expect((await stranger.fetch(path, { method: 'PUT', body: { name: 'Mine' } })).status).toBe(404)
    expect(await prisma().passkey.findUnique({ where: { id: passkey.id } })).toMatchObject({ name: 'Key' })
    expect(await lastAudit('mfa.passkey-renamed')).toMatchObject({ outcome: 'denied', reason: 'not_found' })
    await prisma().passkey.delete({ where: { id: passkey.id } })
    // A code of one account is no code of another.
    await enrolTotp(stranger, server.now)
    const first = await firstStep(OTHER)
    expect((await secondStep(first, 'totp', nextCode())).body.code).toBe('wrong_factor')
  })

  it('[F10] [F12] where the practice asks for a factor, nothing is open before one is set up', async () => {
    let admin: Pick<SignedInDevice, 'fetch' | 'key' | 'cookie'> = await signIn(server.url, 'admin@demo.test')
    const policy = '/api/v1/staff/practice/sign-in'
    expect((await admin.fetch(policy)).body).toEqual({ staff: false, clients: false })
    const clinician = await signIn(server.url, 'clinician@demo.test')
    expect(
      (await clinician.fetch(policy, { method: 'PUT', body: { staff: false, clients: false } })).status,
    ).toBe(403)
    const put = { method: 'PUT', body: { staff: true, clients: false } } as const
    admin = await minutesLater(6, admin)
    expect((await admin.fetch(policy, put)).body.code).toBe('confirmation_needed')
    admin = await confirmed(server.url, admin, { password: DEMO_PASSWORD }, 'staff')
    expect((await admin.fetch(policy, put)).status).toBe(204)
    expect(await lastAudit('mfa.policy')).toMatchObject({ reason: 'staff required, clients optional' })

    // A colleague without a factor, twice: on their own desk, and a thief with the password.
    const desk = await login(server.url, 'desk@demo.test')
    expect(desk.body).toMatchObject({ enrolling: true })
    const mine = await signIn(server.url, 'desk@demo.test')
    const thief = await signIn(server.url, 'desk@demo.test')
    for (const path of ['/api/v1/staff/clients', '/api/v1/staff/auth/account', '/api/v1/staff/inbox'])
      expect((await mine.fetch(path)).body.code).toBe('enrolment_needed')
    expect((await mine.fetch('/api/v1/staff/auth/factors')).body).toMatchObject({
      required: true,
      totp: null,
    })
    await enrolTotp(mine, server.now)
    const list = { method: 'POST', body: {} }
    expect((await mine.fetch('/api/v1/staff/accounts/search', list)).status).toBe(200)
    expect((await thief.fetch('/api/v1/staff/auth/factors')).body.code).toBe('session_expired')
    // The only one cannot be removed.
    const removed = await mine.fetch('/api/v1/staff/auth/factors/totp', { method: 'DELETE' })
    expect([removed.status, removed.body.code]).toEqual([409, 'wrong_state'])

    // Clients are asked as soon as the practice says so, and their sockets stay shut.
    expect((await admin.fetch(policy, { ...put, body: { staff: true, clients: true } })).status).toBe(204)
    await prisma().totpFactor.deleteMany()
    await prisma().recoveryCode.deleteMany()
    const client = await signIn(server.url, OTHER)
    expect(client.socketTicket).toBe('')
    expect((await client.fetch('/api/v1/portal/forms')).body.code).toBe('enrolment_needed')
    await enrolTotp(client, server.now)
    expect((await client.fetch('/api/v1/portal/forms')).status).toBe(200)
  })

  it('[F11] the practice takes lost factors away: with a reason, told to the person, in the trail', async () => {
    const account = await prisma().portalAccount.findUniqueOrThrow({ where: { email: OTHER } })
    const admin = await signIn(server.url, 'admin@demo.test')
    await enrolTotp(admin, server.now)
    const reset = (id: string, body: object = { reason: 'Phone lost, called back' }) =>
      admin.fetch(`/api/v1/staff/accounts/${id}/reset-factors`, { method: 'POST', body })
    expect((await reset(account.id, {})).status).toBe(400)
    expect((await reset(randomUUID())).status).toBe(404)
    server.mailbox.forget(OTHER)
    expect((await reset(account.id)).status).toBe(204)
    expect((await server.mailbox.next(OTHER)).subject).toContain('Two-step sign-in was reset')
    expect(await lastAudit('mfa.reset')).toMatchObject({
      outcome: 'allowed',
      reason: 'Phone lost, called back',
      clientId: account.clientId,
    })
    const self = await prisma().portalAccount.findUniqueOrThrow({ where: { email: 'admin@demo.test' } })
    expect((await reset(self.id)).body.code).toBe('wrong_state')
    // Another practice's people are not there.
    const practice = { id: randomUUID(), name: 'Other', timeZone: 'UTC', phone: '1' }
    await prisma().practice.create({ data: practice })
    await prisma().portalAccount.update({ where: { id: account.id }, data: { practiceId: practice.id } })
    expect((await reset(account.id)).status).toBe(404)
    const { practiceId } = account
    await prisma().portalAccount.update({ where: { id: account.id }, data: { practiceId } })
  })
})
