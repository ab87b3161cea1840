/**
 * Somebody else's page, and addresses that are not what they seem: no page but ours drives the cookie or the socket,
 * no header of a request comes back in an answer, no spelling of an address opens what another spelling does not, and
 * what caches may keep is the same for everybody.
 */
import { existsSync } from 'node:fs'
import { connect as connectTcp } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SOCKET_PATH } from '../../shared/protocol/terms.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { ask, refresh, type SignedInDevice, signIn } from '../harness/sign-in.ts'
import { connect } from '../harness/socket-device.ts'

const AUTH = '/api/v1/portal/auth'
const EVIL = 'https://evil.example'

describe('other pages and odd addresses', () => {
  let server: RunningPortal
  let client: SignedInDevice
  beforeAll(async () => {
    server = await startPortal()
    client = await signIn(server.url, 'client@demo.test')
  })
  afterAll(() => server?.close())

  /** The bytes of one answer; the address goes as it is written. */
  const exchange = (lines: readonly string[]): Promise<string> =>
    new Promise((resolve) => {
      const socket = connectTcp(server.port, '127.0.0.1')
      let text = ''
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1')
      })
      socket.on('error', () => undefined)
      socket.on('close', () => resolve(text))
      socket.write([...lines, 'Connection: close', '', ''].join('\r\n'))
    })
  const get = (path: string, ...headers: readonly string[]) =>
    exchange([`GET ${path} HTTP/1.1`, `Host: localhost:${server.port}`, ...headers])
  const status = (text: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1])

  it('[V3.5.1] [V3.5.3] [V3.5.2] a form, an image or a script of another page does nothing with the cookie', async () => {
    const { prisma } = server.portal.database
    const session = () => prisma.session.findFirstOrThrow({ where: { deviceId: client.deviceId } })
    const before = await session()
    const origins: Record<string, string>[] = [
      { origin: EVIL },
      { origin: 'null' },
      { origin: `http://localhost:${server.port + 1}` },
      { origin: `http://localhost.evil.example:${server.port}` },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]
    for (const headers of origins)
      for (const route of ['refresh-token', 'logout'])
        for (const type of [
          'text/plain',
          'application/x-www-form-urlencoded',
          'multipart/form-data; boundary=x',
        ]) {
          const url = `${server.url}${AUTH}/${route}`
          const sent = { ...headers, cookie: client.cookie, 'content-type': type }
          // Even if it had the device's key, which no other page has.
          for (const key of [undefined, client.key]) {
            const answer = await ask(url, { method: 'POST', headers: sent, raw: '{}', ...(key && { key }) })
            expect([401, 403], `${route} ${JSON.stringify(headers)}`).toContain(answer.status)
            expect(answer.headers.getSetCookie()).toEqual([])
          }
        }
    for (const route of ['refresh-token', 'logout'])
      expect(status(await get(`${AUTH}/${route}`, `Cookie: ${client.cookie}`)), `GET ${route}`).toBe(404)
    expect(await session()).toEqual(before)
    expect((await refresh(server.url, client.cookie, client.key)).status).toBe(200)
  })

  it('[V3.3.1] [V3.3.2] [V3.3.3] [V3.3.4] the cookie is out of reach of scripts, other sites, subdomains and plain paths', async () => {
    const other = await signIn(server.url, 'client2@demo.test')
    const [cookie = ''] = (await refresh(server.url, other.cookie, other.key)).headers.getSetCookie()
    expect(cookie).toMatch(/^__Host-/)
    for (const part of ['Path=/', 'HttpOnly', 'Secure', 'SameSite=Strict']) expect(cookie).toContain(part)
    expect(cookie).not.toMatch(/domain=/i)
  })

  it('[V4.4.2] a socket opens for our own pages and for no others', async () => {
    const host = `localhost:${server.port}`
    const tries: [expected: boolean, headers: Record<string, string>][] = [
      [true, {}],
      [true, { origin: `http://${host}` }],
      [false, { origin: EVIL }],
      [false, { origin: 'null' }],
      [false, { origin: `http://${host}.evil.example` }],
      [false, { origin: `http://user@evil.example` }],
      [false, { origin: `http://${host}`, 'sec-fetch-site': 'cross-site' }],
    ]
    for (const [expected, headers] of tries) {
      const connected = await connect(server.url, client.handshake(), headers)
      expect(connected.ok, JSON.stringify(headers)).toBe(expected)
      if (connected.ok) connected.device.socket.disconnect()
    }
    for (const transport of ['polling', 'webtransport', '__proto__'])
      expect(status(await get(`${SOCKET_PATH}/?EIO=4&transport=${transport}`))).toBe(400)
  })

  it('[V3.4.2] no answer says that another page may read it', async () => {
    for (const path of ['/', '/healthz', `${AUTH}/devices`, '/api/v1/openapi.json', SOCKET_PATH]) {
      const text = await get(
        path,
        `Origin: ${EVIL}`,
        'Access-Control-Request-Method: DELETE',
        'Access-Control-Request-Headers: dpop, authorization',
      )
      expect(text, path).not.toMatch(/access-control-allow|evil\.example/i)
    }
  })

  it('[V4.1.3] [V3.7.2] nothing that a request says of host, scheme or address comes back, or leads elsewhere', async () => {
    const headers = [
      'X-Forwarded-Host: evil.example',
      'X-Forwarded-Proto: javascript',
      'X-Forwarded-Prefix: /evil.example',
      'X-Original-URL: /api/v1/staff/inbox',
      'X-Rewrite-URL: /api/v1/staff/inbox',
      'Forwarded: host=evil.example;proto=javascript',
    ]
    for (const path of ['/', '/forms', '/api/v1/docs', `${AUTH}/devices`]) {
      const text = await get(path, 'Accept: text/html', ...headers)
      expect(text, path).not.toMatch(/evil\.example|javascript:|\r\nlocation:/i)
      const odd = await exchange([`GET ${path} HTTP/1.1`, "Host: x'; script-src *", 'Accept: text/html'])
      expect(odd, path).not.toContain('script-src *')
    }
    for (const line of [
      `GET ${EVIL}/ HTTP/1.1`,
      'GET //evil.example/%2f.. HTTP/1.1',
      'GET /\\evil.example HTTP/1.1',
    ]) {
      const text = await exchange([line, `Host: localhost:${server.port}`, 'Accept: text/html'])
      expect(text, line).not.toMatch(/\r\nlocation:/i)
    }
    for (const header of ['%0d%0aSet-Cookie:%20x=1', '%E5%98%8A%E5%98%8DSet-Cookie:x=1'])
      expect(await get(`/api/v1/portal/forms/${header}?cursor=${header}`)).not.toMatch(/\r\nset-cookie:/i)
  })

  it('[V8.3.1] [V1.1.1] no spelling of an address opens what needs a token', async () => {
    const spellings = [
      '/API/v1/portal/auth/devices',
      '/api/v1/portal/auth/DEVICES',
      '//api/v1/portal/auth/devices',
      '/api//v1/portal/auth/devices',
      '/api/v1/portal/auth/devices/',
      '/api/v1/portal/auth/./devices',
      '/api/v1/staff/../portal/auth/devices',
      '/api/v1/portal/auth/%64evices',
      '/api/v1/portal%2fauth%2fdevices',
      '/api/v1/portal/auth/devices;a=b',
      '/api/v1/portal/auth/devices%00',
      '/api/v1/portal/auth/devices%20',
      '/api/v1/portal/auth/devices.json',
      '/assets/../api/v1/portal/auth/devices',
      '/%61pi/v1/portal/auth/devices',
      '/api\\v1\\portal\\auth\\devices',
    ]
    for (const path of spellings) {
      const text = await get(path, 'Accept: text/html')
      // Where it looks like a page of the app, the app itself, which knows nothing.
      expect([400, 401, 404], path).toContain(/\r\n\r\n<!doctype html>/i.test(text) ? 404 : status(text))
      expect(text, path).not.toContain('"items"')
    }
  })

  it.runIf(existsSync('dist/client/index.html'))(
    '[V14.3.2] [V14.2.2] what a cache may keep is the same for everybody, whatever they ask with',
    async () => {
      const page = await get('/', 'Accept: text/html')
      const asset = /\/assets\/[\w.-]+\.js/.exec(page)?.[0] ?? ''
      const bodyOf = (text: string) => text.slice(text.indexOf('\r\n\r\n')).replaceAll(/[0-9a-f-]{36}/g, '')
      for (const path of ['/service-worker.js', '/sw.js', asset].filter((file) =>
        existsSync(`dist/client${file}`),
      )) {
        const plain = await get(path)
        const dressed = await get(
          `${path}?utm=<script>`,
          'X-Forwarded-Host: evil.example',
          `Cookie: ${client.cookie}`,
          `Origin: ${EVIL}`,
          'X-HTTP-Method-Override: POST',
        )
        expect(bodyOf(dressed), path).toBe(bodyOf(plain))
        expect(dressed, path).not.toMatch(/\r\nset-cookie:/i)
      }
      // An answer for one person is kept by nobody, and no path makes it look like a file.
      for (const path of [`${AUTH}/devices/x.css`, `${AUTH}/devices/..%2f..%2fassets/x.js`])
        expect((await client.fetch(path)).headers.get('cache-control'), path).toBe('no-store')
    },
  )

  it('a client that never ends its headers is let go, and holds up nobody', async () => {
    const socket = connectTcp(server.port, '127.0.0.1')
    socket.on('error', () => undefined)
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
    })
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
    socket.write(`POST ${AUTH}/login HTTP/1.1\r\nHost: localhost\r\n`)
    const drip = setInterval(() => socket.write('X-A: 1\r\n'), 500)
    expect((await client.fetch(`${AUTH}/devices`)).status).toBe(200)
    await closed
    clearInterval(drip)
    expect(text).toMatch(/^HTTP\/1\.1 4\d\d/)
  })
})
