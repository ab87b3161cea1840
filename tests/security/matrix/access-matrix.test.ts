/**
 * Role × route × foreign id, made from the OpenAPI document: every route, asked by everybody, about the record of one
 * client. Who may not reach it gets, for every id of that client, exactly what they get for an id of nobody, and the
 * attempt is in the audit trail. A route without an entry fails here by name.
 */
import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GRANT_SCOPES } from '../../../shared/domains/grants/scopes.ts'
import { COLLECTIONS } from '../../../shared/protocol/collections.ts'
import type { ChangeRow } from '../../../shared/protocol/messages.ts'
import { SYNC_HTTP } from '../../../shared/protocol/terms.ts'
import * as fed from '../../harness/machine.ts'
import { type RunningPortal, startPortal } from '../../harness/server.ts'
import { type Answer, ask, signIn } from '../../harness/sign-in.ts'
import { assemble, type Cast, type Persona } from './cast.ts'
import type { Entry, IdName, Ids, Sample } from './entries/entry.ts'
import { ENTRIES } from './entries.ts'
import { expectSafeHeaders, sameHeaders } from './headers.ts'
import { spoiledSamples } from './spoiled-samples.ts'

const CANARY = 'canary-3b90-of-the-matrix'

interface Operation {
  readonly security: readonly Readonly<Record<string, unknown>>[]
  readonly 'x-roles'?: readonly string[]
  readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> }
}
interface Route {
  readonly key: string
  readonly method: string
  readonly path: string
  readonly audience: string | undefined
  readonly roles: readonly string[]
  readonly hasBody: boolean
}
async function eightAtOnce<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items]
  const work = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await run(item)
  }
  await Promise.all(Array.from({ length: 8 }, work))
}

type Guarded = Exclude<Entry, { readonly open: string }>

