/** Rows of sealed bytes as parameters that both databases write alike. */
export type Cell = string | number | boolean | null | Uint8Array | Date

export interface PackedBytes {
  readonly bytes: Buffer
  /** For `substring(bytes FROM at FOR size)`: counted from 1. */
  readonly places: readonly { readonly at: number; readonly size: number }[]
}

/** Bytes as they are: a parameter of their own costs neither base64 nor its decoding. */
export function packBytes(parts: readonly Uint8Array[]): PackedBytes {
  let at = 1
  const places = parts.map(({ length: size }) => {
    const place = { at, size }
    at += size
    return place
  })
  return { bytes: Buffer.concat(parts), places }
}
