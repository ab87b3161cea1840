/**
 * What lets a device open sockets: 36 bytes that name its session and say until when, under a MAC. It comes and ends with
 * the access token, and is worth nothing without the device's key. A socket is opened often, and each time on the
 * line of a phone: an access token there would cost 400 bytes.
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../shared/kernel/clock.ts'

export interface SocketTickets {
  issue(sessionId: string, expiresAt: number): string
  /** Undefined for what is none of ours, or over. */
  read(ticket: string): { readonly sessionId: string; readonly expiresAt: number } | undefined
}

const MAC_BYTES = 16
const SHAPE = /^[\w-]{48}$/

/** `purpose`: a ticket for one thing is worth nothing for another. */
export function createSocketTickets(
  secret: Uint8Array,
  clock: Clock,
  purpose: 'socket tickets v1' | 'escrow tickets v1' = 'socket tickets v1',
): SocketTickets {
  const key = Buffer.from(hkdfSync('sha256', secret, new Uint8Array(), purpose, 32))
  const macOf = (head: Uint8Array) => createHmac('sha256', key).update(head).digest().subarray(0, MAC_BYTES)
  return {
    issue: (sessionId, expiresAt) => {
      const head = Buffer.alloc(20)
      head.write(sessionId.replaceAll('-', ''), 'hex')
      head.writeUInt32BE(Math.floor(expiresAt / 1000), 16)
      return Buffer.concat([head, macOf(head)]).toString('base64url')
    },
    read: (ticket) => {
      if (!SHAPE.test(ticket)) return undefined
      const bytes = Buffer.from(ticket, 'base64url')
      const head = bytes.subarray(0, 20)
      if (!timingSafeEqual(bytes.subarray(20), macOf(head))) return undefined
      const expiresAt = head.readUInt32BE(16) * 1000
      if (expiresAt <= clock.now()) return undefined
      const hex = head.subarray(0, 16).toString('hex')
      const sessionId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
      return { sessionId, expiresAt }
    },
  }
}
