/** Raw DEFLATE by the platform: native code in browsers and in Node. */
async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: GenericTransformStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const writer = stream.writable.getWriter()
  // Failures show where the result is read.
  void writer.write(bytes).catch(() => {})
  void writer.close().catch(() => {})
  return new Uint8Array(await new Response(stream.readable).arrayBuffer())
}

export const deflate = (bytes: Uint8Array<ArrayBuffer>) =>
  through(bytes, new CompressionStream('deflate-raw'))
/** Rejects for what is not deflated. */
export const inflate = (bytes: Uint8Array<ArrayBuffer>) =>
  through(bytes, new DecompressionStream('deflate-raw'))
