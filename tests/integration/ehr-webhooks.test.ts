/** Webhooks of the record system, received by a real HTTP server. */
import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createOutgoingAddresses } from '../../sync-server/platform/outgoing-address.ts'
import { letIn, type TestMachine } from '../harness/machine.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { type SignedInDevice, signIn } from '../harness/sign-in.ts'

const HOOKS = '/api/v1/ehr/webhooks'
const CANARY = 'canary of the webhooks'

describe('webhooks of the record system', () => {
  let now = Date.now()
  let server: RunningPortal
  let ehr: TestMachine
  let client: SignedInDevice
  let receiver: Server
  let status = 200
  const received: { headers: IncomingHttpHeaders; body: string; path: string }[] = []

  beforeAll(async () => {
    const listening = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => (body += chunk))
      request.on('end', () => {
        received.push({ headers: request.headers, body, path: request.url ?? '' })
        response.writeHead(status, { location: '/elsewhere' }).end()
      })
    })
    receiver = listening
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
    const environment = { PORTAL_WEBHOOK_NETWORKS: '127.0.0.1' }
    server = await startPortal({ database: 'postgres', clock: { now: () => now }, environment })
    client = await signIn(server.url, 'client@demo.test')
    const { practiceId } = await server.portal.database.prisma.client.findUniqueOrThrow({
      where: { clientId: client.clientId },
    })
    ehr = await letIn(server, practiceId, { now: () => now })
    // What the demo brings along is told to nobody.
    await drain()
  })
  afterAll(async () => {
    await server?.close()
    receiver?.close()
  })

  const drain = () => ehr.fetch('/api/v1/ehr/changes')
  const write = async () => {
    const body = { subject: 'Hello', body: CANARY, priority: 'normal' }
    const sent = await client.fetch('/api/v1/portal/messages', { method: 'POST', body })
    expect([sent.status, sent.text]).toEqual([201, expect.any(String)])
    return String(sent.body.id)
  }
  const subscribe = async (path: string) => {
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}${path}`
    const made = await ehr.fetch(HOOKS, { method: 'POST', body: { url, types: ['messages'] } })
    expect([made.status, made.text]).toEqual([201, expect.any(String)])
    return { id: String(made.body.id), secret: String(made.body.secret) }
  }
  const arrived = (path: string) => received.filter((each) => each.path === path)
  const signed = ({ headers, body }: (typeof received)[number], secret: string) => {
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
    const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
    const signature = `v1,${createHmac('sha256', key).update(text).digest('base64')}`
    return String(headers['webhook-signature']).split(' ').includes(signature)
  }

  it('[H13] says which and whose, and nothing more; signed, also while a secret is being replaced', async () => {
    const { id, secret } = await subscribe('/one')
    const message = await write()
    await vi.waitFor(() => expect(arrived('/one').length).toBe(1), 60_000)
    const [first] = arrived('/one')
    if (first === undefined) throw new Error('nothing came')
    expect(first.body).not.toContain(CANARY)
    expect(JSON.parse(first.body)).toMatchObject({
      type: 'changes',
      data: { changes: [{ type: 'messages', id: message, client: client.clientId }] },
    })
    expect(Object.keys(JSON.parse(first.body).data.changes[0])).toEqual(['type', 'id', 'client'])
    expect([signed(first, secret), signed(first, `whsec_${'A'.repeat(44)}`)]).toEqual([true, false])
    const rotated = await ehr.fetch(`${HOOKS}/${id}/rotate`, { method: 'POST' })
    await write()
    await vi.waitFor(() => expect(arrived('/one').length).toBe(2), 60_000)
    const both = arrived('/one')[1]
    if (both === undefined) throw new Error('nothing came')
    expect([signed(both, secret), signed(both, String(rotated.body.secret))]).toEqual([true, true])
    expect((await ehr.fetch(`${HOOKS}/${id}`, { method: 'DELETE' })).status).toBe(204)
  })

  it('[H15] is sent again until it is taken, and is dead after three days; nothing else waits', async () => {
    const { id } = await subscribe('/two')
    const deliveries = async () => {
      const answer = await ehr.fetch(`${HOOKS}/${id}/deliveries?undelivered=true`)
      return answer.body.items as { state: string; attempts: number; lastStatus: string }[]
    }
    status = 302
    await write()
    await vi.waitFor(async () => expect(await deliveries()).toMatchObject([{ attempts: 1 }]), 60_000)
    expect(await deliveries()).toMatchObject([{ state: 'waiting', lastStatus: '302' }])
    expect(arrived('/elsewhere')).toEqual([])
    status = 200
    now += 60_000
    await write()
    // The second change may not be a delivery yet when the first one's is done.
    const different = () => new Set(arrived('/two').map(({ headers }) => headers['webhook-id'])).size
    await vi.waitFor(() => expect(different()).toBe(2), 60_000)
    await vi.waitFor(async () => expect(await deliveries()).toEqual([]), 60_000)
    status = 500
    await write()
    await vi.waitFor(async () => expect((await deliveries())[0]?.attempts).toBe(1), 60_000)
    now += 4 * 24 * 3_600_000
    const again = await letIn(server, await practiceOf(), { now: () => now })
    const rows = await server.portal.database.prisma.ehrDelivery.findMany({ where: { deliveredAt: null } })
    expect(rows.every(({ goodUntil }) => goodUntil.getTime() < now)).toBe(true)
    expect((await again.fetch(`${HOOKS}/${id}/deliveries`)).status).toBe(404)
    const token = String((await ehr.askToken()).body.access_token)
    const shown = await fetch(`${server.url}${HOOKS}/${id}/deliveries?undelivered=true`, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(((await shown.json()) as { items: unknown[] }).items).toMatchObject([{ state: 'dead' }])
    status = 200
  })
  const practiceOf = async () =>
    (
      await server.portal.database.prisma.client.findUniqueOrThrow({
        where: { clientId: client.clientId },
      })
    ).practiceId

  it('[H14] goes nowhere inward, whatever the address looks like', async () => {
    const { problemOf, check, lookup } = createOutgoingAddresses([])
    for (const url of [
      'http://example.org/hook',
      'https://127.0.0.1/',
      'https://2130706433/',
      'https://0x7f.1/',
      'https://[::1]/',
      'https://[::ffff:10.0.0.1]/',
      'https://169.254.169.254/latest/meta-data',
      'https://192.168.1.1/',
      'https://[fd00::1]/',
      'https://user:pass@example.org/',
      'ftp://example.org/',
      'nonsense',
    ])
      expect(problemOf(url), url).toEqual(expect.any(String))
    expect(problemOf('https://hooks.example.org/portal?x=1')).toBeUndefined()
    expect(() => check(new URL('https://10.1.2.3/'))).toThrow()
    const refused = await new Promise<unknown>((resolve) => lookup('localhost', { all: true }, resolve))
    expect(refused).toMatchObject({ code: 'address_refused' })
    const open = createOutgoingAddresses(['127.0.0.0/8'])
    expect(open.problemOf('http://127.0.0.1:9000/x')).toBeUndefined()
    expect(open.problemOf('http://10.0.0.1/x')).toEqual(expect.any(String))
    const tooInward = { url: 'https://10.0.0.1/', types: ['messages'] }
    const token = String((await ehr.askToken()).body.access_token)
    const answer = await fetch(server.url + HOOKS, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(tooInward),
    })
    expect(answer.status).toBe(422)
  })
})
