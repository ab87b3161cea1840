/** Two servers are one: what happens on either is heard on both, whatever of the parts between them is away. */
import { randomUUID } from 'node:crypto'
import { request } from 'node:http'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import type { Changes, PullAnswer, PushAnswer } from '../../shared/protocol/messages.ts'
import { createRateLimits } from '../../sync-server/http/rate-limits.ts'
import { openRedis } from '../../sync-server/platform/redis.ts'
import { type SeveralServers, startSeveralServers } from '../harness/several-servers.ts'
import { DEMO_PASSWORD, type SignedInDevice, signIn, signOut } from '../harness/sign-in.ts'
import { connectDevice, helloOf, type SocketDevice } from '../harness/socket-device.ts'

const DRAFTS = COLLECTIONS.drafts.number
/** Ends on the condition; long, because the machine may be busy. */
const PATIENCE = { timeout: 60_000, interval: 50 }

let several: SeveralServers
let phone: SignedInDevice
let tablet: SignedInDevice
let number = 0

beforeAll(async () => {
  several = await startSeveralServers()
  const [first, second] = several.servers
  phone = await signIn(first?.url ?? '', 'client@demo.test', { deviceName: 'Phone' })
  tablet = await signIn(second?.url ?? '', 'client@demo.test', { deviceName: 'Tablet' })
})
afterAll(() => several?.[Symbol.asyncDispose]())

async function open(device: SignedInDevice, url = device.url): Promise<SocketDevice> {
  const socket = await connectDevice({ ...device, url })
  expect((await socket.ask('hello', helloOf(device))).ok).toBeDefined()
  return socket
}
const pull = async (socket: SocketDevice) =>
  (await socket.ask('pull', { client: phone.clientId, after: 0, upTo: null })).ok as PullAnswer
async function write(socket: SocketDevice, value: string): Promise<PushAnswer> {
  const draft = (await pull(socket)).rows.find(([collection]) => collection === DRAFTS)
  if (draft === undefined) throw new Error('no draft')
  number += 1
  const mutation = [number, DRAFTS, draft[1], draft[2], Date.now(), [[`answers/field-${number}`, value]]]
  const reply = await socket.ask('push', { client: phone.clientId, mutations: [mutation] })
  expect(reply.error).toBeUndefined()
  return reply.ok as PushAnswer
}
const changesTo = (socket: SocketDevice, seq: number) =>
  socket.heard.flatMap(([event, message]) =>
    event === 'changes' && (message as Changes).to.s === seq ? [message as Changes] : [],
  )[0]
const heard = (socket: SocketDevice, seq: number) =>
  expect.poll(() => changesTo(socket, seq), PATIENCE).toBeDefined()

it('[P26] a change pushed to one server reaches the devices on the other, with its rows', async () => {
  using onFirst = await open(phone)
  using onSecond = await open(tablet)
  const { changes } = await write(onFirst, 'written on the first')
  await heard(onSecond, changes.to.s)
  expect(JSON.stringify(changesTo(onSecond, changes.to.s)?.rows)).toContain('written on the first')
  const back = await write(onSecond, 'written on the second')
  await heard(onFirst, back.changes.to.s)
  // The device that wrote has the rows in its ack.
  expect(changesTo(onFirst, changes.to.s)).toBeUndefined()
})

it('[P26] what ends on one server ends on the other: a session, and a device that is signed out', async () => {
  const [first, second] = several.servers
  const laptop = await signIn(first?.url ?? '', 'client@demo.test', { deviceName: 'Laptop' })
  const lost = await signIn(first?.url ?? '', 'client@demo.test', { deviceName: 'Lost phone' })
  using laptopOnSecond = await open(laptop, second?.url)
  using lostOnSecond = await open(lost, second?.url)
  expect((await signOut(laptop)).status).toBe(204)
  expect(await laptopOnSecond.closed).toBe('io server disconnect')
  const path = `/api/v1/portal/auth/devices/${lost.deviceId}`
  expect((await phone.fetch(path, { method: 'DELETE' })).status).toBe(204)
  expect(await lostOnSecond.next('wipe')).toEqual({ reason: 'device_revoked' })
  // And hears of nothing any more, though its socket may still say that it is empty.
  using onFirst = await open(phone)
  using onSecond = await open(tablet)
  const { changes } = await write(onFirst, 'after it was lost')
  await heard(onSecond, changes.to.s)
  expect(changesTo(lostOnSecond, changes.to.s)).toBeUndefined()
})

