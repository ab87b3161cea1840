/** What an operator sees of a server: its metrics, and how it stops. docs/operations.md. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect as connectTcp } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import { type RunningPortal, spawnServer, startPortal } from '../harness/server.ts'
import { ask, signIn } from '../harness/sign-in.ts'
import { connectDevice, helloOf } from '../harness/socket-device.ts'

const WRITTEN = 'canary-7d10-whispered'
const HOUR = 3_600_000

describe('metrics', () => {
  let server: RunningPortal
  beforeAll(async () => {
    server = await startPortal({ environment: { PORTAL_METRICS_PORT: '0', PORTAL_LOG_LEVEL: 'silent' } })
  })
  afterAll(() => server?.close())
  const operations = (path: string, method = 'GET') =>
    ask(`http://127.0.0.1:${server.portal.operationsPort}${path}`, { method })
  const value = async (line: string) => {
    const { text } = await operations('/metrics')
    const found = text.split('\n').find((each) => each.startsWith(`${line} `))
    return found === undefined ? undefined : Number(found.slice(line.length))
  }

  it('say how devices fare, and nothing of anybody', async () => {
    const client = await signIn(server.url, 'client@demo.test')
    const drafts = COLLECTIONS.drafts.number
    const { body } = await client.fetch('/api/v1/portal/sync/v1/pull', {
      method: 'POST',
      body: { client: client.clientId, after: 0, upTo: null },
    })
    const draft = (body.rows as [number, string][]).find(([collection]) => collection === drafts)?.[1]
    using device = await connectDevice(client)
    using _other = await connectDevice(await signIn(server.url, 'client@demo.test'))
    await device.ask('hello', helloOf(client))
    const write = (number: number, field: string, at: number) =>
      device.ask('push', {
        client: client.clientId,
        mutations: [[number, drafts, draft, 1, at, [[field, WRITTEN]]]],
      })
    await write(1, 'answers/a', Date.now() - 2 * HOUR)
    // A status that there is not: refused, and kept.
    await write(2, 'status', Date.now())

    expect(await value('portal_sockets')).toBe(2)
    expect(await value('portal_quarantine')).toBe(1)
    expect(await value('portal_sync_seconds_count{event="push",outcome="ok"}')).toBe(2)
    expect(await value('portal_outbox_age_seconds_bucket{le="3600"}')).toBe(1)
    expect(await value('portal_outbox_age_seconds_bucket{le="21600"}')).toBe(2)
    const login = 'method="POST",route="/api/v1/portal/auth/login",status="200"'
    expect(await value(`portal_http_request_seconds_count{${login}}`)).toBe(2)
    expect(await value('portal_audit_failures_total')).toBe(0)
    const { text } = await operations('/metrics')
    for (const secret of [WRITTEN, client.clientId, client.deviceId, client.account.id, 'demo.test'])
      expect(text).not.toContain(secret)
  })

  it('[J4] count what came to nothing, by kind, until it is put away', async () => {
    const { outbox } = server.portal.database.prisma
    const dead = 'portal_jobs_dead{kind="notify.sms"}'
    expect(await value(dead)).toBeUndefined()
    const at = new Date()
    const job = { kind: 'notify.sms', createdAt: at, dueAt: at, goodUntil: at, doneAt: at }
    await outbox.createMany({
      data: (['failed', 'expired', 'done'] as const).map((outcome) => ({
        ...{ ...job, outcome },
        id: crypto.randomUUID(),
      })),
    })
    expect(await value(dead)).toBe(2)
    await outbox.deleteMany({ where: { kind: 'notify.sms' } })
    expect(await value(dead)).toBeUndefined()
  })

  it('are those that the page for operators names', async () => {
    const page = readFileSync('docs/operations.md', 'utf8')
    const named = [...page.matchAll(/`(portal_[a-z_]+)`/g)].map(([, name]) => name)
    const { text } = await operations('/metrics')
    const there = [...text.matchAll(/^# TYPE (portal_[a-z_]+) /gm)].map(([, name]) => name)
    expect([...new Set(named)].sort()).toEqual(there.sort())
  })

  it('count what came to nothing because it could not be audited', async () => {
    const before = await value('portal_audit_failures_total')
    const alter = (what: string) =>
      server.portal.database.withScripts(({ exec }) => exec(`ALTER TABLE portal.audit_event ${what}`))
    const client = await signIn(server.url, 'client2@demo.test')
    await alter(`ADD CONSTRAINT nothing CHECK (action <> 'sync.pull') NOT VALID`)
    const pulled = await client.fetch('/api/v1/portal/sync/v1/pull', {
      method: 'POST',
      body: { client: client.clientId, after: 0, upTo: null },
    })
    await alter('DROP CONSTRAINT nothing')
    expect(pulled.status).toBe(500)
    expect(pulled.text).not.toContain('rows')
    expect((await value('portal_audit_failures_total')) ?? 0).toBe((before ?? 0) + 1)
  })

  it('are on a port of their own, with the probes and nothing else', async () => {
    expect((await ask(`${server.url}/metrics`)).status).toBe(404)
    expect((await operations('/livez')).text).toBe('live\n')
    expect((await operations('/readyz')).text).toBe('ready\n')
    expect((await operations('/api/v1/portal/forms')).status).toBe(404)
    expect((await operations('/metrics', 'POST')).status).toBe(405)
  })
})

it('stops in order: not ready, devices sent away, requests answered, gone', async () => {
  await using server = await spawnServer({ environment: { PORTAL_DRAIN_SECONDS: '2' } })
  const client = await signIn(server.url, 'client@demo.test')
  using device = await connectDevice(client)
  await device.ask('hello', helloOf(client))
  const socket = connectTcp(server.port, 'localhost')
  let answered = ''
  socket.on('data', (chunk) => {
    answered += chunk
  })
  const body = JSON.stringify({ email: 'client@demo.test' })
  socket.write(
    `POST /api/v1/portal/auth/forgot-password HTTP/1.1\r\nHost: localhost:${server.port}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 9)}`,
  )
  await expect.poll(async () => (await ask(`${server.url}/readyz`)).status).toBe(200)

  const exited = server.kill('SIGTERM')
  await expect.poll(async () => (await ask(`${server.url}/readyz`)).status).toBe(503)
  // Whoever has not noticed yet is served.
  expect((await ask(`${server.url}/livez`)).status).toBe(200)
  expect(device.socket.connected).toBe(true)
  expect(await device.ask('hello', helloOf(client))).toHaveProperty('ok')

  await device.closed
  await expect(ask(`${server.url}/livez`)).rejects.toThrow()
  const ended = once(socket, 'close')
  socket.write(body.slice(9))
  await ended
  expect(answered).toMatch(/^HTTP\/1\.1 (2\d\d|4\d\d) /)
  expect(await exited).toEqual({ code: 0, signal: null })
})
