/**
 * One socket.io connection, typed by the protocol: requests with a time limit, pushes from the server, a watch over
 * the line, no policy. Reconnecting, tokens and cursors are the link's business. SPEC: client/replica/SPEC.md, R25.
 */
import { io } from 'socket.io-client'
import {
  longChanges,
  longHelloAnswer,
  longPullAnswer,
  longPushAnswer,
  longReply,
  longRevoke,
  longWipe,
  shortHello,
  shortPull,
  shortPush,
} from '../../shared/protocol/compact.ts'
import type { ErrorCode } from '../../shared/protocol/errors.ts'
import type {
  Changes,
  Handshake,
  Hello,
  HelloAnswer,
  PullAnswer,
  PullRequest,
  PushAnswer,
  PushRequest,
  Reply,
  Revoke,
  Wipe,
} from '../../shared/protocol/messages.ts'
import { packedFrames } from '../../shared/protocol/packed-frames.ts'
import { pack, unpack } from '../../shared/protocol/packed-json.ts'
import { socketProofText } from '../../shared/protocol/possession.ts'
import { PROTOCOL, SCHEMA_VERSION, SOCKET_PATH } from '../../shared/protocol/terms.ts'
import type { NoAnswer, SetTimer } from './http.ts'

/**
 * The server's reason to refuse or to close, if it gave one; `replaced`: this very device is connected once more, and
 * the older connection has to go.
 */
export type Ending = ErrorCode | 'replaced' | null

export interface SocketEvents {
  opened(): void
  /** Called once; the socket is dead then. */
  closed(why: Ending): void
  changes(message: Changes): void
  revoke(message: Revoke): void
  wipe(message: Wipe): void
}

export interface PortalSocket {
  /** All four reject with a {@link SocketTimeout} when no answer comes in time, or when the socket closes. */
  hello(message: Hello): Promise<Reply<HelloAnswer>>
  push(message: PushRequest): Promise<Reply<PushAnswer>>
  pull(message: PullRequest): Promise<Reply<PullAnswer>>
  wiped(): Promise<Reply<true>>
  close(): void
}

/** Signs with the device's key; base64url. */
export type Sign = (text: string) => Promise<string>

export type OpenSocket = (options: {
  origin: string
  ticket: string
  sign: Sign
  events: SocketEvents
  setTimer: SetTimer
}) => PortalSocket

export class SocketTimeout extends Error {
  override readonly name = 'SocketTimeout'
  readonly why: NoAnswer
  constructor(message: string, why: NoAnswer = 'silent') {
    super(message)
    this.why = why
  }
}

const ANSWER_MS = 20_000
/** From the first packet to being let in. */
const OPENING_MS = 20_000
/** The server sends a ping every 25 s: a line that was quiet for longer than this is dead, whatever TCP believes. */
export const HEARTBEAT_MS = 45_000

const listIn = (bytes: Uint8Array) => unpack(bytes) as readonly unknown[]

export const openSocket: OpenSocket = ({ origin, ticket, sign, events, setTimer }) => {
  const socket = io(origin, {
    path: SOCKET_PATH,
    // Asked for once the connection has a name: that is what is signed.
    auth: (send) => {
      const challenge = socket.io.engine.id
      const { host } = new URL(origin)
      sign(socketProofText({ host, challenge, ticket })).then(
        (s) => send({ t: ticket, s, p: PROTOCOL, v: SCHEMA_VERSION } satisfies Handshake),
        () => closed(null),
      )
    },
    parser: packedFrames,
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    timeout: OPENING_MS,
  })
  const waiting = new Set<(error: SocketTimeout) => void>()
  let dead = false
  const end = () => {
    dead = true
    cancelWatch()
    socket.disconnect()
    for (const giveUp of waiting) giveUp(new SocketTimeout('the connection ended'))
  }
  const closed = (why: Ending) => {
    if (dead) return
    end()
    events.closed(why)
  }
  let cancelWatch = setTimer(() => closed(null), OPENING_MS)
  const heard = () => {
    cancelWatch()
    if (!dead) cancelWatch = setTimer(() => closed(null), HEARTBEAT_MS)
  }
  socket.on('connect', () => {
    heard()
    socket.io.engine.on('packet', heard)
    events.opened()
  })
  socket.on('connect_error', (error: Error & { data?: { error?: ErrorCode } }) =>
    closed(error.data?.error ?? null),
  )
  socket.on('replaced', () => closed('replaced'))
  socket.on('disconnect', () => closed(null))
  /** Of the hello: what every message is about. */
  let client = ''
  socket.on('changes', (bytes: Uint8Array) => events.changes(longChanges(listIn(bytes), client)))
  socket.on('revoke', (bytes: Uint8Array) => events.revoke(longRevoke(listIn(bytes))))
  socket.on('wipe', (bytes: Uint8Array) => events.wipe(longWipe(listIn(bytes))))

  const ask = <T>(
    event: string,
    message: readonly unknown[],
    lengthen: (answer: readonly unknown[]) => T,
  ): Promise<Reply<T>> =>
    new Promise((resolve, reject) => {
      const settle = () => {
        cancel()
        waiting.delete(giveUp)
      }
      const giveUp = (error: SocketTimeout) => {
        settle()
        reject(error)
      }
      const cancel = setTimer(() => giveUp(new SocketTimeout(`no answer to ${event}`)), ANSWER_MS)
      waiting.add(giveUp)
      if (dead) giveUp(new SocketTimeout('the connection ended'))
      else
        socket.emit(event, pack(message), (bytes: Uint8Array) => {
          try {
            resolve(longReply(unpack(bytes), lengthen))
            settle()
          } catch {
            giveUp(new SocketTimeout(`an answer to ${event} that is none`))
          }
        })
    })
  return {
    hello(message) {
      client = message.client
      return ask('hello', shortHello(message), (answer) => longHelloAnswer(answer, message))
    },
    push: (message) => ask('push', shortPush(message), (answer) => longPushAnswer(answer, message)),
    pull: (message) => ask('pull', shortPull(message), longPullAnswer),
    wiped: () => ask('wiped', [], () => true),
    close: end,
  }
}
