/** A hand-written socket client: says anything, hears everything. */
import { io, type Socket } from 'socket.io-client'
import { SOCKET_PATH } from '../../shared/protocol/terms.ts'
import type { SignedInDevice } from './sign-in.ts'

export interface SocketDevice extends Disposable {
  readonly socket: Socket
  /** Every event that arrived, oldest first. */
  readonly heard: readonly (readonly [event: string, ...args: unknown[]])[]
  /** Sends anything and waits for the ack. */
  ask(event: string, ...args: unknown[]): Promise<Reply>
  /** The next `event`, or one that arrived already. */
  next(event: string): Promise<unknown>
  readonly closed: Promise<string>
}
export interface Reply {
  readonly ok?: unknown
  readonly error?: string
  readonly detail?: string
}

export type Connected =
  | { readonly ok: true; readonly device: SocketDevice }
  | { readonly ok: false; readonly error: unknown }

/** `auth`: what is said at the handshake, or made from the name that the connection was given. */
export function connect(
  url: string,
  auth: Record<string, unknown> | ((challenge: string) => Record<string, unknown>),
  headers?: Record<string, string>,
  prefix = '',
): Promise<Connected> {
  const socket: Socket = io(url, {
    path: prefix + SOCKET_PATH,
    transports: ['websocket'],
    auth:
      typeof auth === 'function' ? (send: (said: object) => void) => send(auth(socket.io.engine.id)) : auth,
    reconnection: false,
    forceNew: true,
    ackTimeout: 60_000,
    retries: 0,
    ...(headers === undefined ? {} : { extraHeaders: headers }),
  })
  const heard: [string, ...unknown[]][] = []
  const waiting: [event: string, resolve: (value: unknown) => void][] = []
  socket.onAny((event: string, ...args: unknown[]) => {
    heard.push([event, ...args])
    for (const [wanted, resolve] of waiting) if (wanted === event) resolve(args[0])
  })
  const closed = new Promise<string>((resolve) => socket.once('disconnect', resolve))
  const device: SocketDevice = {
    socket,
    heard,
    closed,
    ask: (event, ...args) => socket.emitWithAck(event, ...args) as Promise<Reply>,
    next: (event) => {
      const past = heard.find(([name]) => name === event)
      return past === undefined
        ? new Promise((resolve) => waiting.push([event, resolve]))
        : Promise.resolve(past[1])
    },
    [Symbol.dispose]: () => void socket.disconnect(),
  }
  return new Promise((resolve) => {
    socket.once('connect', () => resolve({ ok: true, device }))
    // A server that dies after the transport is open and before it let anybody in: no `connect_error` then.
    void closed.then((reason) => resolve({ ok: false, error: reason }))
    socket.once('connect_error', (error: Error & { data?: unknown }) => {
      socket.disconnect()
      resolve({ ok: false, error: error.data ?? error.message })
    })
  })
}

/** Throws when the server does not let the device in. */
export async function connectDevice(signedIn: SignedInDevice): Promise<SocketDevice> {
  const connected = await connect(signedIn.url, signedIn.handshake({}, signedIn.url))
  if (!connected.ok) throw new Error(`socket refused: ${JSON.stringify(connected.error)}`)
  return connected.device
}

export const helloOf = (signedIn: Pick<SignedInDevice, 'clientId' | 'deviceId'>) => ({
  p: 1,
  v: 1,
  client: signedIn.clientId,
  device: signedIn.deviceId,
  cursor: null,
  m: 1,
})
