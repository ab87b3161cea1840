/**
 * Bytes without DOM or Node types, so that shared code runs in workers, browsers and Node alike.
 */

/** Bytes with a buffer of their own: what WebCrypto takes. */
export type Bytes = Uint8Array<ArrayBuffer>

/** A cryptographic random source: `length` fresh bytes. Injected, so that tests decide them. */
export type RandomBytes = (length: number) => Bytes

declare class TextEncoder {
  encode(text: string): Bytes
}
declare class TextDecoder {
  constructor(label: string, options: { fatal: boolean; ignoreBOM: boolean })
  decode(bytes: Uint8Array): string
}
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export const utf8 = (text: string): Bytes => encoder.encode(text)
/** Throws on bytes that are not UTF-8: only for bytes that an envelope has authenticated. */
export const fromUtf8 = (bytes: Uint8Array): string => decoder.decode(bytes)

export function concat(...parts: readonly Uint8Array[]): Bytes {
  const result = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let offset = 0
  for (const part of parts) {
    result.set(part, offset)
    offset += part.length
  }
  return result
}

/** Each part after its length (4 bytes, big-endian), so that no two lists of parts give the same bytes. */
export function lengthPrefixed(parts: readonly Uint8Array[]): Bytes {
  const result = new Uint8Array(parts.reduce((length, part) => length + 4 + part.length, 0))
  const view = new DataView(result.buffer)
  let offset = 0
  for (const part of parts) {
    view.setUint32(offset, part.length)
    result.set(part, offset + 4)
    offset += 4 + part.length
  }
  return result
}

/** The same of texts. Ids and names are ASCII and cost no encoder; any other text goes the long way. */
export function lengthPrefixedTexts(texts: readonly string[]): Bytes {
  const result = new Uint8Array(texts.reduce((length, text) => length + 4 + text.length, 0))
  let offset = 0
  for (const text of texts) {
    const { length } = text
    for (let byte = 0; byte < 4; byte += 1) result[offset + byte] = length >>> (24 - 8 * byte)
    offset += 4
    for (let at = 0; at < length; at += 1) {
      const code = text.charCodeAt(at)
      if (code > 0x7f) return lengthPrefixed(texts.map(utf8))
      result[offset + at] = code
    }
    offset += length
  }
  return result
}