describe('role × route × foreign id', () => {
  let now = Date.now()
  let server: RunningPortal
  let cast: Cast
  let ids: Ids
  let routes: readonly Route[]

  beforeAll(async () => {
    server = await startPortal({
      database: 'postgres',
      clock: { now: () => now },
      environment: { PORTAL_TRUSTED_PROXIES: '127.0.0.1,::1' },
    })
    cast = await assemble({ ...server, now: () => now }, (ms) => {
      now += ms
    })
    ids = await fillRecord()
    const { body } = await ask(`${server.url}/api/v1/openapi.json`)
    routes = Object.entries(body.paths as Record<string, Record<string, Operation>>).flatMap(
      ([path, methods]) =>
        Object.entries(methods).map(([method, { security, 'x-roles': roles = [], requestBody }]) => ({
          key: `${method} ${path}`,
          method: method.toUpperCase(),
          path,
          // A device's key alone stands for nobody.
          audience: Object.keys(security[0] ?? {}).find((scheme) => scheme !== 'proof'),
          roles,
          hasBody: requestBody?.content['application/json'] !== undefined,
        })),
    )
  })
  afterAll(() => server?.close())

  /** Answers with a canary, one form handed in, and a device that is only there to be signed out. */
  async function fillRecord(): Promise<Ids> {
    const { victim } = cast
    const pull = { client: victim.clientId, after: 0, upTo: null }
    const { body } = await victim.fetch(`${SYNC_HTTP}/pull`, { method: 'POST', body: pull })
    const drafts = (body.rows as ChangeRow[]).filter(([number]) => number === COLLECTIONS.drafts.number)
    const [draft, sent] = ['initial-intake', 'phq-9'].map((key) =>
      drafts.find((row) => row[3] === 0 && row[4].formKey === key),
    )
    const definition = (row: ChangeRow | undefined) => (row?.[3] === 0 ? String(row[4].definitionId) : '')
    const change = [1, COLLECTIONS.drafts.number, draft?.[1], 1, now, [['answers/canary', CANARY]]]
    const push = { client: victim.clientId, mutations: [change] }
    expect((await victim.fetch(`${SYNC_HTTP}/push`, { method: 'POST', body: push })).status).toBe(200)
    const submission = randomUUID()
    const conversations = await victim.fetch('/api/v1/portal/messages')
    const thread = (conversations.body.items as { id: string }[])[0]?.id ?? ''
    const answers = Object.fromEntries(
      ['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((item) => [`phq9-${item}`, 'LA6568-5']),
    )
    const handedIn = await victim.fetch(`/api/v1/portal/forms/${sent?.[1]}/submit`, {
      method: 'POST',
      body: { submissionId: submission, definitionId: definition(sent), answers, submittedAt: now },
    })
    expect([handedIn.status, handedIn.text]).toEqual([201, expect.any(String)])
    const visit = (body.rows as ChangeRow[]).find(
      (row) => row[0] === COLLECTIONS.appointments.number && row[3] === 0 && row[4].status === 'booked',
    )
    const asked = await victim.fetch('/api/v1/portal/appointments/request', {
      method: 'POST',
      body: { preferredTimes: [{ from: now, to: now + 1 }], reason: CANARY },
    })
    expect([asked.status, asked.text]).toEqual([201, expect.any(String)])
    const medication = (body.rows as ChangeRow[]).find(
      (row) => row[0] === COLLECTIONS.medications.number && row[3] === 0 && row[4].name === 'Sertraline',
    )
    const ofBilling = (type: string, known: string, value: string) =>
      (body.rows as ChangeRow[]).find(
        (row) =>
          row[0] === COLLECTIONS.billing.number &&
          row[3] === 0 &&
          row[4].type === type &&
          row[4][known] === value,
      )?.[1] ?? ''
    const refill = await victim.fetch('/api/v1/portal/prescriptions/refill', {
      method: 'POST',
      body: { medicationId: medication?.[1], note: CANARY },
    })
    expect([refill.status, refill.text]).toEqual([201, expect.any(String)])
    const spare = await signIn(server.url, victim.account.email)
    const { prisma } = server.portal.database
    const { practiceId } = await prisma.client.findUniqueOrThrow({ where: { clientId: victim.clientId } })
    const [helper, invitation] = [randomUUID(), randomUUID()]
    const name = 'Helper of the matrix'
    const email = `${helper}@cast.test`
    await prisma.portalAccount.create({
      data: { id: helper, practiceId, role: 'proxy', name, email, passwordHash: 'x' },
    })
    const scopes = ['forms:read']
    await prisma.accessGrant.create({ data: { clientId: victim.clientId, accountId: helper, scopes } })
    await prisma.accessInvitation.create({
      data: {
        clientId: victim.clientId,
        id: invitation,
        name,
        email: 'invited@cast.test',
        scopes,
        goodUntil: new Date(now + 86_400_000),
        createdBy: victim.account.id,
        createdAt: new Date(now),
      },
    })
    const external = randomUUID()
    await prisma.ehrLink.create({
      data: {
        clientId: victim.clientId,
        resource: 'clients',
        externalId: external,
        practiceId,
        documentId: randomUUID(),
        rev: 0,
      },
    })
    const record = cast.persona('the record system')
    for (const [type, resource] of [
      ['appointments', fed.visit(external)],
      ['medications', fed.medication(external)],
      ['statements', fed.statement(external)],
      ['messages', fed.message(external)],
    ] as const) {
      const put = { method: 'PUT', body: resource }
      const answer = await record.fetch(`/api/v1/ehr/${type}/${external}`, put)
      expect([answer.status, answer.text]).toEqual([200, expect.any(String)])
    }
    const content = Buffer.from(`Fed: ${CANARY}`)
    const at = `/api/v1/ehr/documents/${external}`
    const bytes = { 'content-type': 'application/octet-stream' }
    await record.fetch(at, { method: 'PUT', body: fed.document(external, content, { description: CANARY }) })
    await record.fetch(`${at}/parts/0`, { method: 'PUT', raw: content, headers: bytes })
    expect((await record.fetch(`${at}/finish`, { method: 'POST' })).status).toBe(200)
    const document = await shareDocument()
    return {
      external,
      client: victim.clientId,
      document,
      attachment: await sendFile(),
      answerFile: await answerWithFile(draft?.[1] ?? '', submission, helper),
      statement: ofBilling('statement', 'number', 'ST-1017'),
      payment: ofBilling('payment', 'status', 'succeeded'),
      account: victim.account.id,
      device: spare.deviceId,
      draft: draft?.[1] ?? '',
      definition: definition(draft),
      submission,
      appointment: visit?.[1] ?? '',
      request: String(asked.body.id),
      medication: medication?.[1] ?? '',
      refill: String(refill.body.id),
      thread,
      helper,
      invitation,
    }
  }

  async function shareDocument(): Promise<string> {
    const clinician = cast.persona('the clinician')
    const below = `/api/v1/staff/clients/${cast.victim.clientId}/documents`
    const content = Buffer.from(`A letter about ${CANARY}.`)
    const body = {
      title: CANARY,
      category: 'letter',
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
    }
    const begun = await clinician.fetch(below, { method: 'POST', body })
    expect([begun.status, begun.text]).toEqual([201, expect.any(String)])
    const at = `${below}/${begun.body.id}`
    const headers = { 'content-type': 'application/octet-stream' }
    expect((await clinician.fetch(`${at}/parts/0`, { method: 'PUT', raw: content, headers })).status).toBe(
      200,
    )
    expect((await clinician.fetch(`${at}/finish`, { method: 'POST' })).status).toBe(200)
    return String(begun.body.id)
  }

  async function sendFile(): Promise<string> {
    const clinician = cast.persona('the clinician')
    const below = `/api/v1/staff/clients/${cast.victim.clientId}`
    const id = randomUUID()
    const content = Buffer.from(`A picture of ${CANARY}.`)
    const sha256 = createHash('sha256').update(content).digest('hex')
    const body = { name: `${CANARY}.txt`, bytes: content.length, sha256 }
    const at = `${below}/attachments/${id}`
    const headers = { 'content-type': 'application/octet-stream' }
    await clinician.fetch(at, { method: 'PUT', body })
    await clinician.fetch(`${at}/parts/0`, { method: 'PUT', raw: content, headers })
    const finished = await clinician.fetch(`${at}/finish`, { method: 'POST' })
    const message = { subject: CANARY, body: CANARY, attachments: [finished.body] }
    const sent = await clinician.fetch(`${below}/messages`, { method: 'POST', body: message })
    expect([sent.status, sent.text]).toEqual([201, expect.any(String)])
    return id
  }

  /** As if it had been handed in with this submission, and sent by somebody else who may fill in the form. */
  async function answerWithFile(draft: string, submissionId: string, createdBy: string): Promise<string> {
    const id = randomUUID()
    const content = Buffer.from(`A card of ${CANARY}.`)
    const sha256 = createHash('sha256').update(content).digest('hex')
    const at = `/api/v1/portal/answer-files/${id}`
    const headers = { 'content-type': 'application/octet-stream' }
    const body = { name: `${CANARY}.txt`, bytes: content.length, sha256, draft }
    await cast.victim.fetch(at, { method: 'PUT', body })
    await cast.victim.fetch(`${at}/parts/0`, { method: 'PUT', raw: content, headers })
    const finished = await cast.victim.fetch(`${at}/finish`, { method: 'POST' })
    expect([finished.status, finished.text]).toEqual([200, expect.any(String)])
    await server.portal.database.prisma.storedFile.update({
      where: { clientId_id: { clientId: cast.victim.clientId, id } },
      data: { submissionId, createdBy },
    })
    return id
  }

  const call = (route: Route, persona: Persona, sample: Sample): Promise<Answer> => {
    const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => sample.params?.[name] ?? '')
    const query = new URLSearchParams(sample.query).toString()
    return persona.fetch(query === '' ? path : `${path}?${query}`, {
      method: route.method,
      ...(sample.headers === undefined ? {} : { headers: sample.headers }),
      ...(sample.body === undefined ? {} : { body: sample.body }),
    })
  }

  /** What may not differ between two answers. */
  const essence = (answer: Answer, asked: Ids) => {
    let text = answer.text.replaceAll(/"requestId":"[^"]*"/g, '')
    for (const [name, id] of Object.entries(asked)) text = text.replaceAll(id, `<${name}>`)
    return { status: answer.status, text, headers: sameHeaders(answer.headers) }
  }
  const denials = (persona: Persona) =>
    server.portal.database.prisma.auditEvent.count({
      where: { accountId: persona.accountId ?? '', outcome: 'denied' },
    })
  const expectNothingOfTheirs = ({ text }: Answer, asked: Ids) => {
    expect(text).not.toContain(CANARY)
    expect(text).not.toContain(cast.victim.account.email)
    for (const id of new Set(Object.values(ids)))
      if (!Object.values(asked).includes(id)) expect(text).not.toContain(id)
  }

  const entryOf = (route: Route): Entry => {
    const entry = ENTRIES[route.key]
    if (entry === undefined)
      throw new Error(`${route.key} has no entry in tests/security/matrix/entries: say who reaches what.`)
    return entry
  }
  const guarded = (): [Route, Guarded][] =>
    routes.flatMap((route) => {
      const entry = entryOf(route)
      return 'open' in entry ? [] : [[route, entry]]
    })
  const opens = (persona: Persona, route: Route) =>
    persona.audience === route.audience && route.roles.includes(persona.role)
  /** 403 also for the device that was signed out: it has to learn that it must empty itself. */
  const refusedStatus = (persona: Persona, route: Route) =>
    persona.audience === route.audience ||
    (persona.name === 'the client’s lost device' && route.audience === 'portal')
      ? 403
      : 401
  const reaches = (persona: Persona, entry: Guarded) =>
    'ownOnly' in entry ||
    (entry.reach.includes(persona.relation) &&
      (entry.onlyAccount !== true || persona.accountId === cast.victim.account.id))

  /** The victim's ids with some of them those of nobody: each one, and all. */
  const strangers = (names: readonly IdName[]): Ids[] => {
    const replace = (which: readonly IdName[]) => ({
      ...ids,
      ...Object.fromEntries(which.map((name) => [name, randomUUID()])),
    })
    return names.length === 1 ? [replace(names)] : [replace(names), ...names.map((name) => replace([name]))]
  }

  it('[V8.3.1] [V6.3.4] every route has an entry, and is open or guarded as its entry says', () => {
    const known = new Set(routes.map(({ key }) => key))
    expect(
      Object.keys(ENTRIES).filter((key) => !known.has(key)),
      'entries without a route',
    ).toEqual([])
    for (const route of routes) expect('open' in entryOf(route), route.key).toBe(route.audience === undefined)
  })

  it('[V8.2.1] whose token does not open a route gets 401 or 403, whatever they ask for', async () => {
    const nobodys = strangers(Object.keys(ids) as IdName[])[0] ?? ids
    const ask = async (route: Route, entry: Guarded, persona: Persona) => {
      const where = `${route.key} as ${persona.name}`
      const ofVictim = await call(route, persona, entry.sample?.(ids, persona) ?? {})
      const ofNobody = await call(route, persona, entry.sample?.(nobodys, persona) ?? {})
      expect(ofVictim.status, where).toBe(refusedStatus(persona, route))
      expectSafeHeaders(ofVictim, where)
      expectNothingOfTheirs(ofVictim, ids)
      expect(essence(ofVictim, ids), where).toEqual(essence(ofNobody, nobodys))
    }
    for (const [route, entry] of guarded())
      for (const persona of cast.personas) if (!opens(persona, route)) await ask(route, entry, persona)
  })

  it('[V16.3.2] whose role does not open a route is in the audit trail', async () => {
    for (const [route, entry] of guarded())
      for (const persona of cast.personas) {
        if (opens(persona, route) || persona.audience !== route.audience) continue
        const before = await denials(persona)
        await call(route, persona, entry.sample?.(ids, persona) ?? {})
        expect(await denials(persona), `${route.key} as ${persona.name}`).toBe(before + 1)
      }
  })

  it('[V8.2.2] [P3] who has no relation to a record gets for its ids what they get for ids of nobody', async () => {
    for (const [route, entry] of guarded())
      for (const persona of cast.personas.filter((candidate) => opens(candidate, route))) {
        if ('ownOnly' in entry || reaches(persona, entry)) continue
        const where = `${route.key} as ${persona.name}`
        const before = await denials(persona)
        const ofVictim = await call(route, persona, entry.sample(ids, persona))
        expect([ofVictim.status, ofVictim.body.code], where).toEqual([404, 'not_found'])
        expectNothingOfTheirs(ofVictim, ids)
        expectSafeHeaders(ofVictim, where)
        const others = strangers(entry.names)
        for (const asked of others) {
          const answer = await call(route, persona, entry.sample(asked, persona))
          expect(essence(answer, asked), where).toEqual(essence(ofVictim, ids))
        }
        expect(await denials(persona), `${where}: audited`).toBe(before + 1 + others.length)
      }
  })

  it('[V8.2.1] lists what one’s own account may see, and nothing of the victim', async () => {
    for (const [route, entry] of guarded())
      for (const persona of cast.personas.filter((candidate) => opens(candidate, route))) {
        if (!('ownOnly' in entry)) continue
        const answer = await call(route, persona, entry.sample?.(ids, persona) ?? {})
        expect(answer.status, `${route.key} as ${persona.name}`).toBe(entry.status)
        const isColleague = !persona.name.includes('another practice')
        const known = isColleague && entry.ofPractice ? { [entry.ofPractice]: ids[entry.ofPractice] } : {}
        if (persona.relation === 'none') expectNothingOfTheirs(answer, known as unknown as Ids)
      }
  })

  /** Signed in; `granted`: such as `forms:read`. */
  async function proxyFor(granted: string, address: string): Promise<Persona> {
    const { prisma } = server.portal.database
    const { practiceId, passwordHash } = await prisma.portalAccount.findUniqueOrThrow({
      where: { id: ids.account },
    })
    const accountId = randomUUID()
    const email = `${accountId}@cast.test`
    await prisma.portalAccount.create({
      data: { id: accountId, practiceId, role: 'proxy', name: 'For one area', email, passwordHash },
    })
    await prisma.accessGrant.create({ data: { clientId: ids.client, accountId, scopes: [granted] } })
    const { deviceId, key, accessToken: token } = await signIn(server.url, email)
    return {
      name: `a proxy for ${granted}`,
      audience: 'portal',
      role: 'proxy',
      relation: 'proxy',
      accountId,
      deviceId,
      handshake: {},
      fetch: (path, init = {}) =>
        ask(server.url + path, {
          ...init,
          headers: { ...init.headers, 'x-forwarded-for': address },
          key,
          token,
        }),
    }
  }
  /** Undefined for what belongs to no area: the account, and the replica, whose documents are looked at one by one. */
  const areaOf = ({ path, audience }: Route) => {
    const part = path.split('/')[4] ?? ''
    const area = { attachments: 'messages', 'answer-files': 'forms' }[part] ?? part
    return audience === 'portal' ? GRANT_SCOPES.find((scope) => scope === area) : undefined
  }

  it('[P31] a proxy for one area alone finds nothing behind the routes of the others, nor acts where they may only see', async () => {
    let tried = 0
    const expectNothing = async (persona: Persona, isTheirs: (area: string, entry: Entry) => boolean) => {
      for (const [route, entry] of guarded()) {
        const area = areaOf(route)
        if (area === undefined || 'ownOnly' in entry || isTheirs(area, entry)) continue
        const answer = await call(route, persona, entry.sample(ids, persona))
        const where = `${route.key} as ${persona.name}`
        expect([answer.status, answer.body.code], where).toEqual([404, 'not_found'])
        tried += 1
      }
    }
    for (const [place, scope] of GRANT_SCOPES.entries()) {
      const address = `203.0.113.${place + 1}`
      await expectNothing(await proxyFor(`${scope}:write`, address), (area) => area === scope)
      await expectNothing(
        await proxyFor(`${scope}:read`, address),
        (area, entry) => area === scope && 'reach' in entry && entry.reach.includes('proxy-read'),
      )
    }
    expect(tried).toBeGreaterThan(500)
  })

  it('[V8.2.2] who has a relation to the record reaches it, and nothing that is not in it', async () => {
    const last = (entry: Guarded) => ('once' in entry ? 1 : 0)
    for (const [route, entry] of guarded().sort(([, a], [, b]) => last(a) - last(b)))
      for (const persona of cast.personas.filter((candidate) => opens(candidate, route))) {
        if ('ownOnly' in entry || !reaches(persona, entry)) continue
        const where = `${route.key} as ${persona.name}`
        for (const asked of strangers(entry.names)) {
          const absent = await call(route, persona, entry.sample(asked, persona))
          expect([absent.status, absent.body.code], where).toEqual([404, 'not_found'])
        }
        const answer = await call(route, persona, entry.sample(ids, persona))
        expect([answer.status, answer.text], where).toEqual([entry.status, expect.any(String)])
        expectSafeHeaders(answer, where)
        if (entry.once === true) break
      }
  })

  it('[V2.2.1] one bad value in a good request is answered, at every place of every route', async () => {
    const asked = cast.personas.filter(({ audience }) => audience !== null)
    let sent = 0
    for (const route of routes) {
      const entry = entryOf(route)
      const asker =
        asked.find((persona) => opens(persona, route) && ('open' in entry || reaches(persona, entry))) ??
        cast.persona('nobody with a key')
      const good = entry.sample?.(ids, asker)
      expect(good?.body !== undefined, `${route.key}: a sample with a body`).toBe(route.hasBody)
      // Every third, in turn: each place gets some of them, and every value its places. All at once is what `npm run fuzz` is for.
      const bads = [...spoiledSamples(good ?? {})].filter((_, place) => (sent + place) % 3 === 0)
      sent += bads.length
      await eightAtOnce(bads, async (bad) => {
        const answer = await call(route, asker, bad.sample)
        expect(answer.status, `${route.key} with ${bad.what}: ${answer.text}`).toBeLessThan(500)
        expectSafeHeaders(answer, `${route.key} with ${bad.what}`)
      })
    }
    expect(sent).toBeGreaterThan(500)
  })
})
