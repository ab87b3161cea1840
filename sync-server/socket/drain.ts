/** A server that stops sends its devices away a few at a time, so that those that remain are not overrun. */
import type { PortalServer } from './gateway.ts'

const PAUSE_MS = 100
/** 500 a second … */
const AT_ONCE = 50
/** … and all of them within 20 seconds. */
const PAUSES = 200

export async function drain(io: PortalServer): Promise<void> {
  const sockets = [...io.sockets.sockets.values()]
  const atOnce = Math.max(AT_ONCE, Math.ceil(sockets.length / PAUSES))
  for (let next = 0; next < sockets.length; next += atOnce) {
    if (next > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    for (const socket of sockets.slice(next, next + atOnce)) socket.disconnect(true)
  }
}
