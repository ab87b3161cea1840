/**
 * A browser's profile that was copied: two running copies of one device, with one identity. SPEC: client/replica/SPEC.md,
 * R49.
 */
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ActivitySink } from '../../client/replica/page-activity.ts'
import type { PortalSession } from '../../client/replica/portal-session.ts'
import type { OpenSocket } from '../../client/transport/socket.ts'
import { createFakeServer, type FakeServer } from './fake-server.ts'
import { createChannels, createLocks } from './tabs.ts'
import { createTestDevice, type TestDevice } from './test-device.ts'
import { createVirtualTime, type VirtualTime } from './virtual-time.ts'

const MINUTE = 60_000
let server: FakeServer
let copies: { device: TestDevice; time: VirtualTime }[]
let connections: number
const draftId = randomUUID()

/** The second and later ones are copies of the first: its disk, and nothing that tabs of one browser share. */
async function open(): Promise<TestDevice> {
  const [first] = copies
  const shared = first && { ...first.device.shared, locks: createLocks(), channels: createChannels() }
  const time = createVirtualTime()
  const openSocket: OpenSocket = (options) => {
    connections += 1
    return server.openSocket(options)
  }
  const device = await createTestDevice({
    url: 'http://portal.test',
    email: server.email,
    password: server.password,
    name: `copy ${copies.length + 1}`,
    network: { fetch: server.fetch, openSocket },
    collections: ['drafts'],
    time,
    ...(first && shared && { tabOf: { ...first.device, shared } }),
  })
  copies.push({ device, time })
  return device
}

/** Somebody is there all the time; what is under way gets its turn in every second. */
async function pass(ms: number): Promise<void> {
  for (let spent = 0; spent < ms; spent += 1_000)
    for (const { device, time } of copies) {
      time.advance(1_000)
      if (spent % MINUTE === 0) (device.session as PortalSession & ActivitySink).reportActivity()
      for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    }
}
const until = async (so: () => boolean) => {
  for (let spent = 0; !so(); spent += 1_000) {
    if (spent > 60 * MINUTE) throw new Error(`An hour went by, and they are ${links().join(' and ')}.`)
    await pass(1_000)
  }
}

beforeEach(() => {
  server = createFakeServer()
  copies = []
  connections = 0
  const draft = { definitionId: randomUUID(), formKey: 'x', title: 'X', status: 'assigned', assignedAt: 1 }
  server.put('drafts', { ...draft, id: draftId, answers: {}, contested: {} })
})
afterEach(async () => {
  for (const { device } of copies) await device[Symbol.asyncDispose]()
})

const links = () => copies.map(({ device }) => device.sync.link).sort()
/** Two copies that have found out that they are two; the one that waits comes first. */
async function twoCopies(): Promise<[waiting: TestDevice, connected: TestDevice]> {
  const one = await open()
  await until(() => one.sync.link === 'online')
  const two = await open()
  await until(() => links().join() === 'online,replaced')
  return one.sync.link === 'replaced' ? [one, two] : [two, one]
}

it('[R49] two copies of one device take turns minutes apart, and each says which one it is', async () => {
  await twoCopies()
  await pass(MINUTE)
  connections = 0
  await pass(30 * MINUTE)
  expect(connections).toBeGreaterThanOrEqual(2)
  expect(connections).toBeLessThanOrEqual(12)
  await until(() => links().join() === 'online,replaced')
})

it('[R49] the one that waits keeps what is typed, and takes its turn when somebody wants it', async () => {
  const [waiting, connected] = await twoCopies()
  const draft = await waiting.db.drafts.findOne(draftId).exec(true)
  await draft.incrementalModify((data) => ({ ...data, answers: { q: 'typed while waiting' } }))
  await until(() => waiting.sync.unsent > 0)
  expect(waiting.sync.items).toMatchObject([{ state: 'saved' }])
  expect(server.body(draftId)?.answers).toEqual({})
  waiting.session.syncNow()
  await until(() => connected.sync.link === 'replaced')
  await until(() => waiting.sync.link === 'online' && waiting.sync.unsent === 0)
  expect(server.body(draftId)?.answers).toEqual({ q: 'typed while waiting' })
  expect(connected.sync.link).toBe('replaced')
})
