/**
 * The second client, with valid tokens and a socket client of their own making, against everything the first client
 * owns: every message of the protocol and every route of the OpenAPI document. What they get for an id of the first
 * client is what they get for a random one, and the attempts are in the audit trail.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import type { ChangeRow } from '../../shared/protocol/messages.ts'
import { OUTCOMES, SYNC_HTTP } from '../../shared/protocol/terms.ts'
import { sampleOf } from '../harness/sample.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { type Answer, ask, login, type SignedInDevice, signIn } from '../harness/sign-in.ts'
import { connectDevice, helloOf, type Reply, type SocketDevice } from '../harness/socket-device.ts'

const CANARY = 'canary-7d1f-cannot-sleep'

interface Operation {
  readonly security: readonly Record<string, unknown>[]
  readonly parameters: readonly { readonly name: string; readonly in: string }[]
  /** No JSON where a route takes the bytes of a file. */
  readonly requestBody?: {
    readonly content: { readonly 'application/json'?: { readonly schema: unknown } }
  }
}
interface Target {
  readonly method: string
  readonly path: string
  readonly operation: Operation
}

/** Every document of a record, by collection number. */
async function record(who: SignedInDevice): Promise<Map<string, number>> {
  const body = { client: who.clientId, after: 0, upTo: null }
  const { status, body: page } = await who.fetch(`${SYNC_HTTP}/pull`, { method: 'POST', body })
  expect(status).toBe(200)
  return new Map((page.rows as ChangeRow[]).map(([collection, id]) => [id, collection]))
}

