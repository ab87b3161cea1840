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

/** Answered pings (25 s apart) after which a socket is told again where its client stands. */
const BEATS = 2

export interface FanOut {
  readonly announce: Announce
  /**
   * Runs a hello; when it gives a head, the socket enters the client's room without having missed a commit, and the
   * device's older sockets for that client are closed: of a tab that was frozen, or of a line that died unnoticed.
   */
  entering(socket: PortalSocket, client: string, hello: () => Promise<Cursor | undefined>): Promise<void>
  endSession(sessionId: string): void
  wipe(deviceId: string, message: Wipe): void
  revoke(accountId: string, message: Revoke): void
  /** To the sockets of this server alone: what another one told, or what the database shows. */
  deliver(notice: Notice): void
  told(): Told
}

/** `tell`: to the other servers. */
export function createFanOut(io: PortalServer, tell: (notice: Notice) => void): FanOut {
  /** Changes held back per client, for each socket that is entering. */
  const waiting = new Map<string, Set<Changes[]>>()
  const heads = new Map<string, Cursor>()

  const isHere = (client: string) => io.sockets.adapter.rooms.has(rooms.client(client))

  const deliverChanges = (changes: Changes, origin: string | null) => {
    for (const held of waiting.get(changes.client) ?? []) held.push(changes)
    if (isHere(changes.client) && changes.to.s > (heads.get(changes.client)?.s ?? -1))
      heads.set(changes.client, changes.to)
    const except = origin === null ? undefined : rooms.device(origin)
    write(io, rooms.client(changes.client), 'changes', changes, except)
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
      if (socket.id !== by && socket.handshake.issued <= since) socket.disconnect(true)
  }
  const deliver = (notice: Notice) => {
    if (notice.kind === 'changes') deliverChanges(notice.changes, notice.origin)
    else if (notice.kind === 'session') io.local.in(rooms.session(notice.session)).disconnectSockets(true)
    else if (notice.kind === 'replaced') closeReplaced(notice)
    else if (notice.kind === 'wipe') {
      write(io, rooms.device(notice.device), 'wipe', notice.message)
      leaveAll(notice.device)
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
    announce: ({ changes, origin }) => everywhere({ kind: 'changes', changes, origin }),
    entering: async (socket, client, hello) => {
      const held: Changes[] = []
      const ofClient = waiting.get(client) ?? new Set()
      waiting.set(client, ofClient.add(held))
      try {
        const head = await hello()
        if (head === undefined || !socket.connected) return
        const isIn = socket.rooms.has(rooms.client(client))
        // Others in the room may not have heard of this head yet: theirs is kept.
        if (!isHere(client)) heads.set(client, head)
        const { actor, sessionId } = socket.data.identity
        const replica = rooms.replica(actor.deviceId ?? sessionId, client)
        everywhere({ kind: 'replaced', replica, by: socket.id, since: socket.handshake.issued })
        await socket.join([rooms.client(client), replica])
        if (isIn) return
        // What the device knows already costs it a comparison of cursors, nothing more.
        for (const changes of held) socket.emit('changes', socket.data.wire.notice('changes', changes))
        tellAgain(socket, client)
      } finally {
        ofClient.delete(held)
        if (ofClient.size === 0) waiting.delete(client)
      }
    },
    endSession: (session) => everywhere({ kind: 'session', session }),
    wipe: (device, message) => everywhere({ kind: 'wipe', device, message }),
    revoke: (account, message) => everywhere({ kind: 'revoke', account, message }),
    deliver,
    told: () => {
      for (const client of heads.keys()) if (!isHere(client)) heads.delete(client)
      return heads
    },
  }
}

/** To each socket of this server that is in the room, in its own version's writing. */
function write(io: PortalServer, room: string, event: NoticeEvent, message: unknown, except?: string): void {
  const written = new Map<Wire, unknown>()
  for (const socket of socketsIn(io, room)) {
    if (except !== undefined && socket.rooms.has(except)) continue
    const { wire } = socket.data
    if (!written.has(wire)) written.set(wire, wire.notice(event, message))
    socket.emit(event, written.get(wire))
  }
}

function socketsIn(io: PortalServer, room: string): PortalSocket[] {
  const ids = io.sockets.adapter.rooms.get(room) ?? new Set<string>()
  return [...ids].flatMap((id) => io.sockets.sockets.get(id) ?? [])
}
