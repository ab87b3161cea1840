/** The content of documents over HTTP: what the answer says, for whom, and for how long. */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PART_BYTES } from '../../shared/domains/documents/limits.ts'
import { partsOfContent, pdfOf } from '../harness/files.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { ask, refresh, type SignedInDevice, signIn } from '../harness/sign-in.ts'

let now = Date.now()
let server: RunningPortal
let client: SignedInDevice
let clinician: SignedInDevice
beforeAll(async () => {
  server = await startPortal({ clock: { now: () => now } })
  client = await signIn(server.url, 'client@demo.test')
  clinician = await signIn(server.url, 'clinician@demo.test')
})
afterAll(() => server?.close())

const BYTES = { 'content-type': 'application/octet-stream' }

async function share(content: Uint8Array, key: string): Promise<string> {
  const below = `/api/v1/staff/clients/${client.clientId}/documents`
  const sha256 = createHash('sha256').update(content).digest('hex')
  const begun = await clinician.fetch(below, {
    method: 'POST',
    headers: { 'idempotency-key': key },
    body: { title: 'Größe; "letter"', category: 'letter', bytes: content.length, sha256 },
  })
  expect([begun.status, begun.text]).toEqual([201, expect.any(String)])
  for (const [part, raw] of partsOfContent(content).entries()) {
    const path = `${below}/${begun.body.id}/parts/${part}`
    const sent = await clinician.fetch(path, { method: 'PUT', raw, headers: BYTES })
    expect([sent.status, sent.text]).toEqual([200, expect.any(String)])
  }
  expect((await clinician.fetch(`${below}/${begun.body.id}/finish`, { method: 'POST' })).status).toBe(200)
  return String(begun.body.id)
}

it('[V3.2.1] [V5.4.1] [V5.4.2] gives a file to its session alone, to be saved and kept nowhere, until the link is over', async () => {
  const content = pdfOf(PART_BYTES + 4_321)
  const id = await share(content, 'attempt-0001')
  const link = await client.fetch(`/api/v1/portal/documents/${id}/download`)
  expect(link.body).toMatchObject({ fileName: 'Größe; letter.pdf', mimeType: 'application/pdf' })
  const url = String(link.body.url)

  const { key, accessToken: token } = client
  const proof = await key.proof({ method: 'GET', url: server.url + url, token })
  const answer = await fetch(server.url + url, { headers: { authorization: `DPoP ${token}`, dpop: proof } })
  expect(answer.status).toBe(200)
  expect(Buffer.from(await answer.arrayBuffer()).equals(content)).toBe(true)
  const headers = Object.fromEntries(answer.headers)
  expect(headers).toMatchObject({
    'content-type': 'application/pdf',
    'content-length': String(content.length),
    'content-disposition': `attachment; filename="Gr__e_ letter.pdf"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%3B%20letter.pdf`,
    'cache-control': 'no-store, no-transform',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
  })

  // Who has the beginning asks for the rest.
  const rest = await client.fetch(`${url}?from=1`)
  expect(rest.headers.get('content-length')).toBe('4321')

  // The same account on another device, another client, staff, and whoever only found the link.
  const tablet = await signIn(server.url, 'client@demo.test')
  const other = await signIn(server.url, 'client2@demo.test')
  for (const [who, status] of [
    [tablet, 404],
    [other, 404],
    [clinician, 401],
  ] as const)
    expect((await who.fetch(url)).status).toBe(status)
  expect((await ask(server.url + url)).status).toBe(401)
  now += 5 * 60_000
  const later = await signIn(server.url, 'client@demo.test', { deviceId: client.deviceId, key: client.key })
  expect((await later.fetch(url)).status).toBe(404)
})

it('says of one’s own link that it has expired', async () => {
  clinician = await signIn(server.url, 'clinician@demo.test')
  const id = await share(pdfOf(500), 'attempt-0002')
  // A token of five minutes and a link of five minutes end together: half-way through, the session is renewed.
  client = await signIn(server.url, 'client@demo.test')
  const link = await client.fetch(`/api/v1/portal/documents/${id}/download`)
  now += 4 * 60_000
  const renewed = await refresh(server.url, client.cookie, client.key)
  now += 61_000
  const url = server.url + String(link.body.url)
  const answer = await ask(url, { key: client.key, token: String(renewed.body.accessToken) })
  expect([answer.status, answer.body.code]).toEqual([410, 'link_expired'])
})

it('[V5.2.1] takes parts of bytes and nothing else, no longer than one may be', async () => {
  clinician = await signIn(server.url, 'clinician@demo.test')
  const below = `/api/v1/staff/clients/${client.clientId}/documents`
  const body = { title: 'x', category: 'letter', bytes: PART_BYTES + 1, sha256: '0'.repeat(64) }
  const begun = await clinician.fetch(below, { method: 'POST', body })
  const path = `${below}/${begun.body.id}/parts/0`
  const put = async (raw: Uint8Array, headers: Record<string, string>) =>
    (await clinician.fetch(path, { method: 'PUT', raw, headers })).body.code
  expect(await put(new Uint8Array(PART_BYTES + 1), BYTES)).toBe('too_large')
  expect(await put(new Uint8Array(PART_BYTES), { 'content-type': 'application/json' })).toBe(
    'invalid_document',
  )
  expect(await put(new Uint8Array(PART_BYTES), { ...BYTES, 'content-encoding': 'gzip' })).toBe(
    'invalid_message',
  )
  for (const spoiled of [
    { ...body, bytes: 0 },
    { ...body, bytes: 30_000_000 },
    { ...body, sha256: 'x' },
    { ...body, more: 1 },
  ])
    expect((await clinician.fetch(below, { method: 'POST', body: spoiled })).status).toBe(400)
})
