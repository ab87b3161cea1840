/**
 * The socket door to replication. Rooms are chosen here, never by the device: a socket enters a client's room only
 * after a hello for that client succeeded. Session and device are checked again at every event, the socket is cut
 * when its ticket ends, and nothing a device sends can throw past this file. SPEC: shared/protocol/SPEC.md.
 */
import { randomBytes } from 'node:crypto'
import type { Server as HttpServer, IncomingMessage } from 'node:http'
import { createAdapter } from '@socket.io/redis-streams-adapter'
import { Server, type Socket } from 'socket.io'
import type { Clock } from '../../shared/kernel/clock.ts'
import type { Refusal } from '../../shared/protocol/errors.ts'
import type { Revoke, Wipe } from '../../shared/protocol/messages.ts'
import { packedFrames } from '../../shared/protocol/packed-frames.ts'
import { LIMITS, SCHEMA_VERSION, SOCKET_PATH } from '../../shared/protocol/terms.ts'
import { speeches, UNSAID_PROTOCOL, type Version } from '../../shared/protocol/versions.ts'
import type { Authenticate, SocketIdentity } from '../http/authenticate.ts'
import type { Logger } from '../platform/logger.ts'
import type { Outages } from '../platform/outage.ts'
import type { SealedStream } from '../platform/sealed-stream.ts'
import type { Announce, SyncService } from '../replication/sync-service.ts'
import { drain } from './drain.ts'
import { createFanOut } from './fan-out.ts'
import { decodeNotice, encodeNotice } from './notice.ts'
import { serveSocket } from './serve-socket.ts'
import { type StandingDeps, startStandingCheck } from './standing-check.ts'
import { type Wire, wireOf } from './wire.ts'

export interface GatewayDeps {
  readonly httpServer: HttpServer
  readonly sync: SyncService
  readonly authenticate: Pick<Authenticate, 'socket' | 'stillIn'>
  /** Host that devices connect to; undefined: wherever the request was addressed to (development). */
  readonly host: string | undefined
  readonly isOwnOrigin: (headers: IncomingMessage['headers']) => boolean
  readonly addressOf: (request: IncomingMessage) => string
  /** A revoked device says that it destroyed its keys and storage. */
  readonly markWiped: (deviceId: string, caller: SocketState['caller']) => Promise<void>
  /** Where other servers may work on the same database: the stream to them, if there is one, and the check. */
  readonly others?: Omit<StandingDeps, 'logger'> & { readonly stream: SealedStream | undefined }
  readonly clock: Clock
  readonly logger: Logger
  /** Default: all that are known. */
  readonly versions?: readonly Version[] | undefined
  readonly outages: Outages
  readonly onTold?: (takenAt: number) => void
}

export interface Gateway {
  readonly announce: Announce
  /** Cuts the sockets of an ended session. */
  endSession(sessionId: string): void
  /** Tells a revoked device to destroy what it holds; its sockets may only report `wiped` from then on. */
  wipe(deviceId: string, message: Wipe): void
  /** Tells the devices of one account that they lost a record, and takes them out of its room. */
  revoke(accountId: string, message: Revoke): void
  /** Makes the devices of one account ask again what they may see of a record. */
  regrant(accountId: string, clientId: string): void
  /** How many devices are connected. */
  sockets(): number
  /** Sends the devices away, some at a time. */
  close(): Promise<void>
}

export interface SocketState {
  readonly identity: SocketIdentity
  readonly caller: { readonly ip: string; readonly userAgent: string }
  readonly wire: Wire
  /** The document schema of the device's build. */
  readonly schema: number
  /** Whose record it is in by a grant, and under which generation of it; absent for one's own. */
  proxyOf?: { readonly client: string; readonly generation: number }
  /** Whose record its hello, which is under way, is about. */
  entering?: string | undefined
}
interface ServerToServer {
  notice(text: string): void
}
type Heard = 'hello' | 'push' | 'pull' | 'wiped'
type Said = 'changes' | 'revoke' | 'wipe'
/** Written by the socket's {@link Wire}; the messages are those of the protocol. */
type ClientToServer = { readonly [event in Heard]: (...given: unknown[]) => void }
/** `replaced` says nothing but that, in socket.io's own text, which a build that does not know it passes over. */
type ServerToClient = { readonly [event in Said]: (written: unknown) => void } & {
  readonly replaced: () => void
}
export type PortalServer = Server<ClientToServer, ServerToClient, ServerToServer, SocketState>
export type PortalSocket = Socket<ClientToServer, ServerToClient, ServerToServer, SocketState>

