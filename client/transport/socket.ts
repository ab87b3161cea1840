/**
 * One socket.io connection, typed by the protocol: requests with a time limit, pushes from the server, a watch over
 * the line, no policy. Reconnecting, tokens and cursors are the link's business. SPEC: client/replica/SPEC.md, R25.
 */
import { io } from 'socket.io-client'
import type { ErrorCode } from '../../shared/protocol/errors.ts'
import {
  type Changes,
  type Hello,
  type HelloAnswer,
  type PullAnswer,
  type PullRequest,
  type PushAnswer,
  type PushRequest,
  type Reply,
  type Revoke,
  SOCKET_PATH,
  type Wipe,
} from '../../shared/protocol/messages.ts'
import type { NoAnswer, SetTimer } from './http.ts'

export interface SocketEvents {
  opened(): void
  /** `code`: the server's reason to refuse, if it gave one. Called once; the socket is dead then. */
  closed(code: ErrorCode | null): void
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

export type OpenSocket = (options: {
  origin: string
  token: string
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

export const openSocket: OpenSocket = ({ origin, token, events, setTimer }) => {
  const socket = io(origin || undefined, {
    path: SOCKET_PATH,
    auth: { token },
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
  const closed = (code: ErrorCode | null) => {
    if (dead) return
    end()
    events.closed(code)
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
  socket.on('disconnect', () => closed(null))
  socket.on('changes', (message: Changes) => events.changes(message))
  socket.on('revoke', (message: Revoke) => events.revoke(message))
  socket.on('wipe', (message: Wipe) => events.wipe(message))

  const ask = <T>(event: string, ...message: unknown[]): Promise<Reply<T>> =>
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
        socket.emit(event, ...message, (reply: Reply<T>) => {
          settle()
          resolve(reply)
        })
    })
  return {
    hello: (message) => ask('hello', message),
    push: (message) => ask('push', message),
    pull: (message) => ask('pull', message),
    wiped: () => ask('wiped'),
    close: end,
  }
}
