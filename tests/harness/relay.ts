/**
 * A TCP relay before the server that knows which connections are WebSockets: how many a device holds, as the server
 * sees them. It can lose every answer on the way while what the device says still arrives.
 */
import { connect, createServer, type Socket } from 'node:net'

export interface Relay extends AsyncDisposable {
  readonly url: string
  /** Open WebSocket connections to the server. */
  webSockets(): number
  /** WebSocket connections that were ever made. */
  made(): number
  /** From now on nothing that the server says on the connections of now arrives, and no new one is made. */
  loseAnswers(): void
  restore(): void
}

const UPGRADE = /^upgrade: *websocket/im

/** `target`: the server's port, asked at every connection. */
export async function createRelay(target: () => number): Promise<Relay> {
  const open = new Map<Socket, { isWebSocket: boolean; deaf: boolean }>()
  let accepts = true
  let made = 0
  const server = createServer((device) => {
    device.on('error', () => device.destroy())
    if (!accepts) {
      device.destroy()
      return
    }
    const state = { isWebSocket: false, deaf: false }
    open.set(device, state)
    const upstream = connect(target(), '127.0.0.1').setNoDelay(true)
    upstream.on('error', () => upstream.destroy())
    upstream.on('close', () => {
      open.delete(device)
      device.destroy()
    })
    device.on('close', () => upstream.destroy())
    device.setNoDelay(true).once('data', (first) => {
      state.isWebSocket = UPGRADE.test(first.toString('latin1'))
      if (state.isWebSocket) made += 1
    })
    device.pipe(upstream)
    upstream.on('data', (chunk) => {
      if (!state.deaf) device.write(chunk)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the relay has no port')
  return {
    url: `http://localhost:${address.port}`,
    webSockets: () => [...open.values()].filter(({ isWebSocket }) => isWebSocket).length,
    made: () => made,
    loseAnswers() {
      accepts = false
      for (const state of open.values()) state.deaf = true
    },
    restore() {
      accepts = true
      for (const [device, { deaf }] of open) if (deaf) device.destroy()
    },
    async [Symbol.asyncDispose]() {
      for (const device of open.keys()) device.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
