/**
 * Links to the content of a file: they name session, client and file, say until when, and carry a MAC. One is worth
 * nothing to another session: the route that takes it asks for the session's own token and key beside it.
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../shared/kernel/clock.ts'

export interface LinkedFile {
  readonly sessionId: string
  readonly clientId: string
  readonly fileId: string
}
export interface FileLinks {
  /** `expiresAt`: ms; full seconds count. */
  issue(file: LinkedFile, expiresAt: number): string
  /** Undefined for what is none of ours. */
  read(ticket: string): (LinkedFile & { readonly expired: boolean }) | undefined
}

const HEAD = 52
const MAC = 32
const SHAPE = /^[\w-]{112}$/

export function createFileLinks(secret: Uint8Array, clock: Clock): FileLinks {
  const key = Buffer.from(hkdfSync('sha256', secret, new Uint8Array(), 'file links v1', 32))
  const macOf = (head: Uint8Array) => createHmac('sha256', key).update(head).digest()
  return {
    issue({ sessionId, clientId, fileId }, expiresAt) {
      const head = Buffer.alloc(HEAD)
      for (const [index, id] of [sessionId, clientId, fileId].entries())
        head.write(id.replaceAll('-', ''), index * 16, 'hex')
      head.writeUInt32BE(Math.floor(expiresAt / 1000), 48)
      return Buffer.concat([head, macOf(head)]).toString('base64url')
    },
    read(ticket) {
      if (!SHAPE.test(ticket)) return undefined
      const bytes = Buffer.from(ticket, 'base64url')
      const head = bytes.subarray(0, HEAD)
      if (bytes.length !== HEAD + MAC || !timingSafeEqual(bytes.subarray(HEAD), macOf(head))) return undefined
      const [sessionId, clientId, fileId] = [0, 16, 32].map((at) =>
        head
          .subarray(at, at + 16)
          .toString('hex')
          .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
      )
      return {
        sessionId: sessionId ?? '',
        clientId: clientId ?? '',
        fileId: fileId ?? '',
        expired: head.readUInt32BE(48) * 1000 <= clock.now(),
      }
    },
  }
}
