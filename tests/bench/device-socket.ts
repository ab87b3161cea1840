/** The app's own connection, as a device of the load keeps it: signed in already, and after its hello. */
import { sign } from 'node:crypto'
import { openSocket, type PortalSocket } from '../../client/transport/socket.ts'
import { PROTOCOL, SCHEMA_VERSION } from '../../shared/protocol/terms.ts'

export interface KnownDevice {
  readonly clientId: string
  readonly deviceId: string
  readonly ticket: string
  /** Private, PEM. */
  readonly key: string
}

const signWith = (key: string) => async (text: string) =>
  sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')

export async function enterAs(
  origin: string,
  { clientId: client, deviceId: device, ticket, key }: KnownDevice,
  onChanges: () => void = () => undefined,
): Promise<PortalSocket> {
  const socket = await new Promise<PortalSocket>((resolve, reject) => {
    const opening = openSocket({
      origin,
      ticket,
      sign: signWith(key),
      setTimer: (run, ms) => {
        const timer = setTimeout(run, ms)
        return () => clearTimeout(timer)
      },
      events: {
        opened: () => resolve(opening),
        closed: (code) => reject(new Error(`Not let in, or cut: ${code}`)),
        changes: onChanges,
        revoke: () => undefined,
        wipe: () => undefined,
      },
    })
  })
  const hello = await socket.hello({ p: PROTOCOL, v: SCHEMA_VERSION, client, device, cursor: null, m: 1 })
  if ('error' in hello) throw new Error(`Hello refused: ${hello.error}`)
  return socket
}