export function createGateway(deps: GatewayDeps): Gateway {
  const io: PortalServer = new Server(deps.httpServer, {
    path: SOCKET_PATH,
    serveClient: false,
    parser: packedFrames,
    // One connection stays with one server, so that no proxy has to send a device to the same one twice.
    transports: ['websocket'],
    maxHttpBufferSize: LIMITS.messageBytes,
    connectTimeout: 10_000,
    pingInterval: 25_000,
    pingTimeout: 20_000,
    // Every byte counts on a weak signal; contexts are not kept, for they would cost memory per idle socket.
    perMessageDeflate: {
      threshold: 512,
      serverNoContextTakeover: true,
      clientNoContextTakeover: true,
      zlibDeflateOptions: { memLevel: 7, level: 5 },
    },
    allowRequest: (request, answer) => answer(null, deps.isOwnOrigin(request.headers)),
  })
  /** The random name of each connection, which its device signs. */
  const names = new WeakMap<IncomingMessage, string>()
  io.engine.generateId = (request: IncomingMessage) => {
    const name = randomBytes(15).toString('base64url')
    names.set(request, name)
    return name
  }
  io.engine.on('headers', (headers: Record<string, string>, request: IncomingMessage) => {
    // The answer to an upgrade is stored by nobody, and every reconnect pays for its bytes.
    if (request.headers.upgrade !== undefined) return
    headers['Cache-Control'] = 'no-store'
    headers['X-Content-Type-Options'] = 'nosniff'
  })
  const stream = deps.others?.stream
  if (stream !== undefined) io.adapter(createAdapter(stream.client))
  const fanOut = createFanOut(
    io,
    (notice) => {
      if (stream !== undefined) io.serverSideEmit('notice', encodeNotice(notice))
    },
    deps.onTold,
  )
  io.on('notice', (text) => {
    const notice = decodeNotice(text)
    if (notice !== undefined) fanOut.deliver(notice)
  })
  const stopCheck =
    deps.others === undefined
      ? () => undefined
      : startStandingCheck(io, fanOut, { ...deps.others, logger: deps.logger })
  const wires = speeches(deps.versions).map(wireOf)

  io.use((socket, next) => {
    admit(socket, deps, wires, names).then(
      (refused) => next(refused),
      (error: unknown) => {
        if (!deps.outages.note(error)) deps.logger.error({ err: error }, 'handshake failed')
        next(refusedHandshake('unavailable', 'The server cannot check the session now.'))
      },
    )
  })
  io.on('connection', (socket) => {
    // All that is needed of the request is in the socket's data: kept, it would be the largest part of an idle client.
    Object.assign(socket.conn, { request: undefined })
    serveSocket(socket, { ...deps, fanOut })
  })

  return {
    announce: fanOut.announce,
    endSession: fanOut.endSession,
    wipe: fanOut.wipe,
    revoke: fanOut.revoke,
    regrant: fanOut.regrant,
    sockets: () => io.sockets.sockets.size,
    close: async () => {
      await drain(io)
      stopCheck()
      await io.close()
    },
  }
}

/** Undefined when the socket may come in; its state is then set. */
async function admit(
  socket: PortalSocket,
  deps: GatewayDeps,
  wires: readonly Wire[],
  names: WeakMap<IncomingMessage, string>,
): Promise<Error | undefined> {
  const { t, s, p = UNSAID_PROTOCOL, v } = socket.handshake.auth as { [name: string]: unknown }
  const wire = wires.find(({ protocol }) => protocol === p)
  if (wire === undefined)
    return refusedHandshake('protocol_unsupported', 'The app is too old or too new for this server.')
  const { headers } = socket.handshake
  const caller = {
    ip: deps.addressOf(socket.request),
    userAgent: (headers['user-agent'] ?? '').slice(0, 300),
  }
  const text = (given: unknown) => (typeof given === 'string' && given.length <= 200 ? given : '')
  const host = deps.host ?? headers.host ?? ''
  // The connection's own name, made here a moment ago, is what the device signs: nothing is good for a second one.
  const proof = { ticket: text(t), signature: text(s), host, challenge: names.get(socket.request) ?? '' }
  const who = await deps.authenticate.socket(proof, caller)
  if (!who.ok) return refusedHandshake(who.error.code, who.error.detail)
  const schema = typeof v === 'number' ? v : SCHEMA_VERSION
  socket.data = { identity: who.value, caller, wire, schema }
  return undefined
}

/** Arrives at the device as `connect_error` with `data: { error, detail }`, the shape of every refusal. */
function refusedHandshake(error: Refusal['code'], detail: string): Error {
  return Object.assign(new Error(error), { data: { error, detail } })
}
