/** The nginx with TLS of deploy/compose, real, in front of a server in production: what reaches a browser through it. */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { get as getHttp } from 'node:http'
import { get as getHttps } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { SOCKET_PATH } from '../../shared/protocol/terms.ts'
import { freePort } from '../harness/free-port.ts'
import { type RunningProgram, runProgram } from '../harness/program.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { ensureNginx } from '../tools/find-programs.mjs'

describe('nginx with TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'portal-tls-'))
  let http: number
  let https: number
  let server: RunningPortal
  let nginx: RunningProgram
  beforeAll(async () => {
    ;[http, https] = [await freePort(), await freePort()]
    server = await startPortal({
      seed: false,
      environment: {
        PORTAL_ORIGIN: `https://localhost:${https}`,
        PORTAL_TRUSTED_PROXIES: '127.0.0.1',
      },
    })
    mkdirSync(join(folder, 'tls'))
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
        ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'],
        ...['-keyout', join(folder, 'tls/privkey.pem'), '-out', join(folder, 'tls/fullchain.pem')],
      ],
      { stdio: 'ignore' },
    )
    // Ports and places of this machine, and nothing else, are others than in the file.
    const config = readFileSync('deploy/compose/nginx.conf', 'utf8')
      .replaceAll(/ +server portal-\d:4000 (.*)\n/g, '')
      .replace('least_conn;', `least_conn; server 127.0.0.1:${server.port};`)
      .replace('listen 80 ', `listen 127.0.0.1:${http} `)
      .replace('listen 443 ', `listen 127.0.0.1:${https} `)
      .replaceAll('/tmp/', `${folder}/`)
      .replaceAll('/etc/nginx/tls', join(folder, 'tls'))
      .replace('/run/nginx.pid', join(folder, 'pid'))
      .replaceAll(/\/dev\/std(out|err)/g, join(folder, 'log'))
    writeFileSync(join(folder, 'nginx.conf'), `daemon off;\n${config}`)
    const place = ['-p', folder, '-c', join(folder, 'nginx.conf')]
    execFileSync(ensureNginx(), ['-t', '-q', ...place], {
      stdio: 'pipe',
      // nginx itself reads a variable of that name.
      env: { PATH: process.env.PATH },
    })
    nginx = await runProgram(ensureNginx(), place)
    await vi.waitUntil(
      () =>
        ask('/livez').then(
          ({ status }) => status === 200,
          () => false,
        ),
      {
        timeout: 60_000,
      },
    )
  })
  afterAll(async () => {
    nginx?.signal('SIGTERM')
    await nginx?.ended
    await server?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const ask = (path: string, headers: Record<string, string> = {}) =>
    new Promise<{ status: number | undefined; headers: IncomingMessage['headers']; text: string }>(
      (resolve, reject) => {
        const ca = readFileSync(join(folder, 'tls/fullchain.pem'))
        getHttps(`https://localhost:${https}${path}`, { ca, headers, family: 4 }, (response) => {
          let text = ''
          response.on('data', (chunk) => {
            text += chunk
          })
          response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }))
        }).on('error', reject)
      },
    )
  const cache = async (path: string, headers?: Record<string, string>) =>
    (await ask(path, headers)).headers['cache-control']

  it('keeps assets for a year, asks for the app itself anew, and nothing of the API', async () => {
    const assets = readdirSync('dist/client/assets').filter((name) => /\.(js|css)$/.test(name))
    const year = 'public, max-age=31536000, immutable'
    for (const name of assets.slice(0, 5)) {
      expect(await cache(`/assets/${name}`)).toBe(year)
      expect(await cache(`/assets/${name}`, { 'accept-encoding': 'br' })).toBe(year)
    }
    for (const path of ['/', '/service-worker.js', '/manifest.webmanifest', '/icon.svg'])
      expect([path, await cache(path, { accept: 'text/html' })]).toEqual([path, 'no-cache'])
    expect(await cache('/forms/anywhere', { accept: 'text/html' })).toBe('no-cache')
    for (const path of ['/api/v1/portal/forms', '/api/v1/nothing', '/readyz', '/assets/gone-1234.js'])
      expect([path, await cache(path)]).toEqual([path, 'no-store'])
    expect((await ask('/assets/gone-1234.js')).status).toBe(404)
    // Answers that are unchanged cost a line, not a page.
    const { etag = '' } = (await ask('/service-worker.js')).headers
    expect((await ask('/service-worker.js', { 'if-none-match': etag })).status).toBe(304)
  })

  it('takes browsers to TLS and keeps them there', async () => {
    const moved = await new Promise<IncomingMessage>((resolve) =>
      getHttp(
        { host: '127.0.0.1', port: http, path: '/forms?x=1', headers: { host: 'portal.test' } },
        resolve,
      ),
    )
    expect([moved.statusCode, moved.headers.location]).toEqual([301, 'https://portal.test/forms?x=1'])
    const { headers } = await ask('/')
    expect(headers['strict-transport-security']).toMatch(/^max-age=63072000/)
    expect(headers.server).toBe('nginx')
    const old = connect({
      host: '127.0.0.1',
      port: https,
      maxVersion: 'TLSv1.1',
      minVersion: 'TLSv1',
      ciphers: 'DEFAULT@SECLEVEL=0',
      rejectUnauthorized: false,
    })
    await expect(new Promise((_, reject) => old.once('error', reject))).rejects.toThrow(/protocol|alert/i)
  })

  it('lets sockets through, and no address into its log', async () => {
    const upgraded = await new Promise<string>((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port: https, rejectUnauthorized: false }, () =>
        socket.write(
          `GET ${SOCKET_PATH}/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost:${https}\r\n` +
            'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
            `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
        ),
      )
      socket.once('data', (bytes) => {
        resolve(String(bytes))
        socket.destroy()
      })
      socket.once('error', reject)
    })
    expect(upgraded).toMatch(/^HTTP\/1\.1 101 /)
    await ask('/reset-password?code=canary')
    await expect.poll(() => readFileSync(join(folder, 'log'), 'utf8')).toMatch(/ GET 200 /)
    expect(readFileSync(join(folder, 'log'), 'utf8')).not.toMatch(/canary|127\.0\.0\.1/)
  })
})
