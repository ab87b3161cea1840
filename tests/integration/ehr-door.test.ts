/** The record system's door over HTTP: how a machine proves itself, what it feeds, and what it may not. */
import { randomUUID } from 'node:crypto'
import { generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PART_BYTES } from '../../shared/domains/documents/limits.ts'
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import { pdfOf } from '../harness/files.ts'
import {
  document,
  letIn,
  medication,
  message,
  patient,
  statement,
  type TestMachine,
  visit,
} from '../harness/machine.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { ask, login, signIn } from '../harness/sign-in.ts'

const EHR = '/api/v1/ehr'

describe.each(['pglite', 'postgres'] as const)('the record system’s door (%s)', (database) => {
  const now = Date.now()
  let server: RunningPortal
  let practiceId: string
  let elsewhere: string
  let ehr: TestMachine
  const machine = (options: Parameters<typeof letIn>[2] = {}, practice = practiceId) =>
    letIn(server, practice, { now: () => now, ...options })
  const put = (path: string, body: unknown, as = ehr, headers: Record<string, string> = {}) =>
    as.fetch(`${EHR}/${path}`, { method: 'PUT', body, headers })
  const audited = (accountId: string, action: string) =>
    server.portal.database.prisma.auditEvent.findMany({ where: { accountId, action } })
  const newPatient = async (more: object = {}) => {
    const id = randomUUID()
    const identifier = [{ type: { coding: [{ code: 'MR' }] }, value: id.slice(0, 13) }]
    const made = await put(`clients/${id}`, patient({ identifier, ...more }))
    expect([made.status, made.text]).toEqual([200, expect.any(String)])
    return { id, clientId: String(made.body.portalId) }
  }

  beforeAll(async () => {
    server = await startPortal({ database, clock: { now: () => now } })
    const { prisma } = server.portal.database
    const admin = await prisma.portalAccount.findUniqueOrThrow({ where: { email: 'admin@demo.test' } })
    practiceId = admin.practiceId
    elsewhere = randomUUID()
    await prisma.practice.create({
      data: { id: elsewhere, name: 'Another', timeZone: 'UTC', phone: '1', mfaStaff: false },
    })
    ehr = await machine()
  })
  afterAll(() => server?.close())

  it('[H1] lets in whoever signs for this address, now, with a key that is known; nobody else', async () => {
    const { privateKey } = await generateKeyPair('ES256')
    const seconds = Math.floor(now / 1000)
    const foreign = await new SignJWT({ jti: randomUUID() })
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer(ehr.accountId)
      .setSubject(ehr.accountId)
      .setAudience(`${server.url}${EHR}/token`)
      .setExpirationTime(seconds + 60)
      .sign(privateKey)
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${foreign.split('.')[1]}.`
    const wrong: readonly (readonly [string, string])[] = [
      ['another key', foreign],
      ['no signature', unsigned],
      ['another server', await ehr.assertion({ aud: 'https://elsewhere.test/token' })],
      ['a list of servers', await ehr.assertion({ aud: [`${server.url}${EHR}/token`, 'https://x.test'] })],
      ['expired', await ehr.assertion({ exp: seconds - 60 })],
      ['good for an hour', await ehr.assertion({ exp: seconds + 3_600 })],
      ['without an end', await ehr.assertion({ exp: undefined })],
      ['without a name of its own', await ehr.assertion({ jti: undefined })],
      ['for another account', await ehr.assertion({ sub: randomUUID() })],
      ['nonsense', 'a.b.c'],
    ]
    for (const [why, assertion] of wrong) {
      const answer = await ehr.askToken(assertion)
      expect([answer.status, answer.body.code, answer.headers.get('www-authenticate')], why).toEqual([
        401,
        'not_authenticated',
        'Bearer',
      ])
    }
    for (const alg of ['ES256', 'EdDSA'] as const)
      expect((await (await machine({ alg })).askToken()).body).toMatchObject({
        token_type: 'Bearer',
        expires_in: 300,
      })
    const asForm = await fetch(`${server.url}${EHR}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await ehr.assertion(),
      }),
    })
    expect(asForm.status).toBe(200)
  })

  it('[H2] takes an assertion once', async () => {
    const assertion = await ehr.assertion()
    const both = await Promise.all([ehr.askToken(assertion), ehr.askToken(assertion)])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401])
    expect((await ehr.askToken(assertion)).status).toBe(401)
    const trail = await audited(ehr.accountId, 'ehr.token')
    expect(trail.filter(({ reason }) => reason === 'replayed').length).toBe(2)
  })

  it('[H3] opens by scope, and no door of people; theirs do not open this one', async () => {
    const reader = await machine({ scopes: ['appointments:read'] })
    expect((await put('clients/x', patient(), reader)).status).toBe(403)
    expect((await audited(reader.accountId, 'http.denied')).length).toBe(1)
    const { id } = await newPatient()
    const mixed = await (await machine({ scopes: ['appointments:write'] })).fetch(`${EHR}/batch`, {
      method: 'POST',
      body: {
        items: [
          { type: 'medications', id: 'm', resource: medication(id) },
          { type: 'appointments', id: randomUUID(), resource: visit(id) },
        ],
      },
    })
    expect(mixed.body.items).toMatchObject([
      { error: { code: 'not_permitted' } },
      { result: { outcome: 'created' } },
    ])
    const fewer = await ehr.askToken(undefined, 'appointments:read unknown')
    expect(fewer.body.scope).toBe('appointments:read')
    for (const path of ['/api/v1/staff/clients', '/api/v1/portal/appointments'])
      expect((await ehr.fetch(path)).status).toBe(401)
    const admin = await signIn(server.url, 'admin@demo.test')
    expect((await admin.fetch(`${EHR}/clients/${id}`)).status).toBe(401)
    const asBearer = await ask(`${server.url}${EHR}/clients/${id}`, {
      headers: { authorization: `Bearer ${admin.accessToken}` },
    })
    expect(asBearer.status).toBe(401)
    const machineMail = `ehr-${ehr.accountId}@machine.invalid`
    expect((await login(server.url, machineMail, { password: 'none' })).status).toBe(401)
  })

  it('[H4] an admin lets a machine in, sees it, and ends it at once', async () => {
    const admin = await signIn(server.url, 'admin@demo.test')
    const other = await machine()
    expect((await other.fetch(`${EHR}/clients/none`)).status).toBe(404)
    const accounts = '/api/v1/staff/ehr-accounts'
    const list = async () =>
      ((await admin.fetch(accounts)).body.items as { id: string; lastUsedAt: number | null }[]).find(
        ({ id }) => id === other.accountId,
      )
    expect(await list()).toMatchObject({ name: 'Record system', lastUsedAt: now })
    const foreign = await machine({}, elsewhere)
    const revoke = (id: string) => admin.fetch(`${accounts}/${id}/revoke`, { method: 'POST' })
    expect((await revoke(foreign.accountId)).status).toBe(404)
    expect((await revoke(other.accountId)).status).toBe(204)
    expect((await other.fetch(`${EHR}/clients/none`)).status).toBe(401)
    expect((await other.askToken()).status).toBe(401)
    expect(await list()).toBeUndefined()
    const bad = { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) }
    const body = { name: 'Bad', scopes: ['clients:read'], key: bad }
    expect((await admin.fetch(accounts, { method: 'POST', body })).status).toBe(422)
  })

  it('[H5] puts the same twice and writes once; what is left out is taken away', async () => {
    const { id, clientId } = await newPatient()
    const without = visit(id, { joinUrl: 'https://meet.example/x' })
    const body = { ...without, comment: 'Bring the form' }
    const visitId = randomUUID()
    const rows = () => server.portal.database.prisma.auditEvent.count({ where: { clientId } })
    const first = await put(`appointments/${visitId}`, body)
    expect(first.body).toMatchObject({ outcome: 'created', rev: 1, id: visitId })
    const before = await rows()
    const again = await put(`appointments/${visitId}`, body)
    expect(again.body).toEqual({ ...first.body, outcome: 'unchanged' })
    expect(await rows()).toBe(before)
    expect(again.headers.get('etag')).toBe('"1"')
    expect((await put(`appointments/${visitId}`, without)).body).toMatchObject({ outcome: 'updated', rev: 2 })
    const read = await ehr.fetch(`${EHR}/appointments/${visitId}`)
    expect(read.body).toMatchObject({
      resourceType: 'Appointment',
      id: visitId,
      status: 'booked',
      start: '2027-03-08T14:30:00.000Z',
      joinUrl: 'https://meet.example/x',
      meta: { versionId: '2' },
    })
    expect(read.body).not.toHaveProperty('comment')
    expect(JSON.stringify(read.body)).toContain(`Patient/${id}`)
    expect((await put(`appointments/${visitId}`, body, ehr, { 'if-match': '"1"' })).status).toBe(412)
    expect((await put(`appointments/${visitId}`, body, ehr, { 'if-match': '"2"' })).status).toBe(200)
  })

  it('[H6] what is fed reads back as it was put, and each item of a batch has its own result', async () => {
    const id = randomUUID()
    const items = [
      { type: 'medications', id: `${id}-m`, resource: medication(id) },
      { type: 'statements', id: `${id}-s`, resource: statement(id) },
      { type: 'messages', id: `${id}-1`, resource: message(id) },
      {
        type: 'messages',
        id: `${id}-2`,
        resource: message(id, {
          sender: { display: 'Front desk' },
          partOf: [{ reference: `Communication/${id}-1` }],
          sent: '2026-09-01T13:00:00Z',
        }),
      },
      { type: 'appointments', id: `${id}-bad`, resource: visit(id, { end: '2027-03-08T09:00:00-05:00' }) },
      { type: 'appointments', id: `${id}-who`, resource: visit('nobody-of-ours') },
      {
        type: 'statements',
        id: `${id}-half`,
        resource: statement(id, { balance: { value: 0.005, currency: 'USD' } }),
      },
      { type: 'clients', id, resource: patient({ identifier: [] }) },
    ]
    const send = () => ehr.fetch(`${EHR}/batch`, { method: 'POST', body: { items } })
    const done = (await send()).body.items as {
      id: string
      result?: { outcome: string }
      error?: { code: string }
    }[]
    expect(done.map(({ result, error }) => result?.outcome ?? error?.code)).toEqual([
      'created',
      'created',
      'created',
      'created',
      'invalid_document',
      'not_found',
      'invalid_document',
      'created',
    ])
    const again = (await send()).body.items as typeof done
    expect(again.flatMap(({ result }) => result?.outcome ?? [])).toEqual(Array(5).fill('unchanged'))
    const read = async (path: string) => (await ehr.fetch(`${EHR}/${path}`)).body
    expect(await read(`statements/${id}-s`)).toMatchObject({
      status: 'issued',
      totalNet: { value: 149.1, currency: 'USD' },
      balance: { value: 29.1 },
      lineItem: [{ priceComponent: [{ amount: { value: 149.1 } }] }],
    })
    expect(await read(`medications/${id}-m`)).toMatchObject({
      medicationCodeableConcept: { text: 'Sertraline 50 mg tablet' },
      dosageInstruction: [{ doseAndRate: [{ doseQuantity: { value: 50, unit: 'mg' } }] }],
      dispenseRequest: { numberOfRepeatsAllowed: 3, performer: { display: 'Main Street Pharmacy' } },
    })
    const [one, two] = [await read(`messages/${id}-1`), await read(`messages/${id}-2`)]
    expect([one.author, two.author, two.thread]).toEqual(['client', 'staff', one.thread])
    expect(await read(`clients/${id}`)).toMatchObject({
      birthDate: '1984-02-11',
      name: [{ text: 'Robin Vale' }],
    })
    const other = message(id, { payload: [{ contentString: 'Something else' }] })
    expect((await put(`messages/${id}-1`, other)).body.code).toBe('already_exists')
  })

  it('[H7] one name of a practice is of one client; those of another practice are another’s', async () => {
    const [one, two] = [await newPatient(), await newPatient()]
    const name = randomUUID()
    expect((await put(`appointments/${name}`, visit(one.id))).status).toBe(200)
    expect((await put(`appointments/${name}`, visit(two.id))).body.code).toBe('wrong_state')
    const foreign = await machine({}, elsewhere)
    expect((await put(`appointments/${name}`, visit(one.id), foreign)).status).toBe(404)
    expect((await foreign.fetch(`${EHR}/appointments/${name}`)).status).toBe(404)
    expect((await foreign.fetch(`${EHR}/clients/${one.id}`)).status).toBe(404)
    const shared = randomUUID()
    const race = await Promise.all([one, two].map(({ id }) => put(`appointments/${shared}`, visit(id))))
    expect(race.map(({ status }) => status).sort()).toEqual([200, 409])
    const sameName = randomUUID()
    const clients = await Promise.all(
      [1, 2, 3, 4].map(() => put(`clients/${sameName}`, patient({ identifier: [] }))),
    )
    expect(new Set(clients.map(({ body }) => body.portalId)).size).toBe(1)
  })

  it('[H8] a cancelled appointment gives its slot back', async () => {
    const { prisma } = server.portal.database
    const { id, clientId } = await newPatient()
    const name = randomUUID()
    const made = await put(`appointments/${name}`, visit(id))
    const slot = await prisma.appointmentSlot.findFirstOrThrow({
      where: { practiceId, slotBookings: { none: {} } },
    })
    await prisma.slotBooking.create({
      data: {
        clientId,
        slotId: slot.id,
        appointmentId: String(made.body.portalId),
        bookedBy: ehr.accountId,
        bookedAt: new Date(now),
      },
    })
    expect((await put(`appointments/${name}`, visit(id, { status: 'cancelled' }))).status).toBe(200)
    expect(await prisma.slotBooking.count({ where: { slotId: slot.id } })).toBe(0)
  })

  it('[H9] a client’s devices know their practice and its time zone before there is any appointment', async () => {
    const { prisma } = server.portal.database
    const { clientId } = await newPatient()
    const { passwordHash } = await prisma.portalAccount.findUniqueOrThrow({
      where: { email: 'client@demo.test' },
    })
    const account = { role: 'client', name: 'Robin Vale', email: 'robin.vale@example.test', passwordHash }
    await prisma.portalAccount.create({
      data: { ...account, id: randomUUID(), practiceId, clientId, emailVerifiedAt: new Date(now) },
    })
    const robin = await signIn(server.url, account.email)
    const body = { client: clientId, after: 0, upTo: null }
    const pulled = await robin.fetch('/api/v1/portal/sync/v1/pull', { method: 'POST', body })
    const rows = pulled.body.rows as readonly (readonly [number, ...unknown[]])[]
    expect(JSON.stringify(rows.find(([collection]) => collection === COLLECTIONS.profile.number))).toContain(
      '"practiceTimeZone":"America/New_York"',
    )
  })

  it('[H9] a client has the clinicians that are named, is found by the record number, and keeps the own preferences', async () => {
    const { prisma } = server.portal.database
    const mrn = { type: { coding: [{ code: 'MR' }] }, value: 'HL-20417' }
    const jamie = await put('clients/jamie', patient({ identifier: [mrn], birthDate: '1979-08-30' }))
    const known = await prisma.client.findUniqueOrThrow({ where: { clientId: String(jamie.body.portalId) } })
    expect([known.name, known.contactEmail, known.ssn4Tag]).toEqual([
      'Robin Vale',
      'robin@example.test',
      expect.any(String),
    ])
    const clinician = { identifier: { value: 'Clinician@demo.test' } }
    const { id, clientId } = await newPatient({ generalPractitioner: [clinician] })
    const assigned = () => prisma.clinicianAssignment.count({ where: { clientId, endedAt: null } })
    expect(await assigned()).toBe(1)
    const unknown = { identifier: { value: 'nobody@demo.test' } }
    expect((await put(`clients/${id}`, patient({ generalPractitioner: [unknown] }))).status).toBe(422)
    expect(await assigned()).toBe(1)
    expect((await put(`clients/${id}`, patient({ identifier: [] }))).body.outcome).toBe('unchanged')
    expect(await assigned()).toBe(1)
    expect((await put(`clients/${id}`, patient({ generalPractitioner: [] }))).body.outcome).toBe('updated')
    expect(await assigned()).toBe(0)
  })

  it('[H16] a document comes in parts under the record system’s id, is described anew, and is withdrawn', async () => {
    const { id: patientId, clientId } = await newPatient()
    const { prisma } = server.portal.database
    const content = pdfOf(PART_BYTES + 500)
    const name = `results-${randomUUID()}`
    const at = `documents/${name}`
    const part = (n: number) =>
      ehr.fetch(`${EHR}/${at}/parts/${n}`, {
        method: 'PUT',
        raw: content.subarray(n * PART_BYTES, (n + 1) * PART_BYTES),
        headers: { 'content-type': 'application/octet-stream' },
      })
    const announced = document(patientId, content)
    expect((await put(at, document('nobody', content))).status).toBe(404)
    expect((await put(at, announced)).body).toMatchObject({ state: 'uploading', received: 0, parts: 2 })
    expect((await part(0)).body).toMatchObject({ received: 1 })
    expect((await ehr.fetch(`${EHR}/${at}/finish`, { method: 'POST' })).status).toBe(409)
    expect((await ehr.fetch(`${EHR}/${at}`)).status).toBe(404)
    // Whoever sends it died, and begins again.
    expect((await put(at, announced)).body).toMatchObject({ state: 'uploading', received: 1 })
    expect((await part(1)).status).toBe(200)
    const shared = await ehr.fetch(`${EHR}/${at}/finish`, { method: 'POST' })
    expect(shared.body).toMatchObject({ id: name, state: 'shared' })
    const shown = (await ehr.fetch(`${EHR}/${at}`)).body
    expect(shown).toMatchObject({ ...announced, id: name, author: [{ display: 'Dr. Maya Lindqvist' }] })
    const heads = () => prisma.clientHead.findUniqueOrThrow({ where: { clientId } })
    const before = await heads()
    expect((await put(at, announced)).body).toMatchObject({ state: 'shared' })
    expect((await heads()).seq).toBe(before.seq)

    expect((await put(at, document(patientId, content, { description: 'Results of April' }))).status).toBe(
      200,
    )
    expect((await ehr.fetch(`${EHR}/${at}`)).body.description).toBe('Results of April')
    expect((await put(at, document(patientId, pdfOf(40)))).status).toBe(409)
    const other = await newPatient()
    expect((await put(at, document(other.id, content))).body.code).toBe('wrong_state')

    const reader = await machine({ scopes: ['documents:read'] })
    expect((await reader.fetch(`${EHR}/${at}`)).status).toBe(200)
    expect((await reader.fetch(`${EHR}/${at}`, { method: 'DELETE' })).status).toBe(403)
    const stranger = await machine({}, elsewhere)
    expect((await stranger.fetch(`${EHR}/${at}`)).status).toBe(404)
    expect((await stranger.fetch(`${EHR}/${at}`, { method: 'DELETE' })).status).toBe(404)
    expect((await ehr.fetch(`${EHR}/${at}`, { method: 'DELETE' })).status).toBe(204)
    expect((await ehr.fetch(`${EHR}/${at}`)).status).toBe(404)
    expect(await prisma.storedFile.count({ where: { clientId } })).toBe(0)
  })

  it('[H11] a refill that a client asks for is told as a Task, about the medication as the record system calls it', async () => {
    const client = await signIn(server.url, 'client@demo.test')
    const link = { clientId: client.clientId, resource: 'clients', externalId: 'alex', practiceId, rev: 0 }
    const { prisma } = server.portal.database
    await prisma.ehrLink.create({ data: { ...link, documentId: randomUUID() } })
    const fedMedication = await put('medications/sertraline-of-alex', medication('alex'))
    const asked = await client.fetch('/api/v1/portal/prescriptions/refill', {
      method: 'POST',
      body: { medicationId: fedMedication.body.portalId, note: 'Going away on Friday' },
    })
    expect([asked.status, asked.text]).toEqual([201, expect.any(String)])
    const found: unknown[] = []
    for (let [next, more] = ['', true]; more; ) {
      const since = next === '' ? '' : `&since=${encodeURIComponent(next)}`
      const page = await ehr.fetch(`${EHR}/changes?types=refills${since}`)
      expect(page.status).toBe(200)
      found.push(...(page.body.items as unknown[]))
      next = String(page.body.next)
      more = page.body.more === true
    }
    expect(found).toContainEqual(
      expect.objectContaining({
        resource: expect.objectContaining({
          resourceType: 'Task',
          status: 'requested',
          code: { text: 'refill' },
          for: { reference: 'Patient/alex' },
          focus: { reference: 'MedicationRequest/sertraline-of-alex' },
          description: 'Going away on Friday',
        }),
      }),
    )
  })

  it('[H17] takes a form that was filled in elsewhere, checked and scored like any other', async () => {
    const { id, clientId } = await newPatient()
    const response = (choice: string, more: object = {}) => ({
      resourceType: 'QuestionnaireResponse',
      status: 'completed',
      questionnaire: 'https://mentalspace.app/fhir/Questionnaire/audit-c|1',
      subject: { reference: `Patient/${id}` },
      authored: '2026-03-01T10:00:00Z',
      item: [
        {
          linkId: 'auditc',
          item: [
            { linkId: 'auditc-1', answer: [{ valueCoding: { code: choice } }] },
            { linkId: 'auditc-2', answer: [{ valueCoding: { code: '10' } }] },
            { linkId: 'auditc-3', answer: [{ valueCoding: { code: 'daily' } }] },
          ],
        },
      ],
      ...more,
    })
    const at = `submissions/${randomUUID()}`
    const refused = async (body: object) => {
      const answer = await put(at, body)
      return [answer.status, answer.body.code]
    }
    expect(await refused(response('often'))).toEqual([422, 'invalid_answers'])
    expect(await refused(response('4-a-week', { questionnaire: 'https://example.org/none' }))).toEqual([
      422,
      'invalid_document',
    ])
    expect(await refused(response('4-a-week', { item: [{ linkId: 'auditc-9' }] }))).toEqual([
      422,
      'invalid_answers',
    ])
    // Required questions are left open.
    expect(await refused(response('4-a-week', { item: [] }))).toEqual([422, 'invalid_answers'])
    const made = await put(at, response('4-a-week'))
    expect(made.body).toMatchObject({ outcome: 'created' })
    expect((await put(at, response('4-a-week'))).body).toMatchObject({ outcome: 'unchanged' })
    expect(await refused(response('never'))).toEqual([409, 'already_exists'])
    const read = await ehr.fetch(`${EHR}/submissions/${made.body.portalId}`)
    expect(read.text).toContain('auditc-3')
    const rows = await server.portal.database.prisma.formSubmission.findMany({ where: { clientId } })
    expect(rows.map(({ formKey, status }) => [formKey, status])).toEqual([['audit-c', 'received']])
    const onlyReads = await machine({ scopes: ['submissions:read'] })
    expect((await put(at, response('4-a-week'), onlyReads)).status).toBe(403)
  })
})
