/** A few sockets of each protocol that say what they are given; one that the server ended is opened again. */
import { io, type Socket } from 'socket.io-client'
import { packedFrames } from '../../shared/protocol/packed-frames.ts'
import { pack, unpack } from '../../shared/protocol/packed-json.ts'
import { SOCKET_PATH } from '../../shared/protocol/terms.ts'
import type { SignedInDevice } from '../harness/sign-in.ts'
import type { SocketMessage } from './socket-messages.ts'

export interface Sockets {
  /** `ok`, the code of a refusal, `closed` by the server, `kept out`, `sent` where no answer is due, or `silent`. */
  say(message: SocketMessage): Promise<string>
  close(): void
}

const SILENT_MS = 60_000
const OF_EACH = 4

export function createSockets(url: string, person: () => SignedInDevice | undefined): Sockets {
  const open = new Map<string, Promise<Socket | undefined>>()
  let next = 0

  const socketFor = (protocol: 1 | 2) => {
    next = (next + 1) % OF_EACH
    const key = `${protocol} ${next}`
    const known = open.get(key)
    if (known !== undefined) return known
    const opening = connect(url, protocol, person(), () => open.delete(key))
    open.set(key, opening)
    return opening
  }

  return {
    async say(message) {
      const socket = await socketFor(message.protocol)
      if (socket === undefined) return 'kept out'
      if (message.kind === 'raw') {
        if (!socket.connected) return 'closed'
        socket.io.engine.write(message.data as string)
        return 'sent'
      }
      return new Promise((resolve) => {
        const timer = setTimeout(() => resolve('silent'), SILENT_MS)
        const done = (outcome: string) => {
          clearTimeout(timer)
          socket.off('disconnect', closed)
          resolve(outcome)
        }
        const closed = () => done('closed')
        if (!socket.connected) return closed()
        socket.once('disconnect', closed)
        socket.emit(message.event, message.message, (answer: unknown) => done(outcomeOf(answer)))
      })
    },
    close() {
      for (const opening of open.values()) void opening.then((socket) => socket?.disconnect())
      open.clear()
    },
  }
}

function connect(
  url: string,
  protocol: 1 | 2,
  person: SignedInDevice | undefined,
  onClosed: () => void,
): Promise<Socket | undefined> {
  const said = person?.handshake(protocol === 1 ? {} : { p: 2, v: 1 }, url) ?? (() => ({}))
  const socket: Socket = io(url, {
    path: SOCKET_PATH,
    transports: ['websocket'],
    auth: (send: (said: object) => void) => send(said(socket.io.engine.id)),
    reconnection: false,
    forceNew: true,
    ...(protocol === 1 ? {} : { parser: packedFrames }),
  })
  return new Promise((resolve) => {
    socket.once('connect', () => {
      if (protocol === 1 || person === undefined) return resolve(socket)
      // What follows in this way of writing is about the record of the first hello.
      socket.emit('hello', pack([person.clientId, 1]), () => resolve(socket))
    })
    socket.once('connect_error', () => {
      onClosed()
      resolve(undefined)
    })
    socket.once('disconnect', () => {
      onClosed()
      // It may have ended before its hello was answered.
      resolve(undefined)
    })
  })
}

/** In both ways of writing a refusal is an object with its code. */
function outcomeOf(answer: unknown): string {
  const value: unknown = answer instanceof Uint8Array ? unpack(answer) : answer
  const error: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'error') : undefined
  return typeof error === 'string' ? error : 'ok'
}
