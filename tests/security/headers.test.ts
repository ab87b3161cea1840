/**
 * The headers of every kind of answer: a page, a script, the API (an answer, a refusal, nothing there, no body that is
 * understood), the socket's address by plain HTTP; and a client that takes its time.
 */
import { existsSync, readdirSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { connect as connectTcp } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SOCKET_PATH } from '../../shared/protocol/terms.ts'
import { createHttpServer } from '../../sync-server/http/http-server.ts'
import { createLogger } from '../../sync-server/platform/logger.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { ask, type SignedInDevice, signIn } from '../harness/sign-in.ts'

describe('headers', () => {
  let server: RunningPortal
  let client: SignedInDevice
  beforeAll(async () => {
    server = await startPortal()
    client = await signIn(server.url, 'client@demo.test')
  })
  afterAll(() => server?.close())

  const kinds = async () => {
    const asset = existsSync('dist/client/assets') ? readdirSync('dist/client/assets') : []
    const script = asset.find((name) => /^[\w-]+\.js$/.test(name))
    const plain: [what: string, path: string, init?: Parameters<typeof ask>[1]][] = [
      ['a page', '/', { headers: { accept: 'text/html' } }],
      ...(script === undefined ? [] : [['a script', `/assets/${script}`] as [string, string]]),
      ['a missing file', '/assets/nothing.js'],
      ['health', '/healthz'],
      ['keys', '/.well-known/jwks.json'],
      ['documentation', '/api/v1/docs'],
      ['a refusal', '/api/v1/portal/auth/devices'],
      ['nothing of the API', '/api/v1/nothing'],
      ['an address that cannot be read', '/api/v1/portal/%'],
      ['a body that is none', '/api/v1/portal/auth/login', { method: 'POST', raw: '{', key: client.key }],
      ['another method', '/api/v1/portal/auth/login', { method: 'PATCH' }],
      ['the socket by polling', `${SOCKET_PATH}/?EIO=4&transport=polling`],
      ['the socket by nothing', `${SOCKET_PATH}/`],
      ['the socket with a session of nobody', `${SOCKET_PATH}/?EIO=4&transport=websocket&sid=x`],
    ]
    return [
      ...(await Promise.all(
        plain.map(async ([what, path, init]) => [what, await ask(server.url + path, init)] as const),
      )),
      ['an answer', await client.fetch('/api/v1/portal/auth/devices')] as const,
      ['a refusal to somebody', await client.fetch('/api/v1/staff/inbox')] as const,
    ]
  }

  it('[V3.4.3] [V3.4.4] [V3.4.5] [V3.4.6] [V3.2.1] [V13.4.6] every kind of answer has them', async () => {
    for (const [what, { headers, status }] of await kinds()) {
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy, what).toMatch(/^default-src 'none';/)
      expect(policy, what).toContain("frame-ancestors 'none'")
      expect(policy, what).not.toMatch(/unsafe-inline|'unsafe-eval'|\*/)
      expect(headers.get('x-content-type-options'), what).toBe('nosniff')
      expect(headers.get('referrer-policy'), what).toBe('no-referrer')
      expect(headers.get('cross-origin-resource-policy'), what).toBe('same-origin')
      expect(headers.get('x-powered-by'), what).toBeNull()
      if (status !== 204) expect(headers.get('content-type'), what).toMatch(/^[a-z]+\/[a-z+-]+/)
    }
  })

  it('[V3.4.3] [V1.3.2] a page loads from here alone, has no base and no plug-in, and makes no script of a text', async () => {
    const policy = (await ask(server.url, { headers: { accept: 'text/html' } })).headers.get(
      'content-security-policy',
    )
    for (const directive of [
      "default-src 'none'",
      "script-src 'self' 'wasm-unsafe-eval'",
      "base-uri 'none'",
      "form-action 'self'",
      "require-trusted-types-for 'script'",
      'trusted-types default',
    ])
      expect(policy?.split(';')).toContain(directive)
  })

  it('[V3.4.1] [V4.4.1] published over https, every answer asks for https for two years, and sockets are encrypted', async () => {
    await using published = await startPortal({
      environment: { PORTAL_ORIGIN: 'https://portal.example.org' },
    })
    const url = `http://localhost:${published.port}`
    for (const path of ['/', '/healthz', '/api/v1/nothing', '/assets/nothing.js', `${SOCKET_PATH}/`]) {
      const { headers } = await ask(url + path)
      expect(headers.get('strict-transport-security'), path).toBe('max-age=63072000; includeSubDomains')
    }
    const { headers } = await ask(url, { headers: { accept: 'text/html' } })
    expect(headers.get('content-security-policy')).toContain('wss://')
    expect(headers.get('content-security-policy')).not.toContain('ws://localhost')
    expect(headers.get('content-security-policy')).toContain('upgrade-insecure-requests')
  })

  it('[V15.3.7] a parameter that comes twice, or comes as another kind of parameter, is refused or not seen', async () => {
    const admin = await signIn(server.url, 'admin@demo.test')
    expect((await admin.fetch('/api/v1/staff/audit?limit=1')).status).toBe(200)
    const twice = await admin.fetch('/api/v1/staff/audit?limit=1&limit=2')
    expect([twice.status, twice.body.code]).toEqual([400, 'invalid_message'])
    const nested = await admin.fetch('/api/v1/staff/audit?limit[]=1&limit[a]=2')
    expect([200, 400]).toContain(nested.status)
    const elsewhere = await admin.fetch('/api/v1/staff/audit', { headers: { cookie: 'limit=x', limit: 'x' } })
    expect(elsewhere.status).toBe(200)
  })

  it('[V13.4.3] [V13.4.1] no folder is listed, and nothing beside the build is served', async () => {
    for (const path of [
      '/assets',
      '/assets/',
      '/.git/HEAD',
      '/.svn/entries',
      '/package.json',
      '/prisma/schema.prisma',
    ])
      expect((await ask(server.url + path)).status, path).toBe(404)
  })
})

