/**
 * The network between one device and the server: a TCP proxy on loopback that counts, and that can be as bad as
 * networks are: slow, cut, resetting, stalled, half open, or answering in the server's place. What it does by chance
 * comes from a seed.
 */
import { connect, createServer, type Server, type Socket } from 'node:net'
import { carry, type Line, type LineConditions } from './slow-line.ts'

export interface Conditions extends LineConditions {
  /** Chance that a connection is reset when it is made. */
  readonly resetAtConnect: number
  /** Chance that a connection is reset at each 8 kB it carries. */
  readonly resetOnTheWay: number
}

export interface Traffic {
  /** Bytes from the device to the server, headers, frames and pings included. */
  readonly up: number
  readonly down: number
  /** Connections that the device made. */
  readonly connections: number
  readonly resets: number
}

export interface Network extends AsyncDisposable {
  readonly port: number
  readonly url: string
  /** Connections die, new ones are refused. */
  cut(): Promise<void>
  restore(): Promise<void>
  /** From now on; what is not named is as on a good line. */
  become(conditions: Partial<Conditions>): void
  /** Bytes stop. Connections stay open, and new ones are made. */
  stall(): void
  flow(): void
  /** The server's side of every connection goes away without a farewell: the device's stays open, and is dead. */
  vanish(): void
  /**
   * Resets a connection when the next `bytes` have come down, once. Other connections do not count.
   * Resolves when that has happened.
   */
  resetAfter(bytes: number): Promise<void>
  /** Answers new connections in the server's place with what `reply` makes of the request's head; null: lets it through. */
  answer(reply: ((head: string) => string | null) | null): void
  /** Since the last call. */
  take(): Traffic
}

const GOOD: Conditions = {
  latencyMs: 0,
  jitterMs: 0,
  bytesPerSecond: Number.POSITIVE_INFINITY,
  resetAtConnect: 0,
  resetOnTheWay: 0,
}
const HAZARD_BYTES = 8_192
const NOTHING = { up: 0, down: 0, connections: 0, resets: 0 }

/** Mulberry32: even numbers from 0 to 1. */
export function seededChance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** `target` is asked at every connection, so that a server may come back on another port. */
export async function createNetwork(target: () => number, seed = 1): Promise<Network> {
  const chance = seededChance(seed)
  let count: Traffic = NOTHING
  const add = (more: Partial<Traffic>) => {
    for (const [name, value] of Object.entries(more))
      count = { ...count, [name]: count[name as keyof Traffic] + value }
  }
  let conditions = GOOD
  let flowing = true
  let reply: ((head: string) => string | null) | null = null
  let ambush: { left: number; done: () => void } | null = null
  const pairs = new Set<{ device: Socket; upstream: Socket | null; move: () => void }>()
  let port = 0
  let server: Server | null = null

  const line = (): Line => ({ conditions: () => conditions, flows: () => flowing, chance, freeAt: 0 })
  const lines = { up: line(), down: line() }

  const reset = (device: Socket) => {
    add({ resets: 1 })
    device.resetAndDestroy()
  }
  /** Bytes on their way; false when they fall victim to a reset. */
  const passes = (device: Socket, direction: 'up' | 'down', bytes: number): boolean => {
    add({ [direction]: bytes })
    if (direction === 'down' && ambush !== null) {
      ambush.left -= bytes
      if (ambush.left <= 0) {
        ambush.done()
        ambush = null
        reset(device)
        return false
      }
    }
    const danger = conditions.resetOnTheWay
    if (danger === 0 || chance() >= 1 - (1 - danger) ** (bytes / HAZARD_BYTES)) return true
    reset(device)
    return false
  }

  const accept = (device: Socket) => {
    add({ connections: 1 })
    device.setNoDelay(true)
    device.on('error', () => device.destroy())
    if (chance() < conditions.resetAtConnect) reset(device)
    else if (reply === null) forward(device, null)
    else answerFirst(device, reply)
  }
  const answerFirst = (device: Socket, answer: (head: string) => string | null) => {
    const pair = { device, upstream: null, move: () => {} }
    pairs.add(pair)
    device.on('close', () => pairs.delete(pair))
    let head = Buffer.alloc(0)
    const read = (chunk: Buffer) => {
      head = Buffer.concat([head, chunk])
      if (!head.includes('\r\n\r\n')) return
      device.off('data', read)
      device.pause()
      pairs.delete(pair)
      const text = head.toString('latin1')
      const said = answer(text)
      // One request to a connection: the next one has to be answered too.
      if (said === null) forward(device, text.replace(/^connection: *keep-alive/im, 'Connection: close'))
      else device.end(said)
    }
    device.on('data', read)
  }
  const forward = (device: Socket, first: string | null) => {
    const upstream = connect(target(), '127.0.0.1').setNoDelay(true)
    const pair = { device, upstream, move: () => {} }
    pairs.add(pair)
    const up = carry(device, upstream, lines.up, (bytes) => passes(device, 'up', bytes))
    const down = carry(upstream, device, lines.down, (bytes) => passes(device, 'down', bytes))
    pair.move = () => {
      up()
      down()
    }
    device.on('close', () => {
      pairs.delete(pair)
      upstream.destroy()
    })
    // What it had said before it ended is still on its way.
    upstream.on('error', () => device.destroy())
    if (first !== null) {
      device.unshift(Buffer.from(first, 'latin1'))
      device.resume()
    }
  }

  const listen = async () => {
    const fresh = createServer(accept)
    await new Promise<void>((resolve, reject) => {
      fresh.once('error', reject)
      fresh.listen(port, '127.0.0.1', resolve)
    })
    const address = fresh.address()
    if (address === null || typeof address === 'string') throw new Error('the proxy has no port')
    port = address.port
    server = fresh
  }
  const close = async () => {
    const closing = server
    server = null
    for (const { device } of pairs) device.destroy()
    if (closing) await new Promise((resolve) => closing.close(resolve))
  }

  await listen()
  return {
    port,
    url: `http://localhost:${port}`,
    cut: close,
    restore: listen,
    become(next) {
      conditions = { ...GOOD, ...next }
    },
    stall() {
      flowing = false
    },
    flow() {
      flowing = true
      for (const { move } of pairs) move()
    },
    vanish() {
      for (const { upstream } of pairs) {
        upstream?.removeAllListeners()
        upstream?.on('error', () => {})
        upstream?.destroy()
      }
    },
    resetAfter: (bytes) =>
      new Promise((done) => {
        ambush = { left: bytes, done }
      }),
    answer(next) {
      reply = next
      for (const { device } of pairs) device.destroy()
    },
    take() {
      const taken = count
      count = NOTHING
      return taken
    },
    [Symbol.asyncDispose]: close,
  }
}
