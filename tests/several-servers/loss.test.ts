/** Any one of server, Redis and nginx's workers may go: what was acknowledged is there, and everything heals. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Draft } from '../../shared/domains/forms/schema.ts'
import { answer } from '../device/demo-devices.ts'
import { createTestDevice, type TestDevice } from '../device/test-device.ts'
import { type SeveralServers, startSeveralServers } from '../harness/several-servers.ts'
import { ask, DEMO_PASSWORD } from '../harness/sign-in.ts'

/** Ends on the condition; long, because the machine may be busy. */
const PATIENCE = { timeout: 90_000, interval: 100 }

let several: SeveralServers
let phone: TestDevice
let tablet: TestDevice
let written = 0

const device = (url: string, name: string) =>
  createTestDevice({ url, email: 'client@demo.test', password: DEMO_PASSWORD, name })
const draft = async (on: TestDevice): Promise<Draft> => {
  const found = (await on.db.drafts.find().exec()).find(({ formKey }) => formKey === 'gad-7')
  if (found === undefined) throw new Error(`${on.name} has no draft`)
  return found.toMutableJSON()
}
const shows = (on: TestDevice, value: string) =>
  expect.poll(async () => JSON.stringify((await draft(on)).answers), PATIENCE).toContain(value)
const online = (on: TestDevice) => expect.poll(() => on.sync.link, PATIENCE).toBe('online')
const sent = (on: TestDevice) => expect.poll(() => on.sync.unsent, PATIENCE).toBe(0)
/** Writes on one device, and waits until the server has it. Returns the value, as none was before. */
async function write(on: TestDevice): Promise<string> {
  written += 1
  const value = `value-${written}`
  await answer(on, (await draft(on)).id, { [`field-${written}`]: value })
  await sent(on)
  return value
}
/** Each sees what the other writes. */
async function exchange(): Promise<void> {
  await shows(tablet, await write(phone))
  await shows(phone, await write(tablet))
}
const readiness = async (server: number) => (await ask(`${several.servers[server]?.url}/health/ready`)).body

beforeAll(async () => {
  several = await startSeveralServers()
  // One through nginx, the other on the second server: so they meet across servers when nginx chooses the first.
  phone = await device(several.nginx.url, 'phone')
  tablet = await device(several.servers[1]?.url ?? '', 'tablet')
  for (const each of [phone, tablet]) await vi.waitFor(() => draft(each), PATIENCE)
})
afterAll(async () => {
  await phone?.[Symbol.asyncDispose]()
  await tablet?.[Symbol.asyncDispose]()
  await several?.[Symbol.asyncDispose]()
})

it('[P26] without Redis writes are acknowledged, other servers find them, and what is live becomes live again', async () => {
  await exchange()
  expect(await readiness(0)).toEqual({
    status: 'ok',
    fanOut: 'live',
    checkedEverySeconds: 15,
  })
  await several.redis.kill()
  await exchange()
  for (const server of [0, 1])
    await expect
      .poll(() => readiness(server), PATIENCE)
      .toMatchObject({ status: 'ok', fanOut: 'away', checkedEverySeconds: 2 })
  await exchange()
  await several.redis.start()
  for (const server of [0, 1])
    await expect
      .poll(() => readiness(server), PATIENCE)
      .toMatchObject({ fanOut: 'live', checkedEverySeconds: 15 })
  await exchange()
})

it('[P26] a Redis that does not answer holds nobody up', async () => {
  several.redis.halt()
  await exchange()
  await expect.poll(() => readiness(0), PATIENCE).toMatchObject({ fanOut: 'away' })
  await exchange()
  several.redis.resume()
  await expect.poll(() => readiness(0), PATIENCE).toMatchObject({ fanOut: 'live' })
  await exchange()
})

it('[P14] a server that is killed takes nothing with it, and its devices move over', async () => {
  const [first] = several.servers
  const kept = await write(phone)
  await first?.kill('SIGKILL')
  await online(phone)
  await shows(tablet, kept)
  await exchange()
  several.servers[0] = await several.startServer(first?.port)
  // The tablet knows the second server alone: it comes back when that does.
  const [, second] = several.servers
  await second?.kill('SIGKILL')
  const meanwhile = await write(phone)
  several.servers[1] = await several.startServer(second?.port)
  await online(tablet)
  await shows(tablet, meanwhile)
  await exchange()
})

it('a new version is rolled out: nginx is reloaded, one server after the other stops and starts', async () => {
  for (const index of [0, 1]) {
    const server = several.servers[index]
    const other = several.servers[1 - index]
    await several.nginx.reload([other?.port ?? 0])
    expect(await server?.kill('SIGTERM')).toEqual({ code: 0, signal: null })
    const meanwhile = await write(phone)
    several.servers[index] = await several.startServer(server?.port)
    await several.nginx.reload(several.servers.map(({ port }) => port))
    await shows(tablet, meanwhile)
  }
  await exchange()
})
