/** Somebody is asked to look after a record, accepts, is given less and more, and loses it: REST, mails and sockets. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import type { ChangeRow } from '../../shared/protocol/messages.ts'
import { SYNC_HTTP } from '../../shared/protocol/terms.ts'
import { type AccountServer, GOOD_PASSWORD, startAccountServer } from '../harness/account-server.ts'
import { type SignedInDevice, signIn } from '../harness/sign-in.ts'
import { connectDevice, helloOf } from '../harness/socket-device.ts'

const PEOPLE = '/api/v1/portal/access/people'
const ACCEPT = '/api/v1/portal/access/accept'
const ALEX = { email: 'client@demo.test', dateOfBirth: '1991-04-17' }
const DAY = 86_400_000
const secretOf = (link: string) => link.split('#')[1] ?? ''

describe.each(['pglite', 'postgres'] as const)('access to a record over %s', (database) => {
  let server: AccountServer
  beforeAll(async () => {
    server = await startAccountServer(database)
  })
  afterAll(() => server?.close())
  const prisma = () => server.portal.database.prisma

  const post = (who: SignedInDevice, path: string, body: unknown, method = 'POST') =>
    who.fetch(path, { method, body })
  async function invite(who: SignedInDevice, email: string, more: object = {}, path = PEOPLE) {
    const body = { name: 'Aunt Rosa', email, scopes: { forms: 'write' }, until: null, ...more }
    const answer = await post(who, path, body)
    expect([answer.status, answer.text]).toEqual([201, expect.any(String)])
    return secretOf((await server.mailbox.next(email)).link)
  }
  const join = (link: string, more: object = {}) =>
    server.post('register/access', {
      invite: link,
      dateOfBirth: ALEX.dateOfBirth,
      name: 'Rosa Rivera',
      password: GOOD_PASSWORD,
      acceptTerms: true,
      ...more,
    })
  const enter = (email: string) => signIn(server.url, email, { password: GOOD_PASSWORD })
  const collectionsOf = async (who: SignedInDevice, client: string) => {
    const body = { client, after: 0, upTo: null }
    const answer = await post(who, `${SYNC_HTTP}/pull`, body)
    if (answer.status !== 200) return answer.body.code
    const numbers = new Set((answer.body.rows as ChangeRow[]).map(([number]) => number))
    return Object.entries(COLLECTIONS).flatMap(([name, { number }]) => (numbers.has(number) ? [name] : []))
  }

  it('[L23] begins when the person asked accepts, with the link and the day of birth, and not before', async () => {
    const email = 'rosa@cast.test'
    const alex = await signIn(server.url, ALEX.email)
    const first = await invite(alex, email)
    const link = await invite(alex, email, { name: 'Aunt Rosa again' })
    expect((await server.mailbox.next(ALEX.email)).subject).toContain('Who can see your record was changed')
    // A newer one ends the older; a wrong day of birth, a made up link and somebody else's all get the same answer.
    for (const bad of [
      { invite: first },
      { dateOfBirth: '1990-01-01' },
      { invite: `${first.slice(0, -3)}AAA` },
    ]) {
      const refused = await join(link, bad)
      expect([refused.status, refused.body.code]).toEqual([422, 'wrong_code'])
    }
    expect((await join(link, { password: 'rosa rivera' })).body.code).toBe('weak_password')
    expect((await join(link)).status).toBe(204)
    expect((await join(link)).body.code).toBe('wrong_code')

    const rosa = await enter(email)
    expect(rosa.account).toMatchObject({ role: 'proxy', name: 'Rosa Rivera' })
    expect((await rosa.fetch('/api/v1/portal/access')).body.items).toEqual([
      {
        client: alex.clientId,
        name: 'Alex Rivera',
        own: false,
        generation: 1,
        scopes: { forms: 'write' },
        until: null,
      },
    ])
    expect(await collectionsOf(rosa, alex.clientId)).toEqual(['definitions', 'drafts'])
    expect((await alex.fetch(PEOPLE)).body).toMatchObject({
      people: expect.arrayContaining([
        expect.objectContaining({ name: 'Rosa Rivera', email, scopes: { forms: 'write' }, until: null }),
      ]),
      invitations: [],
      mayGive: true,
      latestEnd: null,
    })
    const trail = await prisma().auditEvent.findMany({
      where: { clientId: alex.clientId, action: { startsWith: 'access.' }, outcome: 'allowed' },
      orderBy: { at: 'asc' },
    })
    expect(trail.map(({ action, role }) => `${action} ${role}`)).toEqual([
      'access.invite client',
      'access.invite client',
      'access.accept proxy',
      'access.list client',
    ])
    expect(trail.map(({ reason }) => reason).join()).not.toContain(email)
  })

  it('[L23] an account that is there already accepts by itself, and no other can', async () => {
    const alex = await signIn(server.url, ALEX.email)
    const sam = await signIn(server.url, 'client2@demo.test')
    const link = await invite(alex, 'client2@demo.test', { scopes: { billing: 'read' } })
    // Who asks is not told that there is an account, who holds the link is.
    expect((await join(link)).body.code).toBe('already_exists')
    const rosa = await enter('rosa@cast.test')
    const proof = { invite: link, dateOfBirth: ALEX.dateOfBirth }
    expect((await post(rosa, ACCEPT, proof)).body.code).toBe('wrong_state')
    expect((await post(sam, ACCEPT, { ...proof, dateOfBirth: '1991-04-18' })).body.code).toBe('wrong_code')
    expect((await post(sam, ACCEPT, proof)).body).toEqual({ client: alex.clientId })
    const records = (await sam.fetch('/api/v1/portal/access')).body.items as { name: string; own: boolean }[]
    expect(records.map(({ name, own }) => [name, own])).toEqual([
      ['Sam Okafor', true],
      ['Alex Rivera', false],
    ])
    expect(await collectionsOf(sam, alex.clientId)).toEqual(['billing'])
    expect((await post(sam, `/api/v1/portal/access/${alex.clientId}`, undefined, 'DELETE')).status).toBe(204)
    expect(await collectionsOf(sam, alex.clientId)).toBe('not_found')
  })

  it('[L24] [P22] [P32] is narrowed, prolonged and ended, and the sockets of that person learn it at once', async () => {
    const alex = await signIn(server.url, ALEX.email)
    const rosa = await enter('rosa@cast.test')
    const asRosa = helloOf({ deviceId: rosa.deviceId, clientId: alex.clientId })
    const person = `${PEOPLE}/${rosa.account.id}`
    const put = (body: object) => post(alex, person, body, 'PUT')
    {
      using socket = await connectDevice(rosa)
      const said = (await socket.ask('hello', asRosa)).ok
      expect(said).toMatchObject({ grant: { g: 1, scopes: ['forms:write'], until: null } })
      // Told that something changed, and never what.
      const change = [1, COLLECTIONS.profile.number, crypto.randomUUID(), 0, 1, [['name', 'canary']]]
      expect(
        (await post(rosa, `${SYNC_HTTP}/push`, { client: alex.clientId, mutations: [change] })).body,
      ).toMatchObject({ answers: [[1, 4, 0, expect.any(Number), 'not_permitted']] })
      const until = server.now + 30 * DAY
      expect((await put({ scopes: { forms: 'read' }, until })).status).toBe(204)
      expect(await socket.closed).toBe('io server disconnect')
    }
    {
      using socket = await connectDevice(rosa)
      const hello = { ...asRosa, cursor: { e: 1, s: 0, k: '' }, g: 1 }
      expect((await socket.ask('hello', hello)).ok).toMatchObject({
        mode: 'reset',
        grant: { g: 2, scopes: ['forms:read'] },
      })
      expect((await alex.fetch(person, { method: 'DELETE' })).status).toBe(204)
      expect(await socket.next('revoke')).toEqual({ client: alex.clientId, generation: 3 })
      expect(await socket.ask('hello', hello)).toMatchObject({ error: 'not_found' })
    }
    expect((await put({ scopes: { forms: 'read' }, until: null })).status).toBe(404)
  })

  it('[L24] a socket ends with the access that it was let in by', async () => {
    const alex = await signIn(server.url, ALEX.email)
    const email = 'brief@cast.test'
    const until = Date.now() + 3_000 + (server.now - Date.now())
    const link = await invite(alex, email, { until, scopes: { forms: 'read' } })
    expect((await join(link)).status).toBe(204)
    const brief = await enter(email)
    using socket = await connectDevice(brief)
    const hello = helloOf({ deviceId: brief.deviceId, clientId: alex.clientId })
    expect((await socket.ask('hello', hello)).ok).toMatchObject({ grant: { until } })
    expect(await socket.closed).toBe('io server disconnect')
  })

  it('[L24] to give more the password is needed anew; to end something it is not', async () => {
    const alex = await signIn(server.url, ALEX.email)
    const link = await invite(alex, 'later@cast.test')
    server.now += 6 * 60_000
    const body = { name: 'X', email: 'x@cast.test', scopes: { forms: 'read' }, until: null }
    expect((await post(alex, PEOPLE, body)).status).toBe(401)
    const again = await signIn(server.url, ALEX.email)
    await prisma().session.updateMany({ data: { confirmedAt: new Date(server.now - 6 * 60_000) } })
    expect((await post(again, PEOPLE, body)).body.code).toBe('confirmation_needed')
    const { invitations } = (await again.fetch(PEOPLE)).body as { invitations: { id: string }[] }
    const path = `/api/v1/portal/access/invitations/${invitations[0]?.id}`
    expect((await again.fetch(path, { method: 'DELETE' })).status).toBe(204)
    expect((await join(link)).body.code).toBe('wrong_code')
  })

  it('[L23] [L24] for a child the practice decides, and it ends when the child comes of age', async () => {
    const sam = await signIn(server.url, 'client2@demo.test')
    const birth = new Date(server.now - 15 * 365 * DAY)
    await prisma().client.update({ where: { clientId: sam.clientId }, data: { dateOfBirth: birth } })
    const body = { name: 'X', email: 'x@cast.test', scopes: { forms: 'read' }, until: null }
    expect((await post(sam, PEOPLE, body)).body.code).toBe('not_permitted')
    expect((await sam.fetch(PEOPLE)).body).toMatchObject({ mayGive: false })
    const desk = await signIn(server.url, 'desk@demo.test')
    const office = `/api/v1/staff/clients/${sam.clientId}/access`
    const link = await invite(desk, 'mother@cast.test', {}, office)
    const dateOfBirth = birth.toISOString().slice(0, 10)
    expect((await join(link, { dateOfBirth, name: 'Ada Okafor' })).status).toBe(204)
    const people = (await desk.fetch(office)).body as unknown as {
      people: { account: string; email: string; until: number }[]
      latestEnd: number
    }
    expect(new Date(people.latestEnd).getUTCFullYear()).toBe(birth.getUTCFullYear() + 18)
    const mother = people.people.find(({ email }) => email === 'mother@cast.test')
    expect(mother?.until).toBe(people.latestEnd)
    const path = `${office}/${mother?.account}`
    const past = { scopes: { forms: 'read' }, until: server.now - DAY }
    expect((await post(desk, path, past, 'PUT')).body.code).toBe('wrong_state')
    expect((await desk.fetch(path, { method: 'DELETE' })).status).toBe(204)
    expect((await desk.fetch(path, { method: 'DELETE' })).status).toBe(404)
  })

  it('[L19] invitations for one record are limited', async () => {
    const alex = await signIn(server.url, ALEX.email)
    const ask = (number: number) =>
      post(alex, PEOPLE, {
        name: 'X',
        email: `x${number}@cast.test`,
        scopes: { forms: 'read' },
        until: null,
      })
    let last = await ask(0)
    for (let number = 1; number < 12 && last.status === 201; number++) last = await ask(number)
    expect([last.status, last.body.code]).toEqual([429, 'rate_limited'])
  })
})
