/** A device without room for what is new still sends what was typed on it. SPEC: client/replica/SPEC.md, R68. */
import { randomBytes, randomUUID } from 'node:crypto'
import { IDBObjectStore } from 'fake-indexeddb'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createFakeServer, type FakeServer } from './fake-server.ts'
import { createTestDevice, type TestDevice } from './test-device.ts'

const BALLAST = 262_144
let server: FakeServer
let device: TestDevice
const draftId = randomUUID()

const draft = (id: string, title: string) => ({
  id,
  definitionId: randomUUID(),
  formKey: 'x',
  title,
  status: 'assigned',
  assignedAt: 1,
  answers: {},
  contested: {},
})
const answer = async (key: string) =>
  (await device.db.drafts.findOne(draftId).exec(true)).incrementalModify((data) => ({
    ...data,
    answers: { ...data.answers, [key]: key },
  }))
const serverHas = (key: string) =>
  ((server.body(draftId)?.answers ?? {}) as { [key: string]: unknown })[key] === key
/** Time passes until something is so. */
const inTime = (so: () => boolean | Promise<boolean>) =>
  expect
    .poll(
      async () => {
        await device.runTimers()
        return so()
      },
      { timeout: 60_000 },
    )
    .toBe(true)

/** So many bytes of envelopes are left; the ballast gives back what it took. */
function leaveRoom(bytes: number) {
  let left = bytes
  const { put, delete: remove } = IDBObjectStore.prototype
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (
    this: IDBObjectStore,
    ...args: Parameters<typeof put>
  ) {
    const size = (args[0] as { e?: Uint8Array }).e?.byteLength ?? 0
    if (size > left) throw new DOMException('full', 'QuotaExceededError')
    left -= size
    return put.apply(this, args)
  })
  vi.spyOn(IDBObjectStore.prototype, 'delete').mockImplementation(function (
    this: IDBObjectStore,
    key: Parameters<typeof remove>[0],
  ) {
    if (key === 'ballast') left += BALLAST
    return remove.call(this, key)
  })
  return () => left
}

beforeEach(async () => {
  server = createFakeServer()
  server.put('drafts', draft(draftId, 'X'))
  const { email, password, fetch, openSocket } = server
  device = await createTestDevice({
    url: 'http://portal.test',
    email,
    password,
    name: 'phone',
    network: { fetch, openSocket },
    collections: ['drafts'],
  })
  await device.settled()
  // The ballast is laid soon after the opening.
  await device.runTimers()
})
afterEach(async () => {
  vi.restoreAllMocks()
  await device[Symbol.asyncDispose]()
})

it('[R68] what is unsent leaves though what is new finds no room, and that comes once there is some', async () => {
  device.goOffline()
  await answer('typed')
  const others = Array.from({ length: 3 }, () => randomUUID())
  // More than the ballast has room for.
  for (const id of others) server.put('drafts', draft(id, randomBytes(150_000).toString('base64')))
  leaveRoom(0)
  device.goOnline()
  await inTime(() => serverHas('typed'))
  await device.until(({ unsent, link }) => unsent === 0 && link === 'device-full')
  expect((await device.db.drafts.find().exec()).map(({ id }) => id)).toEqual([draftId])

  await answer('typed later')
  await inTime(() => serverHas('typed later'))
  expect(device.sync.link).toBe('device-full')

  vi.restoreAllMocks()
  await inTime(async () => device.sync.link === 'online')
  await device.settled()
  for (const id of others) await device.untilDocument('drafts', id, () => true)
})

it('[R68] what is new does not take the room that is kept for what is typed', async () => {
  device.goOffline()
  const other = randomUUID()
  server.put('drafts', draft(other, randomBytes(60_000).toString('base64')))
  const left = leaveRoom(0)
  device.goOnline()
  await inTime(() => device.sync.link === 'device-full')
  await device.runTimers()
  expect(left()).toBe(0)
  device.goOffline()
  await answer('typed')
  expect(left()).toBeGreaterThan(0)
})
