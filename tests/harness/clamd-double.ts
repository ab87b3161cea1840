/** A daemon that speaks clamd's INSTREAM, and finds what holds the test virus's words. */
import { type AddressInfo, createServer } from 'node:net'

export const TEST_VIRUS = 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE'

export interface ClamdDouble extends AsyncDisposable {
  readonly address: string
  /** What came, file by file. */
  readonly seen: Buffer[]
}

/** `answer`: instead of what it would say. */
export async function startClamdDouble({ answer }: { answer?: string } = {}): Promise<ClamdDouble> {
  const seen: Buffer[] = []
  const server = createServer((socket) => {
    let came = Buffer.alloc(0)
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      came = Buffer.concat([came, chunk])
      const content = streamIn(came)
      if (content === undefined) return
      seen.push(content)
      const found = content.includes(TEST_VIRUS)
      socket.end(`${answer ?? (found ? 'stream: Eicar-Signature FOUND' : 'stream: OK')}\0`)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

const COMMAND = Buffer.from('zINSTREAM\0')

/** Undefined until the chunk of no length has come. */
function streamIn(came: Buffer): Buffer | undefined {
  const chunks: Buffer[] = []
  for (let at = COMMAND.length; at + 4 <= came.length; ) {
    const length = came.readUInt32BE(at)
    if (length === 0)
      return came.subarray(0, COMMAND.length).equals(COMMAND) ? Buffer.concat(chunks) : undefined
    chunks.push(came.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return undefined
}
