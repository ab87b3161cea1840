/** What somebody tries at the account routes who has a list of names and birthdays, a mailbox, or a foreign link. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  type AccountServer,
  GOOD_PASSWORD,
  JAMIE,
  newSource,
  startAccountServer,
} from '../harness/account-server.ts'
import { type Answer, DEMO_PASSWORD, signIn } from '../harness/sign-in.ts'

const HOUR = 3_600_000
const ORIGIN = 'https://portal.practice.test'
let server: AccountServer
beforeAll(async () => {
  server = await startAccountServer()
})
afterAll(() => server?.close())

const UUID = /[0-9a-f]{8}-[0-9a-f-]{27}/g
const secretOf = (link: string) => link.split('#')[1] ?? ''
/** Everything of an answer but what is random in each. */
const essence = ({ status, text, headers }: Answer) => ({
  status,
  text: text.replaceAll(UUID, '<id>'),
  headers: [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name)),
})
const prisma = () => server.portal.database.prisma

/** Statements of the database, by their text, while something is done. */
async function work(run: () => Promise<unknown>): Promise<string[]> {
  const rows = () =>
    prisma().$queryRawUnsafe<{ name: string; n: number }[]>(
      `SELECT 'codes' AS name, count(*)::int AS n FROM portal.one_time_code UNION ALL
     SELECT 'outbox', count(*)::int FROM portal.outbox UNION ALL
     SELECT 'audit', count(*)::int FROM portal.audit_event WHERE action IN ('account.find', 'account.forgot-password')`,
    )
  const before = await rows()
  await run()
  const after = await rows()
  return after.map(({ name, n }) => `${name} ${n - (before.find((row) => row.name === name)?.n ?? 0)}`)
}

it('[L2] [L3] [V6.3.8] answers byte for byte the same for a record, an account, two records, no address and nobody', async () => {
  const { practiceId } = await prisma().client.findFirstOrThrow()
  const twin = { practiceId, name: 'Twin', ssn4Tag: 'x', contactEmail: 'twins@demo.test' }
  const twins = { dateOfBirth: '1990-01-01', ssn4: '1111' }
  const { findTag, createOneTime } = await import('../../sync-server/modules/auth/one-time.ts')
  const oneTime = createOneTime(server.portal.config.secrets.pepper)
  const ssn4Tag = findTag(oneTime, { by: 'ssn4', ...twins })
  await prisma().client.createMany({
    data: [1, 2].map(() => ({ ...twin, clientId: randomUUID(), ssn4Tag })),
  })
  const alone = { dateOfBirth: '1990-02-02', ssn4: '2222' }
  await prisma().client.create({
    data: {
      ...twin,
      clientId: randomUUID(),
      contactEmail: null,
      ssn4Tag: findTag(oneTime, { by: 'ssn4', ...alone }),
    },
  })
  const sent = server.mailbox.mails.length
  const people = [
    { dateOfBirth: JAMIE.dateOfBirth, ssn4: JAMIE.ssn4 },
    { dateOfBirth: JAMIE.dateOfBirth, mrn: 'hl 20417' },
    { dateOfBirth: '1991-04-17', ssn4: '3920' },
    twins,
    alone,
    { dateOfBirth: '1960-05-05', ssn4: '0000' },
    { dateOfBirth: '1960-05-05', mrn: 'HL-99999' },
  ]
  const answers = []
  for (const person of people) answers.push(essence(await server.post('register', person)))
  for (const answer of answers) expect(answer).toEqual(answers[0])
  expect(answers[0]?.status).toBe(200)

  // Guesses at the code of somebody who is not there end as those of somebody who is.
  for (const person of [people[0], people[5]]) {
    const { body } = await server.post('register', person)
    const guesses = []
    for (let guess = 0; guess < 7; guess++)
      guesses.push(essence(await server.post('register/confirm', { id: body.id, code: '000000' })))
    expect(new Set(guesses.map((guess) => JSON.stringify(guess))).size).toBe(1)
    expect(guesses[0]?.status).toBe(422)
  }
  await server.mailbox.next('client@demo.test')
  await server.mailbox.next(JAMIE.email)
  const to = server.mailbox.mails.slice(sent).map((mail) => mail.to)
  expect(new Set(to)).toEqual(new Set([JAMIE.email, 'client@demo.test']))
})

it('[L2] [L9] does the same work before the answer, whoever is asked for', async () => {
  const find = (person: object) => work(() => server.post('register', person))
  const known = await find({ dateOfBirth: '2012-11-02', ssn4: '7715' })
  expect(await find({ dateOfBirth: '1961-06-06', ssn4: '7715' })).toEqual(known)
  // What is done after the commit for somebody who is there (a mail) may have begun.
  expect(known).toContain('codes 2')

  const forgot = (email: string) => server.post('forgot-password', { email })
  expect(essence(await forgot('client2@demo.test'))).toEqual(essence(await forgot('nobody@demo.test')))
})

