/** The platform inflates in a thread of its own, in real time: here it takes none, so that a run stays the seed's alone. */
import { inflateRawSync } from 'node:zlib'

class InflatesAtOnce extends TransformStream<Uint8Array, Uint8Array> {
  constructor() {
    const parts: Uint8Array[] = []
    super({
      transform: (part) => void parts.push(part),
      flush: (out) => out.enqueue(new Uint8Array(inflateRawSync(Buffer.concat(parts)))),
    })
  }
}
globalThis.DecompressionStream = InflatesAtOnce as unknown as typeof DecompressionStream
