/** Passkeys through REST: added, used to sign in, as the second step and for step-up, and every answer that is not right. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AccountServer, newSource, startAccountServer } from '../harness/account-server.ts'
import { createDeviceKey } from '../harness/device-key.ts'
import { type Answer, ask, DEMO_PASSWORD, login, type SignedInDevice, signIn } from '../harness/sign-in.ts'
import { createSoftPasskey, type SoftPasskey, type Twist } from '../harness/soft-passkey.ts'

const CLIENT = 'client@demo.test'
const OTHER = 'client2@demo.test'
const portal = '/api/v1/portal/auth'

type Question = { readonly challenge: string }

describe.each(['pglite', 'postgres'] as const)('passkeys over %s', (database) => {
  let server: AccountServer
  let phone: SignedInDevice
  let key: SoftPasskey
  beforeAll(async () => {
    server = await startAccountServer(database)
    phone = await signIn(server.url, CLIENT)
    key = createSoftPasskey(server.url)
  })
  afterAll(() => server?.close())
  const prisma = () => server.portal.database.prisma
  const lastAudit = (action: string) =>
    prisma().auditEvent.findFirst({ where: { action }, orderBy: { at: 'desc' } })

  const newQuestion = async (device: SignedInDevice) =>
    (await device.fetch(`${portal}/factors/passkeys/options`, { method: 'POST' })).body as unknown as Question
  const add = (device: SignedInDevice, answer: object, name = 'Phone') =>
    device.fetch(`${portal}/factors/passkeys`, { method: 'POST', body: { name, answer } })
  const atDoor = (path: string, body: object = {}, deviceKey = createDeviceKey()): Promise<Answer> =>
    ask(`${server.url}${portal}/${path}`, {
      method: 'POST',
      key: deviceKey,
      headers: { 'x-forwarded-for': newSource() },
      body,
    })
  const signInQuestion = async () => (await atDoor('passkey/options')).body as unknown as Question
  const enter = (answer: object) =>
    atDoor('passkey', { device: { id: randomUUID(), name: 'Laptop' }, answer })

  it('[F7] is added with codes for the day it is lost, and refused where anything about it is wrong', async () => {
    const question = await newQuestion(phone)
    expect(question).toMatchObject({
      rp: { id: 'localhost' },
      user: { name: CLIENT },
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    })
    const stranger = await signIn(server.url, OTHER)
    const wrong: [string, SignedInDevice, object][] = [
      ['another origin', phone, key.create(question, { origin: 'https://evil.example' })],
      ['another host', phone, key.create(question, { rpId: 'evil.example' })],
      ['nobody checked', phone, key.create(question, { unverified: true })],
      ['another kind of answer', phone, key.create(question, { type: 'webauthn.get' })],
      ['a question of its own', phone, key.create({ challenge: 'AAAA' })],
      ['a question to sign in', phone, key.create(await signInQuestion())],
      ['the question of another session', stranger, key.create(question)],
    ]
    for (const [what, device, answer] of wrong) {
      const refused = await add(device, answer)
      expect([what, refused.status, refused.body.code]).toEqual([what, 422, 'wrong_factor'])
    }
    expect(await prisma().passkey.count()).toBe(0)

    const added = await add(phone, key.create(question))
    expect(added.status).toBe(201)
    expect(added.body.recoveryCodes).toHaveLength(10)
    expect((await server.mailbox.next(CLIENT)).text).toContain('The passkey “Phone” was added')
    expect(await lastAudit('mfa.passkey-added')).toMatchObject({ outcome: 'allowed' })
    // The same question again, and the same passkey again.
    expect((await add(phone, createSoftPasskey(server.url).create(question))).body.code).toBe('wrong_factor')
    expect((await add(phone, key.create(await newQuestion(phone)))).body.code).toBe('already_exists')
  })

  it('[F7] signs in alone, also while wrong passwords lock the account', async () => {
    for (let failure = 0; failure < 5; failure++) await login(server.url, CLIENT, { password: 'wrong' })
    expect((await login(server.url, CLIENT)).body.code).toBe('account_locked')
    const entered = await enter(key.answer(await signInQuestion()))
    expect(entered.body).toMatchObject({ account: { email: CLIENT }, accessToken: expect.any(String) })
    await prisma().loginThrottle.deleteMany()
  })

  it('[F7] opens nothing by an answer that was given before, is not to our question, or comes from a copy', async () => {
    const question = await signInQuestion()
    const answer = key.answer(question)
    expect((await enter(answer)).status).toBe(200)
    expect((await enter(answer)).body.code).toBe('wrong_credentials')
    const twists: Twist[] = [
      { origin: 'https://evil.example' },
      { rpId: 'evil.example' },
      { unverified: true },
      { type: 'webauthn.create' },
      { counter: 1 },
    ]
    for (const twist of twists) {
      const refused = await enter(key.answer(await signInQuestion(), twist))
      expect([twist, refused.status]).toEqual([twist, 401])
    }
    expect((await enter(key.answer({ challenge: 'AAAA' }))).status).toBe(401)
    const unknown = createSoftPasskey(server.url)
    expect((await enter(unknown.answer(await signInQuestion()))).status).toBe(401)
    const old = key.answer(await signInQuestion())
    server.now += 11 * 60_000
    expect((await enter(old)).status).toBe(401)
    expect(await lastAudit('auth.login')).toMatchObject({ outcome: 'denied', reason: 'wrong_credentials' })
    expect((await enter(key.answer(await signInQuestion()))).status).toBe(200)
  })

  it('[F7] lets in one of two answers at the same moment that count as far: the other comes from a copy', async () => {
    const counter = 1_000
    const questions = [await signInQuestion(), await signInQuestion(), await signInQuestion()]
    const answers = await Promise.all(questions.map((question) => enter(key.answer(question, { counter }))))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401])
    expect((await enter(key.answer(await signInQuestion(), { counter: counter + 1 }))).status).toBe(200)
    await prisma().passkey.updateMany({ data: { counter: 1 } })
  })

  it('[F8] [F13] is the second step, steps up, and does neither for another account', async () => {
    const deviceKey = createDeviceKey()
    const device = { id: randomUUID(), name: 'Tablet' }
    const first = await login(server.url, CLIENT, { key: deviceKey, deviceId: device.id })
    const needed = first.body.oneMoreFactor as { ticket: string; factors: string[]; passkey: Question }
    expect(needed.factors).toEqual(['passkey', 'recovery-code'])
    const other = await signIn(server.url, OTHER)
    const stranger = createSoftPasskey(server.url)
    expect((await add(other, stranger.create(await newQuestion(other)))).status).toBe(201)
    const step = (value: object) =>
      atDoor(
        'second-step',
        { ticket: needed.ticket, device, factor: { kind: 'passkey', value: JSON.stringify(value) } },
        deviceKey,
      )
    expect((await step(stranger.answer(needed.passkey))).body.code).toBe('wrong_factor')
    expect((await step(key.answer(await signInQuestion()))).body.code).toBe('wrong_factor')
    const done = await step(key.answer(needed.passkey))
    expect(done.body).toMatchObject({ account: { email: CLIENT } })

    const call = (path: string, init: { method: string; body?: unknown }) =>
      ask(`${server.url}${portal}/${path}`, { ...init, key: deviceKey, token: String(done.body.accessToken) })
    const [known] = (await call('factors', { method: 'GET' })).body.passkeys as { id: string }[]
    const path = `factors/passkeys/${known?.id}`
    expect((await call(path, { method: 'PUT', body: { name: 'My phone' } })).status).toBe(204)
    server.now += 4 * 60_000 + 30_000
    const fresh = await call('factors/recovery-codes', { method: 'POST' })
    expect(fresh.status).toBe(200)
    await expect.poll(() => prisma().outbox.count({ where: { doneAt: null } })).toBe(0)
    server.mailbox.forget(CLIENT)
    expect((await call(path, { method: 'DELETE' })).status).toBe(204)
    expect((await server.mailbox.next(CLIENT)).text).toContain('The passkey “My phone” was removed')
    expect((await enter(key.answer(await signInQuestion()))).status).toBe(401)
    // With the last factor its recovery codes go, and the password is enough again.
    expect(await prisma().recoveryCode.count({ where: { portalAccount: { email: CLIENT } } })).toBe(0)
    expect((await login(server.url, CLIENT, { password: DEMO_PASSWORD })).body).toHaveProperty('accessToken')
    const rows = JSON.stringify(
      await prisma().auditEvent.findMany({ where: { action: { startsWith: 'mfa.' } } }),
      (_, value) => (typeof value === 'bigint' ? String(value) : value),
    )
    for (const code of fresh.body.recoveryCodes as string[]) expect(rows).not.toContain(code)
  })
})
