/**
 * The network between one device and the server: a TCP proxy on loopback that can be cut (connections die, new ones
 * are refused) and that counts the bytes of both directions, headers, frames and pings included.
 */
import { connect, createServer, type Server, type Socket } from 'node:net'

export interface Network extends AsyncDisposable {
  readonly port: number
  readonly url: string
  cut(): Promise<void>
  restore(): Promise<void>
  /** Bytes since the last call. `up`: from the device to the server. */
  take(): { up: number; down: number }
}

/** `target` is asked at every connection, so that a server may come back on another port. */
export async function createNetwork(target: () => number): Promise<Network> {
  const count = { up: 0, down: 0 }
  const open = new Set<Socket>()
  let port = 0
  let server: Server | null = null

  const accept = (device: Socket) => {
    const upstream = connect(target(), '127.0.0.1')
    for (const socket of [device, upstream]) {
      open.add(socket)
      socket.setNoDelay(true)
      socket.on('close', () => {
        open.delete(socket)
        device.destroy()
        upstream.destroy()
      })
      socket.on('error', () => socket.destroy())
    }
    device.on('data', (chunk) => {
      count.up += chunk.length
    })
    upstream.on('data', (chunk) => {
      count.down += chunk.length
    })
    device.pipe(upstream)
    upstream.pipe(device)
  }
  const listen = async () => {
    const fresh = createServer(accept)
    await new Promise<void>((resolve, reject) => {
      fresh.once('error', reject)
      fresh.listen(port, '127.0.0.1', resolve)
    })
    const address = fresh.address()
    if (address === null || typeof address === 'string') throw new Error('the proxy has no port')
    port = address.port
    server = fresh
  }
  const close = async () => {
    const closing = server
    server = null
    for (const socket of open) socket.destroy()
    if (closing) await new Promise((resolve) => closing.close(resolve))
  }

  await listen()
  return {
    port,
    url: `http://localhost:${port}`,
    cut: close,
    restore: listen,
    take() {
      const taken = { ...count }
      count.up = count.down = 0
      return taken
    },
    [Symbol.asyncDispose]: close,
  }
}
