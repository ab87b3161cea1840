/**
 * One socket.io connection, typed by the protocol: requests with a time limit, pushes from the server, no policy.
 * Reconnecting, tokens and cursors are the link's business. SPEC: shared/protocol/SPEC.md.
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

export interface SocketEvents {
  opened(): void
  /** `code`: the server's reason to refuse, if it gave one. Called once; the socket is dead then. */
  closed(code: ErrorCode | null): void
  changes(message: Changes): void
  revoke(message: Revoke): void
  wipe(message: Wipe): void
}

export interface PortalSocket {
  /** All three reject with a {@link SocketTimeout} when no answer comes in time, or when the socket closes. */
  hello(message: Hello): Promise<Reply<HelloAnswer>>
  push(message: PushRequest): Promise<Reply<PushAnswer>>
  pull(message: PullRequest): Promise<Reply<PullAnswer>>
  wiped(): Promise<Reply<true>>
  close(): void
}

export type OpenSocket = (options: { origin: string; token: string; events: SocketEvents }) => PortalSocket

export class SocketTimeout extends Error {
  override readonly name = 'SocketTimeout'
}

const ANSWER_MS = 20_000

export const openSocket: OpenSocket = ({ origin, token, events }) => {
  const socket = io(origin || undefined, {
    path: SOCKET_PATH,
    auth: { token },
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    timeout: ANSWER_MS,
  })
  let dead = false
  const closed = (code: ErrorCode | null) => {
    if (dead) return
    dead = true
    socket.disconnect()
    events.closed(code)
  }
  socket.on('connect', () => events.opened())
  socket.on('connect_error', (error: Error & { data?: { error?: ErrorCode } }) =>
    closed(error.data?.error ?? null),
  )
  socket.on('disconnect', () => closed(null))
  socket.on('changes', (message: Changes) => events.changes(message))
  socket.on('revoke', (message: Revoke) => events.revoke(message))
  socket.on('wipe', (message: Wipe) => events.wipe(message))

  const ask = async <T>(event: string, ...message: unknown[]): Promise<Reply<T>> => {
    try {
      return (await socket.timeout(ANSWER_MS).emitWithAck(event, ...message)) as Reply<T>
    } catch {
      throw new SocketTimeout(`no answer to ${event}`)
    }
  }
  return {
    hello: (message) => ask('hello', message),
    push: (message) => ask('push', message),
    pull: (message) => ask('pull', message),
    wiped: () => ask('wiped'),
    close() {
      dead = true
      socket.disconnect()
    },
  }
}
