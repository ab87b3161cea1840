/**
 * What servers tell each other, in one Redis stream. Whoever can read or write that Redis learns and achieves nothing:
 * every entry is sealed with a key that only the servers have, one that does not open is dropped, and entries are
 * kept for a minute. Telling never waits and never fails: what gets lost is found by the check of the heads.
 *
 * `client` stands in for the Redis client of @socket.io/redis-streams-adapter, which would put messages in the clear,
 * obey whatever it reads, read in a tight loop while Redis is away, and end the process when a PUBLISH fails.
 */
import { hkdfSync, randomUUID } from 'node:crypto'
import { concat, fromUtf8, utf8 } from '../../shared/crypto/bytes.ts'
import { open, seal } from '../../shared/crypto/envelope.ts'
import { randomBytesOf } from './key-provider.ts'
import type { Logger } from './logger.ts'
import { createNodeDataKey } from './node-data-key.ts'
import type { Redis } from './redis.ts'

export interface SealedStream {
  /** The part of a Redis client that the adapter uses. */
  readonly client: AdapterClient
  /** Did this server read lately what it wrote itself? */
  isLive(): boolean
  /** Live, and no other server has gone silent: nothing can be missing. */
  isCertain(): boolean
  close(): Promise<void>
}

interface Entry {
  readonly id: string
  readonly message: Record<string, string>
}
interface AdapterClient {
  xAdd(stream: string, id: string, fields: Record<string, string>): Promise<string>
  xRead(): Promise<{ messages: Entry[] }[] | null>
  publish(channel: string, payload: Uint8Array): Promise<number>
  subscribe(channels: string[], listener: (payload: Buffer) => void): Promise<void>
  /** Only its presence is looked at. */
  sSubscribe(): void
  duplicate(): AdapterClient
  connect(): Promise<void>
  on(): void
  disconnect(): void
}

const STREAM = 'portal:fan-out'
const BEAT_MS = 1_000
const SILENT_MS = 3_000
/** A server that has been silent for so long is not coming back. */
const GONE_MS = 60_000
const KEPT_MS = 60_000
const CONTEXT = {
  account: 'server',
  client: '',
  collection: 'fan-out',
  documentId: STREAM,
  schemaVersion: 1,
} as const

type Header = readonly [server: string, kind: 'beat' | 'bye' | 'entry' | 'channel', channel: string]

/** `secret`: one that all servers of one database share anyway, and that does not change while they run. */
export function createSealedStream(redis: Redis, secret: Uint8Array, logger: Logger): SealedStream {
  const { commands, reader } = redis
  const key = createNodeDataKey(
    new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(), 'portal fan-out v1', 32)),
    'fan-out',
  )
  const server = randomUUID()
  const listeners = new Map<string, (payload: Buffer) => void>()
  /** When each server was heard last, this one included; ms of the monotonic clock. */
  const heard = new Map<string, number>()
  let last: string | undefined
  let idle = 0
  let oldestKept = 0
  let closed = false
  let wasLive: boolean | undefined
  let strange = false

  const isLive = () => performance.now() - (heard.get(server) ?? -Infinity) < SILENT_MS

  async function add(kind: Header[1], channel = '', payload: Uint8Array = new Uint8Array()): Promise<void> {
    const header: Header = [server, kind, channel]
    const plain = concat(utf8(`${JSON.stringify(header)}\n`), payload)
    const sealed = Buffer.from(await seal(key, plain, CONTEXT, randomBytesOf)).toString('base64')
    const trim = { strategy: 'MINID', strategyModifier: '=', threshold: oldestKept } as const
    const id = await commands.xAdd(STREAM, '*', { s: sealed }, { TRIM: trim })
    // By Redis's own clock, whatever ours says.
    oldestKept = Number(id.split('-')[0]) - KEPT_MS
  }
  const tell = (...message: Parameters<typeof add>) => void add(...message).catch(() => undefined)

  /** What the adapter is to see of an entry, if anything. */
  async function take({ id, message }: Entry): Promise<Entry | undefined> {
    const opened = await open(key, Buffer.from(message.s ?? '', 'base64'), CONTEXT)
    if (!opened.ok) {
      if (!strange) logger.warn({ reason: opened.error }, 'the stream in Redis has entries of somebody else')
      strange = true
      return undefined
    }
    const end = opened.value.indexOf(10)
    const [from, kind, channel] = JSON.parse(fromUtf8(opened.value.subarray(0, end))) as Header
    if (kind === 'bye') heard.delete(from)
    else heard.set(from, performance.now())
    const payload = opened.value.subarray(end + 1)
    if (kind === 'channel') listeners.get(channel)?.(Buffer.from(payload))
    return kind === 'entry' ? { id, message: JSON.parse(fromUtf8(payload)) } : undefined
  }

  async function read(): Promise<Entry[]> {
    last ??= (await reader.xRevRange(STREAM, '+', '-', { COUNT: 1 }))[0]?.id ?? '0-0'
    const found = await reader.xRead({ key: STREAM, id: last }, { COUNT: 200, BLOCK: BEAT_MS })
    const entries = (found as { messages: Entry[] }[] | null)?.[0]?.messages ?? []
    idle = entries.length === 0 ? idle + 1 : 0
    // Not even our own beats: this Redis counts from an earlier position than the one we knew.
    if (idle > 3) last = undefined
    const seen: Entry[] = []
    for (const entry of entries) {
      last = entry.id
      const shown = await take(entry)
      if (shown !== undefined) seen.push(shown)
    }
    return seen
  }

  const beat = setInterval(() => {
    tell('beat')
    void commands.pExpire(STREAM, 2 * KEPT_MS).catch(() => undefined)
    for (const [other, at] of heard)
      if (other !== server && performance.now() - at > GONE_MS) heard.delete(other)
    const live = isLive()
    if (live === wasLive) return
    if (!live) logger.warn('Redis does not answer: changes on other servers are looked up in the database')
    else if (wasLive === false) logger.warn('Redis answers again')
    wasLive = live
  }, BEAT_MS)
  beat.unref()
  tell('beat')

  const client: AdapterClient = {
    async xAdd(_stream, _id, fields) {
      tell('entry', '', utf8(JSON.stringify(fields)))
      return ''
    },
    async xRead() {
      try {
        return [{ messages: await read() }]
      } catch {
        await new Promise((resolve) => setTimeout(resolve, closed ? 0 : 200 + Math.random() * 200))
        return null
      }
    },
    async publish(channel, payload) {
      tell('channel', channel, payload)
      return 0
    },
    async subscribe(channels, listener) {
      for (const channel of channels) listeners.set(channel, listener)
    },
    sSubscribe: () => undefined,
    duplicate: () => client,
    connect: async () => undefined,
    on: () => undefined,
    disconnect: () => undefined,
  }

  return {
    client,
    isLive,
    isCertain: () => isLive() && [...heard.values()].every((at) => performance.now() - at < SILENT_MS),
    async close() {
      if (closed) return
      closed = true
      clearInterval(beat)
      await add('bye').catch(() => undefined)
    },
  }
}
