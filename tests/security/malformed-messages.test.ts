/** Nonsense of every kind, at every door: refused with a code, never a 5xx, and the server lives on. */
import { connect as connectTcp } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import type { PullAnswer } from '../../shared/protocol/messages.ts'
import { LIMITS, SYNC_HTTP } from '../../shared/protocol/terms.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { ask, type SignedInDevice, signIn } from '../harness/sign-in.ts'
import { connectDevice, helloOf } from '../harness/socket-device.ts'

const DRAFTS = COLLECTIONS.drafts.number
const SUBMISSIONS = COLLECTIONS.submissions.number

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

const NONSENSE: readonly unknown[] = [
  null,
  0,
  '',
  'text',
  [],
  {},
  [[]],
  { client: 'x' },
  { client: null, after: -1 },
  { client: { $ne: null }, mutations: [] },
  { mutations: [[1, 2, 3]] },
  JSON.parse('{"__proto__":{"admin":true}}'),
]

describe('malformed input', () => {
  let server: RunningPortal
  let client: SignedInDevice
  let routes: { method: string; path: string; hasBody: boolean; mayBeEmpty: boolean }[]

  beforeAll(async () => {
    server = await startPortal({ environment: { PORTAL_TRUSTED_PROXIES: '127.0.0.1,::1' } })
    client = await signIn(server.url, 'client@demo.test')
    const { body } = await ask(`${server.url}/api/v1/openapi.json`)
    routes = Object.entries(body.paths as Record<string, Record<string, object>>).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path: path.replaceAll(/\{\w+\}/g, crypto.randomUUID()),
        hasBody: 'requestBody' in operation,
        // Nothing in it has to be said, so that an empty one is well-formed.
        mayBeEmpty:
          'requestBody' in operation && !/"required":\[/.test(JSON.stringify(operation.requestBody)),
      })),
    )
  })
  afterAll(() => server?.close())

  let sent = 0
  /** From many addresses, so that no limit hides what a door would say. */
  const address = () => {
    sent += 1
    return `198.51.${100 + (Math.floor(sent / 200) % 100)}.${1 + (sent % 200)}`
  }
  const send = (path: string, method: string, raw: string) =>
    ask(server.url + path, {
      method,
      raw,
      headers: { 'x-forwarded-for': address() },
      key: client.key,
      // Signing in takes no token.
      ...(path.includes('/auth/login') ? {} : { token: client.accessToken }),
    })
  const expectAlive = async () => expect((await ask(`${server.url}/healthz`)).status).toBe(200)

  it('[P24] 49,000 nested arrays are refused before they are parsed', async () => {
    for (const path of ['/api/v1/portal/auth/login', `${SYNC_HTTP}/push`]) {
      const answer = await send(path, 'POST', nested(49_000))
      expect([answer.status, answer.body.code], path).toEqual([400, 'invalid_message'])
    }
  })

  it('bodies that are no JSON, not the schema, or too large get a 4xx and a problem document', async () => {
    const raws = ['{', '\u0000', '"', '{"a":1}}', ...NONSENSE.map((value) => JSON.stringify(value))]
    for (const { method, path, mayBeEmpty } of routes.filter(({ hasBody }) => hasBody)) {
      for (const raw of raws.filter((each) => !(mayBeEmpty && each === '{}'))) {
        const answer = await send(path, method, raw)
        expect(answer.status, `${method} ${path} ${raw}`).toBeGreaterThanOrEqual(400)
        expect(answer.status, `${method} ${path} ${raw}`).toBeLessThan(500)
        expect(answer.headers.get('content-type')).toContain('application/problem+json')
        expect(answer.body.status).toBe(answer.status)
      }
    }
    const big = await send(`${SYNC_HTTP}/push`, 'POST', JSON.stringify('x'.repeat(LIMITS.messageBytes)))
    expect([big.status, big.body.code]).toEqual([413, 'too_large'])
    await expectAlive()
  })

  it('ids and queries that are none are absent or refused', async () => {
    const ids = ['x', '%00', '%ff', '..%2f..', "'--", '%7B%7D', 'a'.repeat(3_000)]
    for (const { method, path } of routes)
      for (const id of ids) {
        const odd = path.replaceAll(/[0-9a-f-]{36}/g, id)
        const answer = await ask(`${server.url}${odd}?cursor=${id}&limit=${id}`, {
          method,
          key: client.key,
          token: client.accessToken,
        })
        expect(answer.status, `${method} ${odd}`).toBeLessThan(500)
      }
  })

  it('[P24] [V1.5.2] socket events with nonsense are answered invalid_message', async () => {
    for (const event of ['hello', 'push', 'pull']) {
      using device = await connectDevice(client)
      const deep: unknown = JSON.parse(nested(1_000))
      for (const message of [...NONSENSE, { ...helloOf(client), p: deep }])
        expect(await device.ask(event, message), `${event} ${String(message)}`).toMatchObject({
          error: 'invalid_message',
        })
    }
    await expectAlive()
  })

  it('[P24] an id in capitals is refused at every door, and writes over nothing', async () => {
    using device = await connectDevice(client)
    await device.ask('hello', helloOf(client))
    const pull = { client: client.clientId, after: 0, upTo: null }
    const before = (await device.ask('pull', pull)).ok
    const [collection, id] = (before as PullAnswer).rows.find(([number]) => number === DRAFTS) ?? []
    const mutation = [1, collection, id, 1, 1, [['answers/a', 'x']]]
    const push = (document: string) => ({
      client: client.clientId,
      mutations: [mutation.with(2, document), mutation.with(1, SUBMISSIONS).with(2, document)],
    })
    const capitals = push(String(id).toUpperCase())
    expect(await device.ask('push', capitals)).toMatchObject({ error: 'invalid_message' })
    const answer = await send(`${SYNC_HTTP}/push`, 'POST', JSON.stringify(capitals))
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_message'])
    const form = await client.fetch(`/api/v1/portal/forms/${String(id).toUpperCase()}`)
    expect([400, 404]).toContain(form.status)
    expect((await device.ask('pull', pull)).ok).toEqual(before)
  })

  it('[P24] nesting deeper than any stack is survived, in text and in binary packets', async () => {
    using text = await connectDevice(client)
    // Written below the client library, whose own encoder gives up on such a value.
    text.socket.io.engine.send(`2999["hello",${nested(49_000)}]`)
    expect((await text.ask('hello', helloOf(client))).ok).toBeDefined()

    using binary = await connectDevice(client)
    const hole = '{"_placeholder":true,"num":0}'
    binary.socket.io.engine.send(`51-999["hello",${'['.repeat(49_000)}${hole}${']'.repeat(49_000)}]`)
    binary.socket.io.engine.send(Buffer.from('x'))
    await binary.closed

    using bytes = await connectDevice(client)
    bytes.socket.emit('hello', Buffer.from('bytes'), () => undefined)
    await bytes.closed
    await expectAlive()
  })

  it('socket events of odd shapes are survived', async () => {
    using device = await connectDevice(client)
    device.socket.emit('hello')
    device.socket.emit('hello', helloOf(client))
    device.socket.emit('hello', 'not', 'one', 'message', () => undefined)
    device.socket.emit('wiped')
    device.socket.emit('unknown', { a: 1 })
    device.socket.emit('constructor', {})
    expect((await device.ask('hello', helloOf(client))).ok).toBeDefined()
  })

  it('a socket that goes on sending nonsense is cut', async () => {
    using device = await connectDevice(client)
    for (let i = 0; i < 60; i++) device.socket.emit('push', i, () => undefined)
    expect(await device.closed).toBe('io server disconnect')
    await expectAlive()
  })

  it('a socket that sends too fast is told to wait', async () => {
    using device = await connectDevice(client)
    const pull = { client: client.clientId, after: 0, upTo: null, limit: 1 }
    const asked = Array.from({ length: 600 }, () => device.ask('pull', pull))
    const limited = asked.map(async (answer) => {
      if ((await answer).error !== 'rate_limited') throw new Error('served')
    })
    // Those that are served may take long; the refusals come at once.
    await Promise.any(limited)
    expect((await asked[0])?.ok).toBeDefined()
    await Promise.allSettled(limited)
  })

  it('[P24] a packet above the limit ends the socket, not the server', async () => {
    using device = await connectDevice(client)
    device.socket.emit('push', 'x'.repeat(LIMITS.messageBytes + 10))
    await device.closed
    await expectAlive()
  })

  it('bytes that are no HTTP get a plain 400', async () => {
    const answer = await new Promise<string>((resolve) => {
      const socket = connectTcp(server.port, '127.0.0.1', () => socket.write('NONSENSE\r\n\r\n'))
      let text = ''
      socket.on('data', (chunk) => {
        text += chunk
      })
      socket.on('close', () => resolve(text))
    })
    expect(answer).toMatch(/^HTTP\/1\.1 400/)
    await expectAlive()
  })
})