describe('a client that takes its time', () => {
  const patience = { headersMs: 400, requestMs: 800, idleMs: 400, lookMs: 100 }
  /** A server with less patience, that reads whole bodies. */
  const impatient = async () => {
    const http = createHttpServer(
      (request, response) => {
        request.on('error', () => undefined)
        request.on('end', () => response.end('done')).resume()
      },
      createLogger('silent'),
      patience,
    )
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
    const { port } = http.address() as AddressInfo
    const talk = (first: string, drip: string) =>
      new Promise<string>((resolve) => {
        const socket = connectTcp(port, '127.0.0.1')
        let text = ''
        socket.on('data', (chunk) => {
          text += chunk.toString()
        })
        socket.on('error', () => undefined)
        socket.write(first)
        const timer = setInterval(() => socket.write(drip), 50)
        socket.on('close', () => {
          clearInterval(timer)
          resolve(text)
        })
      })
    return { port, talk, [Symbol.asyncDispose]: async () => void http.close(), http }
  }

  it('[V15.2.2] a body that drips is given up, headers that drip too, and others are served meanwhile', async () => {
    await using server = await impatient()
    const head = 'POST / HTTP/1.1\r\nHost: x\r\n'
    const slow = [
      server.talk(`${head}Content-Length: 900000\r\n\r\n`, 'a'),
      server.talk(`${head}Transfer-Encoding: chunked\r\n\r\n`, '1\r\na\r\n'),
      server.talk(head, 'X-A: 1\r\n'),
    ]
    expect((await ask(`http://127.0.0.1:${server.port}/`, { method: 'POST', raw: 'whole' })).text).toBe(
      'done',
    )
    for (const text of await Promise.all(slow)) expect(text).toMatch(/^HTTP\/1\.1 408 /)
  })

  it('[V15.2.2] a connection that says nothing is closed', async () => {
    await using server = await impatient()
    const quiet = await new Promise<string>((resolve) => {
      const socket = connectTcp(server.port, '127.0.0.1')
      let text = ''
      socket.on('data', (chunk) => {
        text += chunk.toString()
      })
      socket.on('error', () => undefined)
      socket.on('close', () => resolve(text))
    })
    expect(quiet).toMatch(/^(HTTP\/1\.1 408 |$)/)
  })
})
