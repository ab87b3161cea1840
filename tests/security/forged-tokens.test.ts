/** Tokens that are not ours, not for here, not any more: no route and no socket takes them. */
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { type JWTPayload, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SYNC_HTTP } from '../../shared/protocol/terms.ts'
import { createSigningKeys } from '../../sync-server/platform/signing-keys.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { ask, refresh, type SignedInDevice, signIn, signOut } from '../harness/sign-in.ts'
import { connect, connectDevice, helloOf } from '../harness/socket-device.ts'

describe('tokens', () => {
  let now = Date.now()
  let server: RunningPortal
  let client: SignedInDevice
  let staff: SignedInDevice
  let guarded: { method: string; path: string; audience: string }[]

  beforeAll(async () => {
    server = await startPortal({
      clock: { now: () => now },
      environment: { PORTAL_TRUSTED_PROXIES: '127.0.0.1,::1' },
    })
    client = await signIn(server.url, 'client@demo.test')
    staff = await signIn(server.url, 'clinician@demo.test')
    const { body } = await ask(`${server.url}/api/v1/openapi.json`)
    const paths = body.paths as Record<string, Record<string, { security: Record<string, unknown>[] }>>
    guarded = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { security }]) => {
        const [audience = 'proof'] = Object.keys(security[0] ?? {})
        return audience === 'proof' ? [] : [{ method: method.toUpperCase(), path, audience }]
      }),
    )
  })
  afterAll(() => server?.close())

  const payload = (): JWTPayload =>
    JSON.parse(Buffer.from(client.accessToken.split('.')[1] ?? '', 'base64url').toString())

  let kid: string
  let asked = 0
  const forge = (
    key: KeyObject | Uint8Array,
    header: { alg: string; typ: string; kid?: string; jku?: string },
    change: JWTPayload = {},
  ) => new SignJWT({ ...payload(), ...change }).setProtectedHeader({ kid, ...header }).sign(key)

  const expectRefused = async (token: string, why: string) => {
    for (const [at, { method, path, audience }] of guarded.entries()) {
      // From an address of its own each time, so that no limit hides what a route would say.
      asked += 1
      const headers = { 'x-forwarded-for': `198.51.${100 + (at % 100)}.${asked % 250}` }
      const answer = await ask(server.url + path, { method, key: client.key, token, headers })
      expect(answer.status, `${why}: ${method} ${path}`).toBe(401)
      expect(answer.body.code).toBe('not_authenticated')
      expect(answer.headers.get('www-authenticate')).toBe(audience === 'ehr' ? 'Bearer' : 'DPoP algs="ES256"')
    }
    // A socket takes no access token at all, and so no forged one.
    expect(await connect(server.url, { token }), why).toMatchObject({
      ok: false,
      error: { error: 'not_authenticated' },
    })
  }

  it('[S1] [V7.2.1] [V9.1.1] [V9.1.2] [V9.1.3] [V9.2.1] [V9.2.2] that were forged, or signed for something else, are refused everywhere', async () => {
    const [signingKey] = server.portal.config.secrets.signingKeys
    kid = createSigningKeys([signingKey]).signing.kid
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    const publicPem = createPublicKey(signingKey).export({ type: 'spki', format: 'pem' })
    const at = { alg: 'ES256', typ: 'at+jwt' }
    const seconds = Math.floor(now / 1000)
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt' })).toString('base64url')
    const [, body, signature] = client.accessToken.split('.')
    await expectRefused(`${none}.${body}.`, 'alg none, no signature')
    await expectRefused(`${none}.${body}.${signature}`, 'alg none')
    await expectRefused(await forge(Buffer.from(publicPem), { alg: 'HS256', typ: 'at+jwt' }), 'HS256')
    await expectRefused(await forge(stranger, at), 'another key')
    const jku = `${server.url}/.well-known/jwks.json`
    await expectRefused(await forge(stranger, { ...at, kid: 'mine', jku }), 'a key of their own')
    await expectRefused(await forge(signingKey, { alg: 'ES256', typ: 'JWT' }), 'another type')
    await expectRefused(await forge(signingKey, at, { aud: 'somewhere-else' }), 'another audience')
    await expectRefused(await forge(signingKey, at, { iss: 'somebody' }), 'another issuer')
    await expectRefused(await forge(signingKey, at, { exp: seconds - 1 }), 'expired')
    await expectRefused(await forge(signingKey, at, { sid: crypto.randomUUID() }), 'no such session')
    await expectRefused(await forge(signingKey, at, { sub: staff.account.id }), 'another account’s session')
    await expectRefused(await forge(signingKey, at, { did: staff.deviceId }), 'another device')
    await expectRefused('x', 'nonsense')
  })

  it('[V9.2.3] [V9.2.4] of clients do not open staff routes, nor those of staff the clients’', async () => {
    for (const { method, path, audience } of guarded) {
      const wrong = audience === 'staff' ? client : staff
      expect((await wrong.fetch(path, { method })).status, path).toBe(401)
    }
    expect((await connect(server.url, staff.handshake())).ok).toBe(false)
  })

  it('[S4] are asked for in the handshake only as texts', async () => {
    const sound = client.handshake()
    for (const odd of [undefined, null, 1, {}, [], 'a'.repeat(100_000)]) {
      expect((await connect(server.url, (name) => ({ ...sound(name), t: odd }))).ok).toBe(false)
      expect((await connect(server.url, (name) => ({ ...sound(name), s: odd }))).ok).toBe(false)
    }
  })

  it('let no page of another origin open a socket or use the cookie', async () => {
    const { cookie, key } = client
    const evil = { origin: 'https://evil.example' }
    expect((await connect(server.url, client.handshake(), evil)).ok).toBe(false)
    expect((await connect(server.url, client.handshake(), { origin: server.url })).ok).toBe(true)
    for (const path of ['refresh-token', 'logout']) {
      const answer = await ask(`${server.url}/api/v1/portal/auth/${path}`, {
        method: 'POST',
        headers: { cookie, ...evil },
        key,
      })
      expect(answer.status).toBe(403)
    }
  })

  it('[S7] of a session that ended work no longer, on open sockets either', async () => {
    const device = await signIn(server.url, 'client@demo.test')
    using open = await connectDevice(device)
    expect((await open.ask('hello', helloOf(device))).ok).toBeDefined()
    const logout = await signOut(device)
    expect(logout.status).toBe(204)
    await open.closed
    const pull = { client: device.clientId, after: 0, upTo: null }
    const answer = await device.fetch(`${SYNC_HTTP}/pull`, { method: 'POST', body: pull })
    expect([answer.status, answer.body.code]).toEqual([401, 'session_expired'])
    expect(await connect(server.url, device.handshake())).toMatchObject({
      error: { error: 'session_expired' },
    })
  })

  it('[P23] of a revoked device: it is told to wipe, may say that it did, and nothing else', async () => {
    const lost = await signIn(server.url, 'client@demo.test')
    using open = await connectDevice(lost)
    await open.ask('hello', helloOf(lost))
    const answer = await client.fetch(`/api/v1/portal/auth/devices/${lost.deviceId}`, { method: 'DELETE' })
    expect(answer.status).toBe(204)
    expect(await open.next('wipe')).toEqual({ reason: 'device_revoked' })
    const pull = { client: lost.clientId, after: 0, upTo: null }
    expect(await open.ask('pull', pull)).toMatchObject({ error: 'device_revoked' })
    expect(await open.ask('wiped')).toEqual({ ok: true })
    await open.closed
    const row = await server.portal.database.prisma.device.findUnique({ where: { id: lost.deviceId } })
    expect(row?.wipedAt).not.toBeNull()
    const refreshed = await refresh(server.url, lost.cookie, lost.key)
    expect(refreshed.body.code).toBe('device_revoked')
    expect(await connect(server.url, lost.handshake())).toMatchObject({
      error: { error: 'device_revoked' },
    })
  })

  it('[S6] cut the socket when they end', async () => {
    const device = await signIn(server.url, 'client@demo.test')
    using open = await connectDevice(device)
    now += 301_000
    // The timer is real; the next event finds the token expired and cuts the socket at once.
    expect(await open.ask('hello', helloOf(device))).toMatchObject({ error: 'not_authenticated' })
    await open.closed
  })
})