it('[P4] Redis holds nothing that can be read, and obeys nobody but the servers', async () => {
  using onFirst = await open(phone)
  using onSecond = await open(tablet)
  const { changes } = await write(onFirst, 'a secret of the session')
  await heard(onSecond, changes.to.s)
  const stream = await several.redis.command('XRANGE', 'portal:fan-out', '-', '+')
  expect(stream.length).toBeGreaterThan(500)
  for (const secret of [
    'secret of the session',
    phone.clientId,
    phone.deviceId,
    phone.accessToken,
    'answers',
  ])
    expect(stream).not.toContain(secret)
  // In the adapter's own format: would move every socket into the client's room, or cut it.
  const join = JSON.stringify({ opts: { rooms: [], except: [] }, rooms: [`client:${phone.clientId}`] })
  const cut = JSON.stringify({ opts: { rooms: [], except: [] }, close: true })
  for (const [type, data] of [
    ['4', join],
    ['6', cut],
  ] as const)
    for (const fields of [
      ['uid', 'x', 'nsp', '/', 'type', type, 'data', data],
      ['s', Buffer.from(data).toString('base64')],
    ])
      await several.redis.command('XADD', 'portal:fan-out', '*', ...fields)
  const after = await write(onFirst, 'still heard')
  await heard(onSecond, after.changes.to.s)
  expect(onSecond.socket.connected).toBe(true)
})

it('[V15.3.4] notes the address of the client and not of the proxy, and not what the client claims', async () => {
  const body = JSON.stringify({
    email: 'client@demo.test',
    password: DEMO_PASSWORD,
    device: { id: randomUUID(), name: 'From elsewhere' },
  })
  const url = `${several.nginx.url}/api/v1/portal/auth/login`
  const dpop = await phone.key.proof({ method: 'POST', url })
  const status = await new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.9', dpop }
    request(url, { method: 'POST', localAddress: '127.0.0.77', headers }, (answer) =>
      resolve(answer.resume().statusCode),
    )
      .once('error', reject)
      .end(body)
  })
  expect(status).toBe(200)
  const database = new pg.Client(several.database.databaseUrl)
  await database.connect()
  const { rows } = await database.query(
    'select ip from portal.audit_event where action = $1 and ip = any($2)',
    ['auth.login', ['127.0.0.77', '203.0.113.9']],
  )
  await database.end()
  expect(rows).toEqual([{ ip: '127.0.0.77' }])
})

it('counts limits over all servers, without showing Redis an address; each by itself while it is away', async () => {
  await using one = await openRedis(several.redis.url)
  await using two = await openRedis(several.redis.url)
  let live = true
  const limits = [one, two].map(({ commands }) =>
    createRateLimits({ client: commands, isLive: () => live, secret: new Uint8Array(32) }),
  )
  const device = randomUUID()
  const send = async (times: number, server: number) => {
    for (let i = 0; i < times; i++) expect(await limits[server]?.lastPush(device)).toBeUndefined()
  }
  await send(60, 0)
  await send(60, 1)
  for (const each of limits) expect(await each.lastPush(device)).toMatchObject({ code: 'rate_limited' })
  await limits[0]?.request('203.0.113.9')
  const keys = await several.redis.command('KEYS', 'portal:limit:*')
  expect(keys).toContain('portal:limit:last-pushes')
  for (const known of [device, '203.0.113.9']) expect(keys).not.toContain(known)
  live = false
  await send(60, 0)
})
