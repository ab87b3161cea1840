/** A TCP proxy on loopback that counts the bytes of both directions: headers, frames and pings included. */
import { connect, createServer, type Socket } from 'node:net'

export interface CountingProxy extends AsyncDisposable {
  readonly port: number
  /** Bytes since the last call. `up`: from the device to the server. */
  take(): { up: number; down: number }
}

export async function createCountingProxy(target: number): Promise<CountingProxy> {
  const count = { up: 0, down: 0 }
  const open = new Set<Socket>()
  const server = createServer((device) => {
    const upstream = connect(target, '127.0.0.1')
    for (const socket of [device, upstream]) {
      open.add(socket)
      socket.setNoDelay(true)
      socket.on('close', () => open.delete(socket))
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
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')
  return {
    port: address.port,
    take() {
      const taken = { ...count }
      count.up = count.down = 0
      return taken
    },
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
