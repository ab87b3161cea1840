/**
 * Devices over real sockets, in a process of their own so that the server's processor time is the server's alone.
 * Told what to do by one message of its parent, it answers with one.
 */
import { performance } from 'node:perf_hooks'
import { connect, type SocketDevice } from '../harness/socket-device.ts'
import type { BusyDevice } from './busy-practice.ts'

export interface LoadOrder {
  readonly url: string
  readonly devices: readonly BusyDevice[]
  /** `idle`: connect, say hello, stay. `closed-loop`: each pushes one answer after the other. */
  readonly work: 'idle' | 'closed-loop'
  readonly warmUpMs: number
  readonly ms: number
  /** Answers that a draft holds before. */
  readonly answers: number
}
export type LoadNews =
  | { readonly news: 'started' }
  | {
      readonly news: 'ended'
      readonly pushes: number
      readonly latencies: readonly number[]
      readonly ms: number
    }

const tell = (news: LoadNews) => process.send?.(news)
process.once('message', (order: LoadOrder) => void run(order))
process.once('disconnect', () => process.exit(0))

async function run(order: LoadOrder): Promise<void> {
  const online: { device: BusyDevice; socket: SocketDevice }[] = []
  // A few at a time: a practice does not open all its phones in one moment.
  for (let at = 0; at < order.devices.length; at += 25)
    online.push(
      ...(await Promise.all(order.devices.slice(at, at + 25).map((device) => enter(order.url, device)))),
    )
  if (order.work === 'idle') {
    tell({ news: 'started' })
    return
  }
  const firsts = await Promise.all(
    online.map(({ device, socket }) => push(device, socket, 1, 1, firstAnswers(order.answers))),
  )
  let measuring = false
  let going = true
  const latencies: number[] = []
  const loops = online.map(async ({ device, socket }, index) => {
    let rev = firsts[index] ?? 1
    for (let number = 2; going; number += 1) {
      const sent = performance.now()
      rev = await push(device, socket, number, rev, [
        [`answers/q${number % order.answers}`, `answer ${number}`],
      ])
      if (measuring) latencies.push(performance.now() - sent)
    }
  })
  await sleep(order.warmUpMs)
  const started = performance.now()
  measuring = true
  tell({ news: 'started' })
  await sleep(order.ms)
  measuring = false
  const ms = performance.now() - started
  tell({ news: 'ended', pushes: latencies.length, latencies, ms })
  going = false
  await Promise.all(loops)
  process.exit(0)
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const firstAnswers = (count: number): [string, string][] =>
  Array.from({ length: count }, (_, index) => [`answers/q${index}`, `the first answer to question ${index}`])

async function enter(url: string, device: BusyDevice) {
  const connected = await connect(url, { token: device.token })
  if (!connected.ok) throw new Error(`Not let in: ${JSON.stringify(connected.error)}`)
  const { clientId: client, deviceId } = device
  const hello = await connected.device.ask('hello', {
    p: 1,
    v: 1,
    client,
    device: deviceId,
    cursor: null,
    m: 1,
  })
  if (hello.error !== undefined) throw new Error(`Hello refused: ${hello.error}`)
  return { device, socket: connected.device }
}

/** The draft's revision afterwards; throws unless the push was simply accepted. */
async function push(
  { clientId, draftId }: BusyDevice,
  socket: SocketDevice,
  number: number,
  rev: number,
  fields: readonly (readonly [string, string])[],
): Promise<number> {
  const mutation = [number, 6, draftId, rev, Date.now(), fields]
  const reply = await socket.ask('push', { client: clientId, mutations: [mutation] })
  const answer = (reply.ok as { answers: number[][] } | undefined)?.answers[0]
  if (answer?.[1] !== 0) throw new Error(`Push refused: ${JSON.stringify(reply)}`)
  return answer[2] ?? 0
}
