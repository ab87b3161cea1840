/**
 * Asks a ClamAV daemon about a file (clamd's INSTREAM): the bytes go there part by part and are kept nowhere. What it
 * does not answer, or does not understand, is an error and never a clean bill.
 */
import { connect, type Socket } from 'node:net'

export type Scan = (parts: AsyncIterable<Uint8Array>) => Promise<'clean' | 'infected'>

/** No scanner is configured. */
export const noScan: Scan = async () => 'clean'

/** Of silence, ms. */
const TIMEOUT = 30_000
const ANSWER_BYTES = 4_096

/** `address`: `host:port`, or the path of a socket. */
export function createVirusScan(address: string): Scan {
  return async (parts) => {
    const socket = open(address)
    const answer = readAnswer(socket)
    // Looked at below; a daemon that hangs up early is told apart there.
    answer.catch(() => undefined)
    try {
      await send(socket, Buffer.from('zINSTREAM\0'))
      for await (const part of parts) {
        const length = Buffer.alloc(4)
        length.writeUInt32BE(part.length)
        await send(socket, length)
        await send(socket, part)
      }
      await send(socket, Buffer.alloc(4))
      return verdictOf(await answer)
    } finally {
      socket.destroy()
    }
  }
}

function open(address: string): Socket {
  const [, host, port] = /^([^/]+):(\d{1,5})$/.exec(address) ?? []
  const socket = host === undefined ? connect(address) : connect(Number(port), host)
  socket.setTimeout(TIMEOUT, () => socket.destroy(new Error('The virus scanner does not answer.')))
  return socket
}

const send = (socket: Socket, bytes: Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => {
    if (socket.destroyed) return reject(socket.errored ?? new Error('The virus scanner hung up.'))
    socket.write(bytes, (error) => (error ? reject(error) : resolve()))
  })

const readAnswer = (socket: Socket): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      if (text.includes('\0') || text.includes('\n')) resolve(text.replace(/[\0\n][\s\S]*$/, ''))
      else if (text.length > ANSWER_BYTES) reject(new Error('The virus scanner says too much.'))
    })
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('The virus scanner hung up.')))
  })

function verdictOf(answer: string): 'clean' | 'infected' {
  if (answer === 'stream: OK') return 'clean'
  if (/^stream: .+ FOUND$/.test(answer)) return 'infected'
  throw new Error(`The virus scanner could not look at a file: ${answer.slice(0, 200)}`)
}