describe.each(['pglite', 'postgres'] as const)('another client, over %s', (database) => {
  let server: RunningPortal
  let first: SignedInDevice
  let second: SignedInDevice
  let firstSocket: SocketDevice
  let socket: SocketDevice
  let targets: Target[]
  /** Ids that only the first client's record has. */
  let foreign: [id: string, collection: number][]

  beforeAll(async () => {
    server = await startPortal({ database, environment: { PORTAL_TRUSTED_PROXIES: '127.0.0.1,::1' } })
    first = await signIn(server.url, 'client@demo.test')
    second = await signIn(server.url, 'client2@demo.test')
    const [draft] =
      [...(await record(first))].find(([, number]) => number === COLLECTIONS.drafts.number) ?? []
    const mutation = [1, COLLECTIONS.drafts.number, draft, 1, Date.now(), [['answers/canary', CANARY]]]
    const push = { client: first.clientId, mutations: [mutation] }
    await first.fetch(`${SYNC_HTTP}/push`, { method: 'POST', body: push })
    const theirs = await record(first)
    const own = await record(second)
    foreign = [...theirs].filter(([id]) => !own.has(id))
    firstSocket = await connectDevice(first)
    socket = await connectDevice(second)
    const { body } = await ask(`${server.url}/api/v1/openapi.json`)
    targets = Object.entries(body.paths as Record<string, Record<string, Operation>>).flatMap(
      ([path, methods]) =>
        Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
    )
  })
  afterAll(async () => {
    firstSocket?.socket.disconnect()
    socket?.socket.disconnect()
    await server?.close()
  })

  const denials = () =>
    server.portal.database.prisma.auditEvent.count({
      where: { accountId: second.account.id, outcome: 'denied' },
    })

  /** What is left of an answer when the id that was asked for and what differs every time are taken out. */
  const essence = (answer: Answer | Reply, id: string) =>
    JSON.stringify('text' in answer ? [answer.status, answer.text] : answer)
      .replaceAll(id, '<id>')
      .replaceAll(/requestId[^,}]*/g, '')
      .replaceAll(/[A-Z2-7]{32}/g, '<a secret of its own>')
      .replaceAll(/cs_test_\w+/g, 'a visit of its own at the payment service')
      .replaceAll(/challenge\W+[\w-]+/g, 'challenge')

  const expectNothing = (text: string, asked: readonly string[]) => {
    expect(text).not.toContain(CANARY)
    for (const [id] of foreign) if (!asked.includes(id)) expect(text).not.toContain(id)
    expect(text).not.toContain(first.account.email)
  }

  /** Whoever tries all routes has many addresses: one for each, so that no limit hides what a route would say. */
  const addressOf = ({ method, path }: Target) => {
    const at = targets.findIndex((target) => target.method === method && target.path === path) + 1
    return `198.51.${100 + Math.floor(at / 250)}.${at % 250}`
  }

  const call = (target: Target, id: string): Promise<Answer> => {
    const { method, path, operation } = target
    const filled = path.replaceAll(/\{\w+\}/g, id)
    const query = operation.parameters.filter((parameter) => parameter.in === 'query')
    const search = query.length === 0 ? '' : `?${query.map(({ name }) => `${name}=${id}`).join('&')}`
    const schema = operation.requestBody?.content['application/json']?.schema
    const body = schema === undefined ? undefined : sampleOf(schema, id)
    return second.fetch(filled + search, {
      method: method.toUpperCase(),
      headers: { 'x-forwarded-for': addressOf(target) },
      ...(body === undefined ? {} : { body }),
    })
  }

  it('has something to steal: the first client has documents of their own', async () => {
    expect(foreign.length).toBeGreaterThan(3)
    expect((await record(second)).has(first.clientId)).toBe(false)
  })

  it('[P3] gets from every route for a foreign id what a random id gets', async () => {
    // One document of each kind: routes tell kinds apart, not the documents of one.
    const oneOfEach = new Map(foreign.map(([id, collection]) => [collection, id])).values()
    const ids = [first.clientId, first.deviceId, first.account.id, ...oneOfEach]
    const before = await denials()
    // `confirm` asks for one's own password and nothing else: wrong ones are counted, whatever id stands in their place.
    const guarded = targets.filter(
      ({ path, operation }) => operation.security.length > 0 && !path.endsWith('/auth/confirm'),
    )
    expect(guarded.length).toBeGreaterThan(8)
    for (const target of guarded) {
      // One random id for all: a route may only answer the second time differently for its own reasons.
      const random = randomUUID()
      const expected = essence(await call(target, random), random)
      for (const id of ids) {
        const answer = await call(target, id)
        expect(essence(answer, id), `${target.method} ${target.path} ${id}`).toBe(expected)
        expect(answer.status).toBeLessThan(500)
        expectNothing(answer.text, [id])
      }
    }
    expect(await denials()).toBeGreaterThan(before)
  })

  it('gets nothing from the staff routes, whatever the token', async () => {
    for (const target of targets.filter(({ path }) => path.startsWith('/api/v1/staff')))
      expect((await call(target, first.clientId)).status, target.path).toBe(401)
  })

  it('cannot sign in on the first client’s device, nor change it', async () => {
    const device = () => server.portal.database.prisma.device.findUnique({ where: { id: first.deviceId } })
    const before = await device()
    const answer = await login(server.url, 'client2@demo.test', {
      deviceId: first.deviceId,
      deviceName: 'Mine',
    })
    expect(answer.status).toBe(403)
    expectNothing(answer.text, [first.deviceId])
    expect(await device()).toEqual(before)
  })

  it('[P3] gets from every socket message about the first client what a random client gets', async () => {
    const before = await denials()
    const draft = COLLECTIONS.drafts.number
    const change = (id: string) => [9, draft, id, 0, Date.now(), [['answers/x', 'taken over']]]
    const messages: [event: string, make: (client: string) => unknown][] = [
      ['hello', (client) => ({ ...helloOf(second), client })],
      ['hello', (client) => ({ ...helloOf(second), client, device: first.deviceId })],
      ['hello', (client) => ({ ...helloOf(second), client, cursor: { e: 1, s: 1, k: '' } })],
      ['pull', (client) => ({ client, after: 0, upTo: null })],
      ['pull', (client) => ({ client, after: 1, upTo: 1, limit: 1 })],
      ...foreign.map(
        ([id]) =>
          ['push', (client: string) => ({ client, mutations: [change(id)] })] satisfies [
            string,
            (client: string) => unknown,
          ],
      ),
    ]
    for (const [event, make] of messages) {
      const random = randomUUID()
      const expected = essence(await socket.ask(event, make(random)), random)
      const answer = await socket.ask(event, make(first.clientId))
      expect(essence(answer, first.clientId), event).toBe(expected)
      expect(answer.ok).toBeUndefined()
      expectNothing(JSON.stringify(answer), [])
    }
    expect(await denials()).toBeGreaterThanOrEqual(before + messages.length)
  })

  it('[P3] cannot speak as the first client’s device in the own record', async () => {
    const answer = await socket.ask('hello', { ...helloOf(second), device: first.deviceId })
    expect(answer.ok).toBeUndefined()
  })

  it('[P3] cannot reach the first client’s documents through the own record', async () => {
    const answers = new Map<number, string>()
    let number = 100
    for (const [id, collection] of foreign)
      for (const baseRev of [0, 1]) {
        const mutation = (document: string) => [
          ++number,
          collection,
          document,
          baseRev,
          Date.now(),
          [['status', 'taken over']],
        ]
        const push = (document: string) => ({ client: second.clientId, mutations: [mutation(document)] })
        const random = randomUUID()
        const normal = (reply: Reply) => {
          const { answers: rows } = reply.ok as { answers: [number, number, number, number, string?][] }
          return JSON.stringify(rows.map(([, outcome, rev, , reason]) => [OUTCOMES[outcome], rev, reason]))
        }
        const key = collection * 10 + baseRev
        const expected = answers.get(key) ?? normal(await socket.ask('push', push(random)))
        answers.set(key, expected)
        const reply = await socket.ask('push', push(id))
        expect(normal(reply), `collection ${collection}`).toBe(expected)
        expect(JSON.stringify(reply)).not.toContain(CANARY)
      }
    // And the first client's documents are as they were.
    const body = { client: first.clientId, after: 0, upTo: null }
    const { text } = await first.fetch(`${SYNC_HTTP}/pull`, { method: 'POST', body })
    expect(text).toContain(CANARY)
    expect(text).not.toContain('taken over')
  })

  it('[P4] hears nothing of what the first client does, whatever rooms it asks for', async () => {
    for (const room of [first.clientId, `client:${first.clientId}`, `device:${first.deviceId}`])
      for (const event of ['join', 'subscribe', 'changes', 'room']) socket.socket.emit(event, room)
    await socket.ask('hello', { ...helloOf(second), client: first.clientId })
    expect((await socket.ask('hello', helloOf(second))).ok).toBeDefined()
    const deaf = socket.heard.length

    expect((await firstSocket.ask('hello', helloOf(first))).ok).toBeDefined()
    const [draft] = foreign.find(([, collection]) => collection === COLLECTIONS.drafts.number) ?? []
    const mutation = [2, COLLECTIONS.drafts.number, draft, 2, Date.now(), [['answers/canary', `${CANARY} 2`]]]
    const other = await signIn(server.url, 'client@demo.test')
    using listener = await connectDevice(other)
    expect((await listener.ask('hello', helloOf(other))).ok).toBeDefined()
    const push = await firstSocket.ask('push', { client: first.clientId, mutations: [mutation] })
    expect(push.ok).toBeDefined()
    // The first client's other device has heard it, so it has been sent to all who may hear it.
    expect(JSON.stringify(await listener.next('changes'))).toContain(CANARY)
    await socket.ask('hello', helloOf(second))
    expect(socket.heard.slice(deaf)).toEqual([])
  })
})
