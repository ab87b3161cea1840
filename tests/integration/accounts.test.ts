/** Setting up an account, getting back in, and changing what one signs in with: through REST and a real mail server. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AccountServer, GOOD_PASSWORD, JAMIE, startAccountServer } from '../harness/account-server.ts'
import { enrolTotp } from '../harness/authenticator.ts'
import { DEMO_PASSWORD, login, signIn } from '../harness/sign-in.ts'
import { createSoftPasskey } from '../harness/soft-passkey.ts'

const MINUTE = 60_000
const OTHER_PASSWORD = 'nine quiet lemons'
const other = { password: OTHER_PASSWORD }
const byNumber = { dateOfBirth: JAMIE.dateOfBirth, ssn4: JAMIE.ssn4 }
const secretOf = (link: string) => link.split('#')[1] ?? ''

describe.each(['pglite', 'postgres'] as const)('accounts over %s', (database) => {
  let server: AccountServer
  beforeAll(async () => {
    server = await startAccountServer(database)
  })
  afterAll(() => server?.close())
  const prisma = () => server.portal.database.prisma
  const lastAudit = (action: string) =>
    prisma().auditEvent.findFirst({ where: { action }, orderBy: { at: 'desc' } })
  const later = (ms: number) => {
    server.now += ms
  }

  it('[L1] [L2] [L8] [V6.4.2] goes from a birthday and four digits to a first sign-in, over the contact on file', async () => {
    const { id, code } = await server.register(byNumber, JAMIE.email)
    expect(code).toMatch(/^\d{6}$/)
    const proven = await server.post('register/confirm', { id, code: `${code.slice(0, 3)} ${code.slice(3)}` })
    expect(proven.body).toMatchObject({ email: JAMIE.email, name: 'Jamie Chen' })
    const complete = {
      ticket: proven.body.ticket,
      email: ' Jamie@Demo.test',
      password: GOOD_PASSWORD,
      acceptTerms: true,
    }
    expect((await server.post('register/complete', { ...complete, email: 'x' })).status).toBe(400)
    const done = await server.post('register/complete', { ...complete, email: complete.email.trim() })
    expect(done.body).toEqual({ next: 'sign-in' })

    const device = await signIn(server.url, JAMIE.email, { password: GOOD_PASSWORD })
    expect(device.account).toMatchObject({ role: 'client', name: 'Jamie Chen' })
    const account = await prisma().portalAccount.findUniqueOrThrow({
      where: { email: JAMIE.email },
      include: { termsAcceptances: true },
    })
    expect(account.emailVerifiedAt).not.toBeNull()
    expect(account.termsAcceptances).toMatchObject([{ version: expect.stringMatching(/^\d{4}-\d{2}$/) }])
    // [L6] Newer terms: asked for again, and recorded with the version that was read, once.
    const terms = async (version?: string) =>
      device.fetch('/api/v1/portal/auth/terms', version ? { method: 'POST', body: { version } } : {})
    const { accepted, version } = (await terms()).body as { accepted: boolean; version: string }
    expect(accepted).toBe(true)
    await prisma().termsAcceptance.updateMany({ where: { version }, data: { version: '2025-01' } })
    expect((await terms()).body).toEqual({ accepted: false, version })
    expect((await terms('2025-01')).body).toMatchObject({ code: 'wrong_state' })
    expect((await terms(version)).status).toBe(204)
    expect((await terms(version)).status).toBe(204)
    expect((await terms()).body).toEqual({ accepted: true, version })
    const versions = await prisma().termsAcceptance.findMany({ where: { accountId: account.id } })
    expect(versions.map((each) => each.version).sort()).toEqual(['2025-01', version])
    expect(await lastAudit('account.register')).toMatchObject({
      outcome: 'allowed',
      clientId: device.clientId,
    })

    // Forms marked for new clients are there.
    await expect
      .poll(async () => (await device.fetch('/api/v1/portal/forms')).text)
      .toContain('Initial Intake')

    // And the way is closed behind it.
    expect((await server.post('register/complete', complete)).status).toBe(400)
    const again = await server.post('register/complete', { ...complete, email: JAMIE.email })
    expect([again.status, again.body.code]).toEqual([422, 'wrong_code'])
    expect((await server.post('register/confirm', { id, code })).body.code).toBe('wrong_code')
    const found = await server.post('register', byNumber)
    expect(found.status).toBe(200)
    expect((await server.mailbox.next(JAMIE.email)).subject).toContain('You already have a portal account')
  })

  it('[L9] [L10] [L11] [V6.2.4] [V7.4.3] [V6.3.7] chooses a new password by a link that works once, and ends every session', async () => {
    const email = 'client2@demo.test'
    const before = await signIn(server.url, email)
    for (let failure = 0; failure < 5; failure++) await login(server.url, email, { password: 'wrong' })
    expect((await login(server.url, email)).body.code).toBe('account_locked')

    expect((await server.post('forgot-password', { email: ` ${email.toUpperCase()}` })).status).toBe(204)
    const { link, text } = await server.mailbox.next(email)
    expect(link).toMatch(/\/reset-password#[0-9a-f-]{36}\.[\w-]{43}$/)
    expect(text).not.toMatch(/health|therap|clinic|appointment|form/i)
    const reset = { link: secretOf(link), password: GOOD_PASSWORD }
    const weak = await server.post('reset-password', { ...reset, password: 'Password1234' })
    expect([weak.status, weak.body.code]).toEqual([422, 'weak_password'])
    expect((await server.post('reset-password', reset)).body).toEqual({ email })
    expect((await server.mailbox.next(email)).subject).toContain('Your password was changed')
    expect((await before.fetch('/api/v1/portal/auth/devices')).body.code).toBe('session_expired')
    expect((await login(server.url, email, { password: GOOD_PASSWORD })).status).toBe(200)
    expect((await login(server.url, email)).status).toBe(401)
    expect((await server.post('reset-password', reset)).body.code).toBe('wrong_code')
    expect(await lastAudit('account.reset-password')).toMatchObject({ outcome: 'denied' })
  })

  it('[L9] a newer link ends none, an expired one opens nothing, a used one ends the others', async () => {
    const email = 'clinician@demo.test'
    const links: string[] = []
    for (let asked = 0; asked < 2; asked++) {
      await server.post('forgot-password', { email })
      links.push(secretOf((await server.mailbox.next(email)).link))
    }
    const [first = '', second = ''] = links
    const password = 'nine quiet lemons'
    later(29 * MINUTE)
    expect((await server.post('reset-password', { link: first, password })).status).toBe(200)
    expect((await server.post('reset-password', { link: second, password })).body.code).toBe('wrong_code')
    await server.post('forgot-password', { email })
    await server.mailbox.next(email)
    const third = secretOf((await server.mailbox.next(email)).link)
    later(31 * MINUTE)
    expect((await server.post('reset-password', { link: third, password })).body.code).toBe('wrong_code')
  })

  it('[L13] [V6.2.2] [V6.2.3] [V6.2.11] changes a password only for who knows the present one, and ends the other sessions', async () => {
    const email = 'client@demo.test'
    const phone = await signIn(server.url, email)
    const tablet = await signIn(server.url, email)
    const change = (body: object) =>
      phone.fetch('/api/v1/portal/auth/change-password', { method: 'POST', body })
    const wanted = { password: DEMO_PASSWORD, newPassword: GOOD_PASSWORD, endOtherSessions: true }
    expect((await change({ ...wanted, newPassword: 'Alex-Rivera-2026' })).body.code).toBe('weak_password')
    expect((await change({ ...wanted, password: 'not it' })).body.code).toBe('wrong_credentials')
    expect((await change(wanted)).status).toBe(204)
    expect((await server.mailbox.next(email)).subject).toContain('Your password was changed')
    expect((await phone.fetch('/api/v1/portal/auth/devices')).status).toBe(200)
    expect((await tablet.fetch('/api/v1/portal/auth/devices')).body.code).toBe('session_expired')
    expect(await lastAudit('account.change-password')).toMatchObject({
      outcome: 'allowed',
      deviceId: phone.deviceId,
    })
    const keep = { password: GOOD_PASSWORD, newPassword: OTHER_PASSWORD, endOtherSessions: false }
    const laptop = await signIn(server.url, email, { password: GOOD_PASSWORD })
    expect((await change(keep)).status).toBe(204)
    expect((await laptop.fetch('/api/v1/portal/auth/devices')).status).toBe(200)
    for (let guess = 0; guess < 5; guess++) await change({ ...wanted, password: 'not it' })
    expect((await change(wanted)).body.code).toBe('account_locked')
    later(31 * MINUTE)
  })

  it('[L14] [L15] [V7.5.1] confirms a new address there, and the old one can take it back', async () => {
    const old = 'client@demo.test'
    const fresh = 'alex@elsewhere.test'
    const device = await signIn(server.url, old, other)
    const change = (body: object) =>
      device.fetch('/api/v1/portal/auth/change-email', { method: 'POST', body })
    expect((await change({ password: 'not it', email: fresh })).body.code).toBe('wrong_credentials')
    expect((await change({ password: OTHER_PASSWORD, email: fresh })).status).toBe(204)
    const confirm = secretOf((await server.mailbox.next(fresh)).link)
    expect((await login(server.url, fresh, other)).status).toBe(401)
    expect((await server.post('confirm-email', { link: confirm })).status).toBe(204)
    expect((await server.post('confirm-email', { link: confirm })).body.code).toBe('wrong_code')
    const elsewhere = await signIn(server.url, fresh, other)
    expect((await login(server.url, old, other)).status).toBe(401)
    // Whoever is in settles down: an app, and a passkey, of which the new address alone is told.
    const passkey = createSoftPasskey(server.url)
    const options = await elsewhere.fetch('/api/v1/portal/auth/factors/passkeys/options', { method: 'POST' })
    const made = { name: 'Theirs', answer: passkey.create(options.body as { challenge: string }) }
    const added = await elsewhere.fetch('/api/v1/portal/auth/factors/passkeys', {
      method: 'POST',
      body: made,
    })
    expect(added.status).toBe(201)
    await enrolTotp(elsewhere, server.now)

    const told = await server.mailbox.mails.filter(({ to }) => to === old)
    const { link } =
      told.find(({ subject }) => subject.includes('address was changed')) ?? (await server.mailbox.next(old))
    expect(link).toContain('/undo-email#')
    expect((await server.post('undo-email', { link: secretOf(link) })).status).toBe(204)
    expect((await elsewhere.fetch('/api/v1/portal/auth/devices')).body.code).toBe('session_expired')
    // Who changed it knew the password: it opens nothing any more.
    for (const email of [old, fresh]) expect((await login(server.url, email, other)).status).toBe(401)
    const reset = async (): Promise<string> => {
      const mail = await server.mailbox.next(old)
      return mail.subject.startsWith('Choose a new password') ? secretOf(mail.link) : reset()
    }
    const { prisma } = server.portal.database
    expect(await lastAudit('mfa.reset')).toMatchObject({ outcome: 'allowed' })
    for (const count of [prisma.passkey.count(), prisma.totpFactor.count(), prisma.recoveryCode.count()])
      expect(await count).toBe(0)
    const choose = { link: await reset(), password: OTHER_PASSWORD }
    expect((await server.post('reset-password', choose)).status).toBe(200)
    expect((await login(server.url, old, other)).body).toHaveProperty('accessToken')
  })

  it('[L15] leaves the first address its way back when somebody changes twice and takes one change back', async () => {
    const own = 'client@demo.test'
    const move = async (from: string, to: string) => {
      const device = await signIn(server.url, from, other)
      const body = { password: OTHER_PASSWORD, email: to }
      const asked = await device.fetch('/api/v1/portal/auth/change-email', { method: 'POST', body })
      expect(asked.status).toBe(204)
      const confirm = secretOf((await server.mailbox.next(to)).link)
      expect((await server.post('confirm-email', { link: confirm })).status).toBe(204)
      server.mailbox.forget(to)
      const back = async (): Promise<string> => {
        const { link } = await server.mailbox.next(from)
        return link.includes('/undo-email#') ? secretOf(link) : back()
      }
      return back()
    }
    server.mailbox.forget(own)
    const owners = await move(own, 'thief@elsewhere.test')
    const thiefs = await move('thief@elsewhere.test', 'thief@another.test')
    expect((await server.post('undo-email', { link: thiefs })).status).toBe(204)
    expect((await server.post('undo-email', { link: owners })).status).toBe(204)
    const reset = async (): Promise<string> => {
      const { link } = await server.mailbox.next(own)
      return link.includes('/reset-password#') ? secretOf(link) : reset()
    }
    const choose = { link: await reset(), password: OTHER_PASSWORD }
    expect((await server.post('reset-password', choose)).body).toEqual({ email: own })
    expect((await server.post('undo-email', { link: thiefs })).body.code).toBe('wrong_code')
  })

  it('[L14] says only to the address itself that it has an account already', async () => {
    const device = await signIn(server.url, 'client@demo.test', other)
    const body = { password: OTHER_PASSWORD, email: 'desk@demo.test' }
    const answer = await device.fetch('/api/v1/portal/auth/change-email', { method: 'POST', body })
    expect(answer.status).toBe(204)
    expect((await server.mailbox.next('desk@demo.test')).subject).toContain('This address is in use already')
  })
})