it('[L7] [V6.6.3] [V6.5.4] gives five guesses at a code, and no sixth for the right one', async () => {
  server.now += HOUR
  const { id, code } = await server.register({ dateOfBirth: JAMIE.dateOfBirth, mrn: JAMIE.mrn }, JAMIE.email)
  const wrong = code === '123456' ? '654321' : '123456'
  const guesses = await Promise.all(
    Array.from({ length: 12 }, () => server.post('register/confirm', { id, code: wrong })),
  )
  for (const guess of guesses) expect(guess.body.code).toBe('wrong_code')
  expect((await server.post('register/confirm', { id, code })).body.code).toBe('wrong_code')
  const row = await prisma().oneTimeCode.findUniqueOrThrow({ where: { id } })
  expect(row).toMatchObject({ attempts: 5, usedAt: null })
})

it('[L7] [V2.3.1] [V6.5.1] [V6.6.2] [V6.4.1] a secret opens its own row and purpose alone, for a short time, once', async () => {
  server.now += HOUR
  const { id, code } = await server.register(
    { dateOfBirth: JAMIE.dateOfBirth, ssn4: JAMIE.ssn4 },
    JAMIE.email,
  )
  const other = await server.post('register', { dateOfBirth: '2012-11-02', ssn4: '7715' })
  const wrong = async (path: string, body: object) => {
    const answer = await server.post(path, body)
    expect([answer.status, answer.body.code], path).toEqual([422, 'wrong_code'])
  }
  await wrong('register/confirm', { id: other.body.id, code })
  await wrong('register/confirm', { id: randomUUID(), code })
  await wrong('verify-email', { id, code })

  await server.post('forgot-password', { email: 'admin@demo.test' })
  const reset = secretOf((await server.mailbox.next('admin@demo.test')).link)
  for (const path of ['confirm-email', 'undo-email']) await wrong(path, { link: reset })
  await wrong('register/invite', { invite: reset, dateOfBirth: JAMIE.dateOfBirth })
  await wrong('register/complete', {
    ticket: reset,
    email: 'x@demo.test',
    password: GOOD_PASSWORD,
    acceptTerms: true,
  })
  for (const link of [
    `${reset.slice(0, -1)}${reset.endsWith('A') ? 'B' : 'A'}`,
    reset.slice(0, 37),
    'x',
    `${randomUUID()}.${reset.slice(37)}`,
  ])
    await wrong('reset-password', { link, password: GOOD_PASSWORD })
  const stored = await prisma().oneTimeCode.findUniqueOrThrow({ where: { id: reset.slice(0, 36) } })
  expect(JSON.stringify(stored)).not.toContain(reset.slice(37))

  server.now += 16 * 60_000
  await wrong('register/confirm', { id, code })
})

it('[L5] makes no account for an address that nobody has proved, and does not tell which have one', async () => {
  server.now += HOUR
  const { id, code } = await server.register(
    { dateOfBirth: JAMIE.dateOfBirth, ssn4: JAMIE.ssn4 },
    JAMIE.email,
  )
  const { ticket } = (await server.post('register/confirm', { id, code })).body
  const complete = (email: string) =>
    server.post('register/complete', { ticket, email, password: GOOD_PASSWORD, acceptTerms: true })
  const known = await complete('client@demo.test')
  const unknown = await complete('jamie@new.test')
  expect(essence(known)).toEqual(essence(unknown))
  expect((await server.mailbox.next('jamie@new.test')).code).toMatch(/^\d{6}$/)
  let mail = await server.mailbox.next('client@demo.test')
  while (!mail.subject.startsWith('You already have a portal account'))
    mail = await server.mailbox.next('client@demo.test')
  expect(mail.code).toBe('')
  for (const code of ['000000', '111111'])
    expect((await server.post('verify-email', { id: known.body.id, code })).body.code).toBe('wrong_code')
  expect(await prisma().portalAccount.count({ where: { name: 'Jamie Chen' } })).toBe(0)
})

