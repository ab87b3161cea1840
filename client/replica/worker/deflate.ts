/**
 * Raw DEFLATE. Inflating is done by the platform. Deflating is not: the level cannot be chosen there, and the fastest is
 * what a device needs, for the rest of the time is the person's.
 */
import { deflateSync } from 'fflate'

/** About a millisecond for a block. */
export const deflate = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> =>
  deflateSync(bytes, { level: 1 })

/** Rejects for what is not deflated. */
export async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new DecompressionStream('deflate-raw')
  const writer = stream.writable.getWriter()
  // Failures show where the result is read.
  void writer.write(bytes).catch(() => {})
  void writer.close().catch(() => {})
  return new Uint8Array(await new Response(stream.readable).arrayBuffer())
}
