/**
 * Who hears of a commit: the sockets in the client's room, except the device that made it (it has the rows in its
 * ack). A socket whose hello is under way does not miss what commits meanwhile: it is kept aside until the answer.
 */
import type { Changes, Revoke } from '../../shared/protocol/messages.ts'
import type { Announce } from '../replication/sync-service.ts'
import type { PortalServer, PortalSocket } from './gateway.ts'

export const rooms = {
  client: (id: string) => `client:${id}`,
  account: (id: string) => `account:${id}`,
  device: (id: string) => `device:${id}`,
  session: (id: string) => `session:${id}`,
  replica: (device: string, client: string) => `replica:${device}:${client}`,
} as const

export interface FanOut {
  readonly announce: Announce
  /**
   * Runs a hello; when it says yes, the socket enters the client's room without having missed a commit, and the
   * device's older sockets for that client are closed: of a tab that was frozen, or of a line that died unnoticed.
   */
  entering(socket: PortalSocket, client: string, hello: () => Promise<boolean>): Promise<void>
  leaveAll(deviceId: string): void
  revoke(accountId: string, message: Revoke): void
}

export function createFanOut(io: PortalServer): FanOut {
  /** Changes held back per client, for each socket that is entering. */
  const waiting = new Map<string, Set<Changes[]>>()

  return {
    announce: ({ changes, origin }) => {
      for (const held of waiting.get(changes.client) ?? []) held.push(changes)
      const room = io.to(rooms.client(changes.client))
      const audience = origin === null ? room : room.except(rooms.device(origin))
      audience.emit('changes', changes)
    },
    entering: async (socket, client, hello) => {
      const held: Changes[] = []
      const ofClient = waiting.get(client) ?? new Set()
      waiting.set(client, ofClient.add(held))
      try {
        if (!(await hello()) || !socket.connected) return
        const isIn = socket.rooms.has(rooms.client(client))
        const { actor, sessionId } = socket.data.identity
        const replica = rooms.replica(actor.deviceId ?? sessionId, client)
        io.in(replica).except(socket.id).disconnectSockets(true)
        await socket.join([rooms.client(client), replica])
        // What the device knows already costs it a comparison of cursors, nothing more.
        if (!isIn) for (const changes of held) socket.emit('changes', changes)
      } finally {
        ofClient.delete(held)
        if (ofClient.size === 0) waiting.delete(client)
      }
    },
    leaveAll: (deviceId) => {
      for (const socket of socketsIn(io, rooms.device(deviceId)))
        for (const room of socket.rooms) if (room.startsWith(rooms.client(''))) void socket.leave(room)
    },
    revoke: (accountId, message) => {
      const room = io.in(rooms.account(accountId))
      room.emit('revoke', message)
      room.socketsLeave(rooms.client(message.client))
    },
  }
}

function socketsIn(io: PortalServer, room: string): PortalSocket[] {
  const ids = io.sockets.adapter.rooms.get(room) ?? new Set<string>()
  return [...ids].flatMap((id) => io.sockets.sockets.get(id) ?? [])
}
