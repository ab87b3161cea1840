/**
 * Who hears of a commit: the sockets in the client's room, except the device that made it (it has the rows in its
 * ack), on this server and on every other one. A socket whose hello is under way does not miss what commits meanwhile:
 * it is kept aside until the answer. SPEC: shared/protocol/SPEC.md, P16, P26.
 */
import type { Changes, Cursor, Revoke, Wipe } from '../../shared/protocol/messages.ts'
import type { Notice as NoticeEvent } from '../../shared/protocol/versions.ts'
import type { Announce } from '../replication/sync-service.ts'
import type { PortalServer, PortalSocket } from './gateway.ts'
import { type Notice, positionOnly } from './notice.ts'
import type { Wire } from './wire.ts'

export const rooms = {
  client: (id: string) => `client:${id}`,
  account: (id: string) => `account:${id}`,
  device: (id: string) => `device:${id}`,
  session: (id: string) => `session:${id}`,
  replica: (device: string, client: string) => `replica:${device}:${client}`,
} as const

/** The newest position of each client that the sockets of this server have been told, or have said themselves. */
export type Told = ReadonlyMap<string, Cursor>

/** What a hello found: how far the client's feed is, and, of a proxy, under which grant. */
export interface Entered {
  readonly head: Cursor
  readonly generation: number | undefined
}

/** Answered pings (25 s apart) after which a socket is told again where its client stands. */
const BEATS = 2

export interface FanOut {
  readonly announce: Announce
  /**
   * Runs a hello; when it gives a head, the socket enters the client's room without having missed a commit, and the
   * device's older sockets for that client are closed: of a tab that was frozen, or of a line that died unnoticed.
   */
  entering(socket: PortalSocket, client: string, hello: () => Promise<Entered | undefined>): Promise<void>
  endSession(sessionId: string): void
  wipe(deviceId: string, message: Wipe): void
  revoke(accountId: string, message: Revoke): void
  /** What an account may see of a record changed: its sockets come again, and learn at hello what counts now. */
  regrant(accountId: string, clientId: string): void
  /** To the sockets of this server alone: what another one told, or what the database shows. */
  deliver(notice: Notice): void
  told(): Told
}

