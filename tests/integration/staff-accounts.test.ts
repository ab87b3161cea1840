/** What staff do with the accounts of clients and colleagues. SPEC: sync-server/modules/auth/SPEC-accounts.md. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AccountServer, GOOD_PASSWORD, JAMIE, startAccountServer } from '../harness/account-server.ts'
import { DEMO_PASSWORD, login, signIn } from '../harness/sign-in.ts'

const secretOf = (link: string) => link.split('#')[1] ?? ''

describe.each(['pglite', 'postgres'] as const)('staff and accounts over %s', (database) => {
  let server: AccountServer
  beforeAll(async () => {
    server = await startAccountServer(database)
  })
  afterAll(() => server?.close())
  const prisma = () => server.portal.database.prisma
  const jamie = async () =>
    (await prisma().client.findFirstOrThrow({ where: { name: 'Jamie Chen' } })).clientId

  it('[L4] [L5] [L6] invites a client, who proves another address before there is an account', async () => {
    const desk = await signIn(server.url, 'desk@demo.test')
    const path = `/api/v1/staff/clients/${await jamie()}/invite`
    const first = await desk.fetch(path, { method: 'POST', body: { mail: false } })
    const second = await desk.fetch(path, { method: 'POST', body: { mail: true } })
    expect(second.body).toMatchObject({ mailed: true })
    const mailed = await server.mailbox.next(JAMIE.email)
    expect(mailed.link).toBe(second.body.link)
    const accept = (link: unknown, dateOfBirth: string) =>
      server.post('register/invite', { invite: secretOf(String(link)), dateOfBirth })
    expect((await accept(first.body.link, JAMIE.dateOfBirth)).body.code).toBe('wrong_code')
    expect((await accept(second.body.link, '1979-08-31')).body.code).toBe('wrong_code')
    const proven = await accept(second.body.link, JAMIE.dateOfBirth)
    expect(proven.body).toMatchObject({ email: null, name: 'Jamie Chen' })

    const complete = { ticket: proven.body.ticket, password: GOOD_PASSWORD, acceptTerms: true }
    const elsewhere = { ...complete, email: 'jamie@elsewhere.test' }
    const weak = await server.post('register/complete', { ...elsewhere, password: 'jamie.chen.1979' })
    expect(weak.body.code).toBe('weak_password')
    const pending = await server.post('register/complete', elsewhere)
    expect(pending.body).toMatchObject({ next: 'verify' })
    expect(await prisma().portalAccount.count({ where: { email: elsewhere.email } })).toBe(0)
    const { code } = await server.mailbox.next(elsewhere.email)
    const verify = { id: pending.body.id, code }
    expect((await server.post('verify-email', verify)).status).toBe(204)
    expect((await server.post('verify-email', verify)).body.code).toBe('wrong_code')
    expect((await accept(second.body.link, JAMIE.dateOfBirth)).body.code).toBe('wrong_code')
    const device = await signIn(server.url, elsewhere.email, { password: GOOD_PASSWORD })
    expect(device.clientId).toBe(await jamie())
    const third = await desk.fetch(path, { method: 'POST', body: { mail: false } })
    expect(third.body.code).toBe('wrong_state')
  })

  it('[L16] shows who is locked out, and lets them in again', async () => {
    const email = 'client2@demo.test'
    for (let failure = 0; failure < 5; failure++) await login(server.url, email, { password: 'wrong' })
    const desk = await signIn(server.url, 'desk@demo.test')
    const { body } = await desk.fetch('/api/v1/staff/accounts/search', {
      method: 'POST',
      body: { search: 'okafor' },
    })
    const [row] = body.items as { state: string; accountId: string }[]
    expect(row).toMatchObject({ state: 'locked', name: 'Sam Okafor' })
    const unlock = `/api/v1/staff/accounts/${row?.accountId}/unlock`
    expect((await desk.fetch(unlock, { method: 'POST' })).status).toBe(204)
    expect((await login(server.url, email)).status).toBe(200)
    const event = await prisma().auditEvent.findFirst({ where: { action: 'account.unlock' } })
    expect(event).toMatchObject({ outcome: 'allowed', accountId: desk.account.id, role: 'front-desk' })
    expect(event?.reason).toBe(`account ${row?.accountId}`)
    expect(event?.clientId).not.toMatch(/^0{8}/)
  })

  it('[V14.2.1] looks for names in bodies, and pages through the clients without losing or repeating one', async () => {
    const desk = await signIn(server.url, 'desk@demo.test')
    const names: string[] = []
    let cursor = ''
    do {
      const { body } = await desk.fetch('/api/v1/staff/accounts/search', {
        method: 'POST',
        body: { limit: 1, ...(cursor && { cursor }) },
      })
      names.push(...(body.items as { name: string }[]).map(({ name }) => name))
      cursor = String(body.next ?? '')
    } while (cursor !== '')
    expect(names).toEqual(['Alex Rivera', 'Jamie Chen', 'Sam Okafor'])
    expect((await desk.fetch('/api/v1/staff/accounts?search=okafor')).status).toBe(404)
    // No address of any route takes a name, an address of somebody, or a secret.
    const { body: api } = await desk.fetch('/api/v1/openapi.json')
    type Operation = { parameters?: { in: string; name: string }[] }
    const taken = Object.values(api.paths as Record<string, Record<string, Operation>>)
      .flatMap((methods) => Object.values(methods))
      .flatMap(({ parameters = [] }) => parameters.filter(({ in: place }) => place === 'query'))
      .map(({ name }) => name)
    expect(taken.length).toBeGreaterThan(5)
    expect(taken.filter((name) => /search|name|mail|token|secret|code|text|password/i.test(name))).toEqual([])
  })

  it('[L17] makes an account for a colleague, who alone chooses its password', async () => {
    const admin = await signIn(server.url, 'admin@demo.test')
    const colleague = { name: 'Noor Haddad', email: 'Noor@demo.test', role: 'clinician' }
    const made = await admin.fetch('/api/v1/staff/team', { method: 'POST', body: colleague })
    expect(made.status).toBe(201)
    const twice = await admin.fetch('/api/v1/staff/team', { method: 'POST', body: colleague })
    expect(twice.body.code).toBe('already_exists')
    const { link } = await server.mailbox.next('noor@demo.test')
    const choose = { link: secretOf(link), password: GOOD_PASSWORD }
    expect((await server.post('reset-password', choose)).body).toEqual({ email: 'noor@demo.test' })
    const noor = await signIn(server.url, 'noor@demo.test', { password: GOOD_PASSWORD })
    expect(noor.account.role).toBe('clinician')
    const desk = await signIn(server.url, 'desk@demo.test')
    for (const who of [noor, desk]) {
      expect((await who.fetch('/api/v1/staff/team')).body.code).toBe('not_permitted')
      expect((await who.fetch('/api/v1/staff/team', { method: 'POST', body: colleague })).status).toBe(403)
    }
    const unlock = `/api/v1/staff/accounts/${admin.account.id}/unlock`
    expect((await desk.fetch(unlock, { method: 'POST' })).status).toBe(404)

    // [L17] Another address of their own: as clients change theirs.
    const email = 'noor.haddad@demo.test'
    const asked = await noor.fetch('/api/v1/staff/auth/change-email', {
      method: 'POST',
      body: { password: GOOD_PASSWORD, email },
    })
    expect(asked.status).toBe(204)
    expect((await noor.fetch('/api/v1/staff/auth/account')).body).toMatchObject({
      email: 'noor@demo.test',
      pending: { email },
    })
    const confirming = await server.mailbox.next(email)
    expect((await server.post('confirm-email', { link: secretOf(confirming.link) })).status).toBe(204)
    expect((await login(server.url, email, { password: GOOD_PASSWORD })).status).toBe(200)
  })

  it('[L17] [V7.4.5] an admin signs a colleague out everywhere, and nobody else does', async () => {
    const admin = await signIn(server.url, 'admin@demo.test')
    const desk = await signIn(server.url, 'desk@demo.test')
    const client = await signIn(server.url, 'client@demo.test')
    const signOut = (id: string) => `/api/v1/staff/team/${id}/sign-out`
    const clinician = await signIn(server.url, 'clinician@demo.test')
    const refused = await desk.fetch(signOut(clinician.account.id), { method: 'POST' })
    expect(refused.status).toBe(403)
    expect((await admin.fetch(signOut(client.account.id), { method: 'POST' })).status).toBe(404)
    expect((await client.fetch('/api/v1/portal/forms')).status).toBe(200)
    expect((await clinician.fetch('/api/v1/staff/inbox')).status).toBe(200)
    expect((await admin.fetch(signOut(clinician.account.id), { method: 'POST' })).status).toBe(204)
    expect((await clinician.fetch('/api/v1/staff/inbox')).status).toBe(401)
    expect((await desk.fetch('/api/v1/staff/auth/account')).status).toBe(200)
    const event = { action: 'account.sign-out-staff', outcome: 'allowed' }
    expect(await prisma().auditEvent.findFirst({ where: event })).toMatchObject({
      outcome: 'allowed',
      accountId: admin.account.id,
      reason: `account ${clinician.account.id}`,
    })
    expect((await login(server.url, 'clinician@demo.test')).status).toBe(200)
  })

  it('[L17] closes the account of a colleague at once and for good, and never the last admin’s', async () => {
    const admin = await signIn(server.url, 'admin@demo.test')
    const close = (id: string) => `/api/v1/staff/team/${id}/close`
    const colleague = { name: 'Ines Sol', email: 'ines@demo.test', role: 'admin' }
    const { body } = await admin.fetch('/api/v1/staff/team', { method: 'POST', body: colleague })
    const { link } = await server.mailbox.next('ines@demo.test')
    await server.post('reset-password', { link: secretOf(link), password: GOOD_PASSWORD })
    const ines = await signIn(server.url, 'ines@demo.test', { password: GOOD_PASSWORD })
    expect((await ines.fetch('/api/v1/staff/team')).status).toBe(200)

    const desk = await signIn(server.url, 'desk@demo.test')
    expect((await desk.fetch(close(ines.account.id), { method: 'POST' })).status).toBe(403)
    expect((await admin.fetch(close(admin.account.id), { method: 'POST' })).body.code).toBe('wrong_state')
    const client = await signIn(server.url, 'client@demo.test')
    expect((await admin.fetch(close(client.account.id), { method: 'POST' })).status).toBe(404)
    expect((await admin.fetch('/api/v1/staff/team')).text).toContain(String(body.id))

    // Each the other, at the same moment: one of them stays.
    const both = await Promise.all([
      admin.fetch(close(ines.account.id), { method: 'POST' }),
      ines.fetch(close(admin.account.id), { method: 'POST' }),
    ])
    expect(both.filter(({ status }) => status === 204)).toHaveLength(1)
    const [left, gone] = both[0]?.status === 204 ? [admin, ines] : [ines, admin]
    expect((await gone.fetch('/api/v1/staff/team')).status).toBe(401)
    expect((await left.fetch('/api/v1/staff/team')).status).toBe(200)
    const email = gone === ines ? 'ines@demo.test' : 'admin@demo.test'
    const password = gone === ines ? GOOD_PASSWORD : DEMO_PASSWORD
    expect((await login(server.url, email, { password })).body.code).toBe('wrong_credentials')
    const { auditEvent } = server.portal.database.prisma
    const noted = await auditEvent.findMany({ where: { action: 'account.close-staff' } })
    const closed = noted.filter(({ outcome }) => outcome === 'allowed')
    expect(closed.map(({ reason }) => reason)).toEqual([`account ${gone.account.id}`])
    expect(noted.some(({ outcome, reason }) => outcome === 'denied' && reason === 'wrong_state')).toBe(true)
  })

  it('[L14] says what waits to be confirmed, whether that address is free or not', async () => {
    const device = await signIn(server.url, 'client@demo.test')
    const account = async () => (await device.fetch('/api/v1/portal/auth/account')).body
    expect(await account()).toEqual({ email: 'client@demo.test', pending: null })
    for (const email of ['free@demo.test', 'client2@demo.test']) {
      const body = { password: DEMO_PASSWORD, email }
      const asked = await device.fetch('/api/v1/portal/auth/change-email', { method: 'POST', body })
      expect(asked.status).toBe(204)
      const pending = { email, until: expect.any(Number) }
      expect(await account()).toEqual({ email: 'client@demo.test', pending })
    }
    // The newer one ends the older.
    const { link } = await server.mailbox.next('free@demo.test')
    expect((await server.post('confirm-email', { link: secretOf(link) })).body.code).toBe('wrong_code')
  })
})
