/** The log says who, what and how long, never what was written: canaries at the most talkative level, through every door. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import type { ChangeRow } from '../../shared/protocol/messages.ts'
import { SYNC_HTTP } from '../../shared/protocol/terms.ts'
import { runFuzz } from '../fuzz/run-fuzz.ts'
import { type SpawnedServer, spawnServer } from '../harness/server.ts'
import { ask, login, signIn } from '../harness/sign-in.ts'
import { connectDevice, helloOf } from '../harness/socket-device.ts'

const CANARY = 'canary-51c0-whispered'

describe('the log', () => {
  let server: SpawnedServer
  beforeAll(async () => {
    server = await spawnServer({
      environment: { PORTAL_LOG_LEVEL: 'trace', PORTAL_TRUSTED_PROXIES: '127.0.0.1,::1' },
    })
  })
  afterAll(() => server?.[Symbol.asyncDispose]())

  it('[V16.2.5] holds no answer, password, token, address or query', async () => {
    const client = await signIn(server.url, 'client@demo.test')
    const pull = { client: client.clientId, after: 0, upTo: null }
    const { body } = await client.fetch(`${SYNC_HTTP}/pull`, { method: 'POST', body: pull })
    const drafts = COLLECTIONS.drafts.number
    const draft = (body.rows as ChangeRow[]).find(([collection]) => collection === drafts)?.[1]
    const change = (number: number, field: string, value: unknown) => ({
      client: client.clientId,
      mutations: [[number, drafts, draft, 1, Date.now(), [[field, value]]]],
    })
    using device = await connectDevice(client)
    await device.ask('hello', helloOf(client))
    await device.ask('push', change(1, 'answers/a', CANARY))
    await device.ask('push', change(2, 'status', CANARY))
    await device.ask('push', { client: client.clientId, mutations: CANARY })
    device.socket.emit(CANARY, CANARY)
    await client.fetch(`${SYNC_HTTP}/push`, { method: 'POST', body: change(3, `answers/${CANARY}`, CANARY) })
    await client.fetch(`/api/v1/portal/forms/submissions?cursor=${CANARY}`)
    await client.fetch(`/api/v1/portal/forms/${CANARY}`)
    await login(server.url, `${CANARY}@demo.test`, { password: CANARY })
    await ask(`${server.url}/${CANARY}?q=${CANARY}`, { headers: { cookie: CANARY, 'user-agent': CANARY } })
    await ask(`${server.url}/api/v1/portal/auth/login`, { method: 'POST', raw: `{"${CANARY}` })
    // Every field of every route, and of every message: accepted, refused, and not understood.
    const seed = Math.floor(Math.random() * 2 ** 31)
    const { served } = await runFuzz({ url: server.url, seed, requests: 1_200, mark: CANARY })
    expect([...served.values()].filter((times) => times > 0).length, `seed ${seed}`).toBeGreaterThan(20)
    await server.kill('SIGTERM')
    expect(server.output()).toContain('"route":"/api/v1/portal/auth/login"')
    expect(server.output()).not.toContain(CANARY)
    expect(server.output()).not.toContain(client.accessToken)
    expect(server.output()).not.toContain(client.cookie.split('=')[1])
  })
})
