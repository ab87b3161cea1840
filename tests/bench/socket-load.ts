/**
 * Devices over real sockets, in a process of their own so that the server's processor time is the server's alone.
 * Told what to do by one message of its parent, it answers with one.
 */
import { performance } from 'node:perf_hooks'
import type { PortalSocket } from '../../client/transport/socket.ts'
import type { Cursor } from '../../shared/protocol/messages.ts'
import type { BusyDevice } from './busy-practice.ts'
import { enterAs } from './device-socket.ts'

export interface LoadOrder {
  readonly url: string
  readonly devices: readonly BusyDevice[]
  /**
   * `idle`: connect, say hello, stay. `closed-loop`: each pushes one answer after the other. `steady`: the first of two
   * devices of each client pushes every `everyMs`, and the second tells when it hears of it.
   */
  readonly work: 'idle' | 'closed-loop' | 'steady'
  readonly everyMs: number
  readonly warmUpMs: number
  readonly ms: number
  /** Answers that a draft holds before. */
  readonly answers: number
}
export type LoadNews =
  | { readonly news: 'started' }
  | {
      readonly news: 'ended'
      readonly done: number
      readonly latencies: readonly number[]
      readonly ms: number
    }

const tell = (news: LoadNews) => process.send?.(news)
process.once('message', (order: LoadOrder) => void run(order))
process.once('disconnect', () => process.exit(0))

async function run(order: LoadOrder): Promise<void> {
  const online: Online[] = []
  // A few at a time: a practice does not open all its phones in one moment.
  for (let at = 0; at < order.devices.length; at += 25)
    online.push(
      ...(await Promise.all(order.devices.slice(at, at + 25).map((device) => enter(order.url, device)))),
    )
  if (order.work === 'idle') return void tell({ news: 'started' })
  const clients = [...new Map(online.map((each) => [each.device.clientId, each])).values()]
  const firsts = await Promise.all(
    clients.map(({ device, socket }) => pushOne(device, socket, 1, 1, firstAnswers(order.answers))),
  )
  const measured: Measured = { on: false, latencies: [] }
  const stop = { asked: false }
  const work = order.work === 'steady' ? steady : closedLoop
  const loops = clients.map((each, index) => {
    const others = online.filter(({ device, socket }) => {
      return socket !== each.socket && device.clientId === each.device.clientId
    })
    return work(order, each, others, firsts[index]?.rev ?? 1, measured, stop)
  })
  await sleep(order.warmUpMs)
  const started = performance.now()
  measured.on = true
  tell({ news: 'started' })
  await sleep(order.ms)
  measured.on = false
  const ms = performance.now() - started
  tell({ news: 'ended', done: measured.latencies.length, latencies: measured.latencies, ms })
  stop.asked = true
  await Promise.all(loops)
}

interface Online {
  readonly device: BusyDevice
  readonly socket: PortalSocket
  /** Called when something changed elsewhere. */
  heard: () => void
}
interface Measured {
  on: boolean
  readonly latencies: number[]
}
type Work = (
  order: LoadOrder,
  pusher: Online,
  others: readonly Online[],
  rev: number,
  measured: Measured,
  stop: { readonly asked: boolean },
) => Promise<void>

const closedLoop: Work = async (order, { device, socket }, _others, first, measured, stop) => {
  let rev = first
  for (let number = 2; !stop.asked; number += 1) {
    const sent = performance.now()
    const field = [`answers/q${number % order.answers}`, `answer ${number}`] as const
    rev = (await pushOne(device, socket, number, rev, [field])).rev
    if (measured.on) measured.latencies.push(performance.now() - sent)
  }
}

const steady: Work = async (order, { device, socket }, others, first, measured, stop) => {
  let rev = first
  let sent = 0
  for (const other of others)
    other.heard = () => {
      if (measured.on && sent > 0) measured.latencies.push(performance.now() - sent)
    }
  await sleep(Math.random() * order.everyMs)
  for (let number = 2; !stop.asked; number += 1) {
    sent = performance.now()
    const due = sent + order.everyMs
    const field = [`answers/q${number % order.answers}`, `answer ${number}`] as const
    rev = (await pushOne(device, socket, number, rev, [field])).rev
    await sleep(Math.max(0, due - performance.now()))
  }
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const firstAnswers = (count: number): [string, string][] =>
  Array.from({ length: count }, (_, index) => [`answers/q${index}`, `the first answer to question ${index}`])

export async function enter(url: string, device: BusyDevice): Promise<Online> {
  let online: Online | undefined
  const socket = await enterAs(url, device, () => online?.heard())
  online = { device, socket, heard: () => undefined }
  return online
}

/** Throws unless the push was simply accepted. `rev`: the draft's revision afterwards. */
export async function pushOne(
  { clientId, draftId }: BusyDevice,
  socket: PortalSocket,
  number: number,
  rev: number,
  fields: readonly (readonly [string, string])[],
): Promise<{ readonly rev: number; readonly from: number; readonly to: Cursor }> {
  const changes = fields.map(([field, value]): [string, string] => [field, value])
  const reply = await socket.push({
    client: clientId,
    mutations: [[number, 6, draftId, rev, Date.now(), changes]],
  })
  const answer = 'error' in reply ? undefined : reply.ok
  if (answer?.answers[0]?.[1] !== 0) throw new Error(`Push refused: ${JSON.stringify(reply)}`)
  return { rev: answer.answers[0][2], from: answer.changes.from, to: answer.changes.to }
}