/** `tell`: to the other servers. `onTold`: the devices of this one know of a change that was taken at that time, ms. */
export function createFanOut(
  io: PortalServer,
  tell: (notice: Notice) => void,
  onTold: (takenAt: number) => void = () => undefined,
): FanOut {
  /** Changes held back per client, for each socket that is entering. */
  const waiting = new Map<string, Set<Changes[]>>()
  const heads = new Map<string, Cursor>()

  const isHere = (client: string) => io.sockets.adapter.rooms.has(rooms.client(client))

  const deliverChanges = ({ changes, origin, at }: Extract<Notice, { kind: 'changes' }>) => {
    for (const held of waiting.get(changes.client) ?? []) held.push(changes)
    if (isHere(changes.client) && changes.to.s > (heads.get(changes.client)?.s ?? -1))
      heads.set(changes.client, changes.to)
    const except = origin === null ? undefined : rooms.device(origin)
    writeChanges(io, changes, except)
    if (at !== undefined && isHere(changes.client)) onTold(at)
  }
  /** From memory, beside the ping: whoever missed the last notice finds within a minute that it is behind (P30). */
  const tellAgain = (socket: PortalSocket, client: string) => {
    let beats = 0
    socket.conn.on('heartbeat', () => {
      const head = heads.get(client)
      beats = (beats + 1) % BEATS
      if (beats !== 0 || head === undefined || !socket.rooms.has(rooms.client(client))) return
      const message = positionOnly({ client, to: head })
      socket.emit('changes', socket.data.wire.notice('changes', message))
    })
  }
  const leaveAll = (deviceId: string) => {
    for (const socket of socketsIn(io, rooms.device(deviceId)))
      for (const room of socket.rooms) if (room.startsWith(rooms.client(''))) void socket.leave(room)
  }
  /** Only older ones: a notice may come late, and the device may have moved on to this server meanwhile. */
  const closeReplaced = ({ replica, by, since }: Extract<Notice, { kind: 'replaced' }>) => {
    for (const socket of socketsIn(io, replica))
      if (socket.id !== by && socket.handshake.issued <= since) {
        // Who hears it is no line that died: two copies of one device, or a tab that sleeps (R49).
        socket.emit('replaced')
        socket.disconnect(true)
      }
  }
  const deliver = (notice: Notice) => {
    if (notice.kind === 'changes') deliverChanges(notice)
    else if (notice.kind === 'session') io.local.in(rooms.session(notice.session)).disconnectSockets(true)
    else if (notice.kind === 'replaced') closeReplaced(notice)
    else if (notice.kind === 'wipe') {
      write(io, rooms.device(notice.device), 'wipe', notice.message)
      leaveAll(notice.device)
    } else if (notice.kind === 'regrant') {
      for (const socket of socketsIn(io, rooms.account(notice.account)))
        if ([socket.data.proxyOf?.client, socket.data.entering].includes(notice.client))
          socket.disconnect(true)
    } else {
      write(io, rooms.account(notice.account), 'revoke', notice.message)
      io.local.in(rooms.account(notice.account)).socketsLeave(rooms.client(notice.message.client))
    }
  }
  const everywhere = (notice: Notice) => {
    deliver(notice)
    tell(notice)
  }

  return {
    announce: ({ changes, origin, at }) => everywhere({ kind: 'changes', changes, origin, at }),
    entering: async (socket, client, hello) => {
      const held: Changes[] = []
      const ofClient = waiting.get(client) ?? new Set()
      waiting.set(client, ofClient.add(held))
      socket.data.entering = client
      try {
        const entered = await hello()
        if (entered === undefined || !socket.connected) return
        const { head, generation } = entered
        if (generation !== undefined) socket.data.proxyOf = { client, generation }
        const isIn = socket.rooms.has(rooms.client(client))
        // Others in the room may not have heard of this head yet: theirs is kept.
        if (!isHere(client)) heads.set(client, head)
        const { actor, sessionId } = socket.data.identity
        const replica = rooms.replica(actor.deviceId ?? sessionId, client)
        everywhere({ kind: 'replaced', replica, by: socket.id, since: socket.handshake.issued })
        await socket.join([rooms.client(client), replica])
        if (isIn) return
        // What the device knows already costs it a comparison of cursors, nothing more.
        for (const changes of held)
          socket.emit('changes', socket.data.wire.notice('changes', toldTo(socket, changes)))
        tellAgain(socket, client)
      } finally {
        socket.data.entering = undefined
        ofClient.delete(held)
        if (ofClient.size === 0) waiting.delete(client)
      }
    },
    endSession: (session) => everywhere({ kind: 'session', session }),
    wipe: (device, message) => everywhere({ kind: 'wipe', device, message }),
    revoke: (account, message) => everywhere({ kind: 'revoke', account, message }),
    regrant: (account, client) => everywhere({ kind: 'regrant', account, client }),
    deliver,
    told: () => {
      for (const client of heads.keys()) if (!isHere(client)) heads.delete(client)
      return heads
    },
  }
}

/**
 * A proxy hears that something changed, never what: the grant may have changed at this very moment, and only the pull,
 * which asks the database, knows what it covers now.
 */
const toldTo = ({ data }: PortalSocket, changes: Changes): Changes =>
  data.proxyOf === undefined ? changes : positionOnly(changes)

/** To each socket of this server that is in the room, in its own version's writing. */
function write(
  io: PortalServer,
  room: string,
  event: Exclude<NoticeEvent, 'changes'>,
  message: Revoke | Wipe,
): void {
  for (const socket of socketsIn(io, room)) socket.emit(event, socket.data.wire.notice(event, message))
}

function writeChanges(io: PortalServer, changes: Changes, except: string | undefined): void {
  const whole = new Map<Wire, unknown>()
  const positions = new Map<Wire, unknown>()
  for (const socket of socketsIn(io, rooms.client(changes.client))) {
    if (except !== undefined && socket.rooms.has(except)) continue
    const { wire, proxyOf } = socket.data
    const written = proxyOf === undefined ? whole : positions
    if (!written.has(wire)) written.set(wire, wire.notice('changes', toldTo(socket, changes)))
    socket.emit('changes', written.get(wire))
  }
}

function socketsIn(io: PortalServer, room: string): PortalSocket[] {
  const ids = io.sockets.adapter.rooms.get(room) ?? new Set<string>()
  return [...ids].flatMap((id) => io.sockets.sockets.get(id) ?? [])
}
