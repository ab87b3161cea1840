/** A stolen token, ticket or proof is worth nothing to whoever has not the device's key. RFC 9449; auth/SPEC.md. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDeviceKey } from '../harness/device-key.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { ask, login, type SignedInDevice, signIn } from '../harness/sign-in.ts'
import { connect, connectDevice } from '../harness/socket-device.ts'

const PATH = '/api/v1/portal/auth/devices'
const MINUTE = 60_000

describe('possession of the device’s key', () => {
  let now = Date.now()
  let server: RunningPortal
  let client: SignedInDevice

  beforeAll(async () => {
    server = await startPortal({ clock: { now: () => now } })
    client = await signIn(server.url, 'client@demo.test')
  })
  afterAll(() => server?.close())

  /** Asks with exactly this proof, and not again. */
  const withProof = (dpop: string, { token = client.accessToken, path = PATH, method = 'GET' } = {}) =>
    ask(server.url + path, { method, headers: { authorization: `DPoP ${token}`, dpop } })
  const proof = (change?: Record<string, unknown>, header?: Record<string, unknown>) =>
    client.key.proof({ method: 'GET', url: server.url + PATH, token: client.accessToken }, change, header)

  it('[S2] an access token alone opens nothing, as a bearer or with another device’s proof', async () => {
    expect((await client.fetch(PATH)).status).toBe(200)
    for (const scheme of ['Bearer', 'DPoP']) {
      const headers = { authorization: `${scheme} ${client.accessToken}` }
      expect((await ask(server.url + PATH, { headers })).body.code).toBe('not_authenticated')
    }
    const thief = createDeviceKey()
    const stolen = await ask(server.url + PATH, { key: thief, token: client.accessToken })
    expect([stolen.status, stolen.body.code]).toEqual([401, 'not_authenticated'])
  })

  it('[S2] a proof is good once, for its method, address, token and nonce', async () => {
    const good = await proof()
    expect((await withProof(good)).status).toBe(200)
    const again = await withProof(good)
    expect([again.status, again.body.code]).toEqual([401, 'invalid_dpop_proof'])
    expect(again.headers.get('www-authenticate')).toBe('DPoP algs="ES256", error="invalid_dpop_proof"')
    const other = await signIn(server.url, 'client@demo.test', { key: client.key })
    const invalid: [string, Promise<string>][] = [
      ['another method', proof({ htm: 'DELETE' })],
      ['another address', proof({ htu: `${server.url}/api/v1/portal/forms` })],
      ['another host', proof({ htu: `http://evil.example${PATH}` })],
      ['another token', proof({ ath: 'x'.repeat(43) })],
      ['no token', proof({ ath: undefined })],
      ['no id', proof({ jti: undefined })],
      ['no time', proof({ iat: undefined })],
      ['another type', proof({}, { typ: 'JWT' })],
      ['no key', proof({}, { jwk: undefined })],
      [
        'a key that did not sign',
        proof({}, { jwk: { kty: 'EC', crv: 'P-256', x: 'x'.repeat(43), y: 'y'.repeat(43) } }),
      ],
    ]
    for (const [why, made] of invalid) {
      const answer = await withProof(await made)
      expect([why, answer.status, answer.body.code]).toEqual([why, 401, 'invalid_dpop_proof'])
    }
    // The same key, another session of it: the proof names the token that it goes with.
    expect((await withProof(await proof(), { token: other.accessToken })).status).toBe(401)
    for (const nonsense of ['', 'x', 'a.b.c', 'a'.repeat(5_000), `${good}, ${good}`])
      expect((await withProof(nonsense)).status, nonsense.slice(0, 20)).toBe(401)
    const [, body, signature] = good.split('.')
    const none = Buffer.from('{"alg":"none","typ":"dpop+jwt"}').toString('base64url')
    expect((await withProof(`${none}.${body}.${signature}`)).body.code).toBe('invalid_dpop_proof')
  })

  it('[S3] a proof without a good nonce is asked for again with one, and nonces end', async () => {
    const { nonce } = client.key
    for (const wrong of [
      undefined,
      'x',
      'A'.repeat(24),
      nonce?.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')),
    ]) {
      const answer = await withProof(await proof({ nonce: wrong }))
      expect([answer.status, answer.body.code]).toEqual([401, 'use_dpop_nonce'])
      expect(answer.headers.get('www-authenticate')).toBe('DPoP algs="ES256", error="use_dpop_nonce"')
      expect(answer.headers.get('dpop-nonce')).toMatch(/^[\w-]{24}$/)
    }
    now += 2 * MINUTE
    const renewed = await withProof(await proof())
    expect([renewed.status, renewed.headers.get('dpop-nonce') === null]).toEqual([200, false])
    now += 9 * MINUTE
    const fresh = await signIn(server.url, 'client@demo.test')
    const late = fresh.key.proof(
      { method: 'GET', url: server.url + PATH, token: fresh.accessToken },
      { nonce },
    )
    const answer = await withProof(await late, { token: fresh.accessToken })
    expect(answer.body.code).toBe('use_dpop_nonce')
    client = fresh
  })

  it('[S3] the device’s own clock does not matter', async () => {
    for (const iat of [0, 1, Math.floor(now / 1000) - 86_400, Math.floor(now / 1000) + 86_400])
      expect((await withProof(await proof({ iat }))).status, String(iat)).toBe(200)
  })

  it('[S2] a sign-in without a proof is none', async () => {
    const body = { email: 'client@demo.test', password: 'x', device: { id: randomUUID(), name: 'Script' } }
    const answer = await ask(`${server.url}/api/v1/portal/auth/login`, { method: 'POST', body })
    expect([answer.status, answer.body.code]).toEqual([401, 'not_authenticated'])
    expect((await login(server.url, 'client@demo.test')).status).toBe(200)
  })

  it('[S4] [V4.4.3] a socket’s ticket alone, another key’s signature and another connection’s let nobody in', async () => {
    const refused = { ok: false, error: { error: 'not_authenticated' } }
    const thief = createDeviceKey()
    expect(await connect(server.url, { t: client.socketTicket })).toMatchObject(refused)
    expect(await connect(server.url, thief.handshake(server.url, client.socketTicket))).toMatchObject(refused)
    expect(await connect(server.url, client.handshake({}, 'http://evil.example'))).toMatchObject(refused)
    // Overheard: good for the connection that it was made for, and for no other.
    let overheard: Record<string, unknown> = {}
    const honest = await connect(server.url, (name) => {
      overheard = client.handshake()(name)
      return overheard
    })
    expect(honest.ok).toBe(true)
    expect(await connect(server.url, overheard)).toMatchObject(refused)
    const other = await signIn(server.url, 'client2@demo.test')
    const mixed = client.key.handshake(server.url, other.socketTicket)
    expect(await connect(server.url, mixed)).toMatchObject(refused)
    const [first = '', ...rest] = client.socketTicket
    const edited = [first === 'A' ? 'B' : 'A', ...rest].join('')
    expect(await connect(server.url, client.key.handshake(server.url, edited))).toMatchObject(refused)
  })

  it('[S4] [V4.4.4] a ticket ends with the access token', async () => {
    const device = await signIn(server.url, 'client@demo.test')
    using open = await connectDevice(device)
    expect(open.socket.connected).toBe(true)
    now += 5 * MINUTE
    expect(await connect(server.url, device.handshake())).toMatchObject({ ok: false })
    expect((await device.fetch(PATH)).body.code).toBe('not_authenticated')
  })

  it('[S2] the OpenAPI document says what a device has to send', async () => {
    const { body } = await ask(`${server.url}/api/v1/openapi.json`)
    const { securitySchemes } = body.components as { securitySchemes: Record<string, object> }
    expect(securitySchemes.portal).toMatchObject({ type: 'http', scheme: 'DPoP' })
    expect(securitySchemes.proof).toMatchObject({ type: 'apiKey', in: 'header', name: 'DPoP' })
    const paths = body.paths as Record<string, Record<string, { security: object[] }>>
    expect(paths[PATH]?.get?.security).toEqual([{ portal: [], proof: [] }])
    expect(paths['/api/v1/portal/auth/login']?.post?.security).toEqual([{ proof: [] }])
  })
})
