/** What every HTTP answer carries, what is cached, and what is not there. */
import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { ask } from '../harness/sign-in.ts'

describe('the HTTP surface', () => {
  let server: RunningPortal
  beforeAll(async () => {
    server = await startPortal()
  })
  afterAll(() => server?.close())
  const get = (path: string, headers: Record<string, string> = {}) => ask(server.url + path, { headers })

  it('[V3.4.8] answers with the security headers everywhere', async () => {
    for (const path of ['/', '/healthz', '/api/v1/docs', '/api/v1/nothing', '/assets/nothing.js']) {
      const { headers } = await get(path)
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toMatch(/^default-src 'none';script-src 'self' 'wasm-unsafe-eval';style-src 'self';/)
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).toContain(`connect-src 'self' ws://localhost:${server.port}`)
      expect(policy).not.toContain('unsafe-inline')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
      expect(headers.get('permissions-policy')).toContain('camera=()')
      expect(headers.get('x-powered-by')).toBeNull()
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    }
  })

  it('leaves the camera to the page of tablets alone', async () => {
    const camera = async (path: string) =>
      /camera=\([a-z]*\)/.exec(
        (await get(path, { accept: 'text/html' })).headers.get('permissions-policy') ?? '',
      )?.[0]
    for (const path of ['/kiosk', '/kiosk/'])
      expect([path, await camera(path)]).toEqual([path, 'camera=(self)'])
    for (const path of [
      '/',
      '/kiosk/x',
      '/kiosks',
      '/staff/kiosk',
      '/api/v1/kiosk',
      '/%6biosk/..',
      '//kiosk',
    ])
      expect([path, await camera(path)]).toEqual([path, 'camera=()'])
  })

  it('sends HSTS where it is published over https', async () => {
    await using published = await startPortal({
      environment: { PORTAL_ORIGIN: 'https://portal.example.org' },
    })
    const { headers } = await ask(`http://localhost:${published.port}/healthz`)
    expect(headers.get('strict-transport-security')).toMatch(/^max-age=\d{8}/)
    expect((await get('/healthz')).headers.get('strict-transport-security')).toBeNull()
  })

  it('lets no cache keep an answer of the API', async () => {
    for (const path of ['/healthz', '/api/v1/openapi.json', '/api/v1/portal/forms', '/api/nothing'])
      expect((await get(path)).headers.get('cache-control')).toBe('no-store')
    // What is kept nowhere cannot be unchanged.
    expect((await get('/api/v1/openapi.json', { 'if-none-match': '*' })).status).toBe(200)
  })

  it('answers unknown addresses with a problem document, never with the page', async () => {
    for (const path of ['/api/v1/nothing', '/assets/old-1234.js', '/nothing.png', '/api/v1/portal/%']) {
      const answer = await get(path, { accept: 'text/html' })
      expect([path, answer.status, answer.body.code]).toEqual([path, 404, 'not_found'])
    }
    const post = await ask(`${server.url}/forms`, { method: 'POST', headers: { accept: 'text/html' } })
    expect(post.status).toBe(404)
  })

  it('[V5.3.2] serves no file from outside the build', async () => {
    for (const path of ['/../package.json', '/%2e%2e/package.json', '/..%2fpackage.json', '/.git/config'])
      expect((await get(path)).status).toBe(404)
  })

  it.runIf(existsSync('dist/client/index.html'))(
    'serves the app, revalidated, to any navigation',
    async () => {
      for (const path of ['/', '/forms/some-form', '/staff']) {
        const answer = await get(path, { accept: 'text/html,*/*' })
        expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-cache'])
        expect(answer.text).toContain('<html')
      }
      const page = (await get('/', { accept: 'text/html' })).text
      const asset = /\/assets\/[\w.-]+\.js/.exec(page)?.[0] ?? ''
      const script = await get(asset)
      expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
      expect(script.headers.get('content-encoding')).toMatch(/^(br|gzip)$/)
      expect(script.headers.get('content-type')).toMatch(/javascript/)
    },
  )

  it('describes every route in an OpenAPI document that a person can browse', async () => {
    const { body } = await get('/api/v1/openapi.json')
    expect(body.openapi).toBe('3.1.0')
    const paths = Object.keys(body.paths as object)
    for (const path of [
      '/api/v1/portal/auth/login',
      '/api/v1/portal/auth/refresh-token',
      '/api/v1/portal/auth/logout',
      '/api/v1/portal/forms',
      '/api/v1/portal/forms/{id}',
      '/api/v1/portal/forms/{id}/submit',
      '/api/v1/portal/forms/submissions',
      '/api/v1/portal/forms/submissions/{id}',
      '/api/v1/portal/sync/v1/push',
      '/api/v1/staff/inbox',
    ])
      expect(paths).toContain(path)
    const page = await get('/api/v1/docs')
    expect(page.headers.get('content-type')).toContain('text/html')
    for (const path of paths) expect(page.text).toContain(path)
    expect(page.text).not.toMatch(/<script|style="/)
  })
})
