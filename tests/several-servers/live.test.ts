/** Two servers are one: what happens on either is heard on both, whatever of the parts between them is away. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import type { Changes, PullAnswer, PushAnswer } from '../../shared/protocol/messages.ts'
import { type SeveralServers, startSeveralServers } from '../harness/several-servers.ts'
import { type SignedInDevice, signIn } from '../harness/sign-in.ts'
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