it('[L19] [V2.3.2] [V2.4.1] limits what is asked for one person, one birthday and one source, known or not', async () => {
  server.now += 2 * HOUR
  const codes = async (times: number, run: (n: number) => Promise<Answer>) => {
    const answers: Answer[] = []
    for (let n = 0; n < times; n++) answers.push(await run(n))
    return answers.map(({ status }) => status)
  }
  for (const person of [
    { dateOfBirth: JAMIE.dateOfBirth, ssn4: JAMIE.ssn4 },
    { dateOfBirth: '1950-01-01', ssn4: '9999' },
  ])
    expect(await codes(6, () => server.post('register', person))).toEqual([200, 200, 200, 200, 200, 429])
  const day = await codes(31, (n) =>
    server.post('register', { dateOfBirth: '1940-01-01', ssn4: String(1_000 + n) }),
  )
  expect(day.filter((status) => status === 200)).toHaveLength(30)
  expect(day.at(-1)).toBe(429)
  for (const email of ['client2@demo.test', 'nobody2@demo.test'])
    expect(await codes(6, () => server.post('forgot-password', { email }))).toEqual([
      204, 204, 204, 204, 204, 429,
    ])
  const source = { 'x-forwarded-for': newSource() }
  const from = await codes(42, (n) =>
    server.post('forgot-password', { email: `nobody${n}@elsewhere.test` }, source),
  )
  expect(from.indexOf(429)).toBe(40)
  const guess = { id: randomUUID(), code: '000000' }
  const guesses = await codes(62, () => server.post('register/confirm', guess, source))
  expect(guesses.indexOf(429)).toBe(60)
})

it('[L19] [V2.4.1] counts what is asked at the same moment', async () => {
  await using busy = await startAccountServer('postgres')
  const [jamie, email] = [{ dateOfBirth: JAMIE.dateOfBirth, ssn4: JAMIE.ssn4 }, 'desk@demo.test']
  const atOnce = (run: () => Promise<Answer>) => Promise.all(Array.from({ length: 12 }, run))
  const answers = [
    await atOnce(() => busy.post('register', jamie)),
    await atOnce(() => busy.post('forgot-password', { email })),
  ]
  for (const given of answers) expect(given.filter(({ status }) => status !== 429)).toHaveLength(5)
})

it('[L20] builds links from the configured origin, whatever a request says', async () => {
  await using published = await startAccountServer('pglite', { environment: { PORTAL_ORIGIN: ORIGIN } })
  const evil = {
    host: 'evil.test',
    'x-forwarded-host': 'evil.test',
    forwarded: 'host=evil.test',
    origin: 'https://evil.test',
  }
  await published.post('forgot-password', { email: 'desk@demo.test' }, evil)
  const mail = await published.mailbox.next('desk@demo.test')
  expect(mail.link).toMatch(new RegExp(`^${ORIGIN}/reset-password#`))
  expect(mail.raw).not.toContain('evil.test')
})

it('[L18] writes no address, code or number into the audit trail', async () => {
  // Random ids have any four digits now and then.
  const rows = JSON.stringify(await prisma().auditEvent.findMany(), (_, value) =>
    typeof value === 'bigint' ? String(value) : value,
  ).replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'id')
  for (const typed of [JAMIE.email, JAMIE.ssn4, JAMIE.mrn, 'nobody@demo.test', '1979-08-30'])
    expect(rows).not.toContain(typed)
  const actions = await prisma().auditEvent.groupBy({ by: ['action', 'outcome'] })
  const seen = actions.map(({ action, outcome }) => `${action} ${outcome}`)
  for (const expected of [
    'account.find allowed',
    'account.find denied',
    'account.prove denied',
    'account.forgot-password allowed',
    'account.reset-password denied',
    'account.confirm-email denied',
    'account.undo-email denied',
  ])
    expect(seen).toContain(expected)
})

it('[V8.4.1] a signed-in client changes nobody else’s password or address, and staff only their own practice’s people', async () => {
  const stranger = await signIn(server.url, 'client2@demo.test')
  const before = await prisma().portalAccount.findUniqueOrThrow({ where: { email: 'client@demo.test' } })
  const body = {
    id: before.id,
    accountId: before.id,
    password: DEMO_PASSWORD,
    newPassword: GOOD_PASSWORD,
    endOtherSessions: true,
  }
  expect((await stranger.fetch('/api/v1/portal/auth/change-password', { method: 'POST', body })).status).toBe(
    204,
  )
  expect(await prisma().portalAccount.findUniqueOrThrow({ where: { email: 'client@demo.test' } })).toEqual(
    before,
  )

  const elsewhere = randomUUID()
  await prisma().practice.create({
    data: { id: elsewhere, name: 'Other', timeZone: 'UTC', phone: '1', mfaStaff: false },
  })
  const clientId = randomUUID()
  await prisma().client.create({ data: { clientId, practiceId: elsewhere, name: 'Far Away' } })
  const desk = await signIn(server.url, 'desk@demo.test')
  const invite = (id: string) =>
    desk.fetch(`/api/v1/staff/clients/${id}/invite`, { method: 'POST', body: { mail: false } })
  expect(essence(await invite(clientId))).toEqual(essence(await invite(randomUUID())))
  expect(
    (await desk.fetch('/api/v1/staff/accounts/search', { method: 'POST', body: {} })).text,
  ).not.toContain('Far Away')
})
