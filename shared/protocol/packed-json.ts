/**
 * JSON values in few bytes, for messages that are small and many. What the product's messages are made of costs least:
 * ids 17 bytes, hashes of the chain 9, revisions and positions 1 to 3, times 7. Any JSON value survives unchanged.
 * Unpacking takes bytes from anybody: it throws on whatever `pack` does not make, and never reads past the end.
 * SPEC: shared/protocol/SPEC.md, "Packed values".
 */
import { type Bytes, fromUtf8, utf8 } from '../crypto/bytes.ts'
import type { Json } from '../kernel/json.ts'
import { LIMITS } from './terms.ts'

/** First byte: 0x00–0x7f is the number itself, 0x80–0x9f a text and 0xa0–0xaf a list of that length; or one of these. */
const TAG = {
  null: 0xc0,
  false: 0xc1,
  true: 0xc2,
  whole: 0xc3,
  below: 0xc4,
  float: 0xc5,
  text: 0xc6,
  list: 0xc7,
  object: 0xc8,
  uuid: 0xc9,
  hash: 0xca,
  /** A text as JSON writes it: the only form that keeps half a surrogate pair. */
  quoted: 0xcb,
} as const
const SHORT_TEXT = 0x80
const SHORT_LIST = 0xa0
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const HASH = /^[0-9a-f]{16}$/
/** Longer texts are encoded faster by the platform. Less than 0x80: their length is one byte. */
const PLAIN = 64
const PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
/** Below zero: a line. */
const digitOf = (code: number) => (code < 0x61 ? code - 0x30 : code - 0x57)
const SURROGATE = /[\ud800-\udfff]/

export class NotPacked extends Error {
  override readonly name = 'NotPacked'
}

/** What JSON leaves out is left out; undefined in a list is null. */
export function pack(value: unknown): Bytes {
  const writer = new Writer()
  writer.value(value)
  return writer.taken()
}

/** Throws {@link NotPacked}. */
export function unpack(bytes: Uint8Array): Json {
  const reader = new Reader(bytes)
  const value = reader.value(0)
  reader.expectEnd()
  return value
}

class Writer {
  private bytes: Bytes = new Uint8Array(256)
  private length = 0

  taken(): Bytes {
    return this.bytes.slice(0, this.length)
  }

  value(value: unknown): void {
    if (value === null || value === undefined) this.byte(TAG.null)
    else if (value === true) this.byte(TAG.true)
    else if (value === false) this.byte(TAG.false)
    else if (typeof value === 'number') this.number(value)
    else if (typeof value === 'string') this.text(value)
    else if (Array.isArray(value)) this.list(value)
    else if (typeof value === 'object') this.object(value)
    else throw new NotPacked(`a ${typeof value} is no JSON`)
  }

  private number(value: number): void {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
      if (value >= 0 && value < 0x80) this.byte(value)
      else {
        this.byte(value < 0 ? TAG.below : TAG.whole)
        this.whole(value < 0 ? -1 - value : value)
      }
    } else if (Number.isFinite(value)) {
      this.byte(TAG.float)
      this.room(8)
      new DataView(this.bytes.buffer).setFloat64(this.length, value)
      this.length += 8
    } else this.byte(TAG.null)
  }

  private text(value: string): void {
    if (value.length === 36 && UUID.test(value)) {
      this.byte(TAG.uuid)
      this.hex(value)
    } else if (value.length === 16 && HASH.test(value)) {
      this.byte(TAG.hash)
      this.hex(value)
    } else if (this.plain(value)) return
    else if (SURROGATE.test(value)) this.sized(TAG.quoted, utf8(JSON.stringify(value)))
    else {
      const bytes = utf8(value)
      if (bytes.length >= 0x20) this.sized(TAG.text, bytes)
      else {
        this.byte(SHORT_TEXT + bytes.length)
        this.append(bytes)
      }
    }
  }

  /** What most texts are, names of fields above all: a few letters of one byte each. False: it is none, and nothing is written. */
  private plain(value: string): boolean {
    const { length } = value
    if (length > PLAIN) return false
    this.room(length + 2)
    const before = this.length
    if (length < 0x20) this.bytes[this.length++] = SHORT_TEXT + length
    else {
      this.bytes[this.length++] = TAG.text
      this.bytes[this.length++] = length
    }
    for (let at = 0; at < length; at += 1) {
      const code = value.charCodeAt(at)
      if (code >= 0x80) {
        this.length = before
        return false
      }
      this.bytes[this.length++] = code
    }
    return true
  }

  private list(values: readonly unknown[]): void {
    if (values.length < 0x10) this.byte(SHORT_LIST + values.length)
    else {
      this.byte(TAG.list)
      this.whole(values.length)
    }
    for (const value of values) this.value(value)
  }

  private object(value: object): void {
    const entries = Object.entries(value).filter(([, member]) => member !== undefined)
    this.byte(TAG.object)
    this.whole(entries.length)
    for (const [name, member] of entries) {
      this.text(name)
      this.value(member)
    }
  }

  private sized(tag: number, bytes: Uint8Array): void {
    this.byte(tag)
    this.whole(bytes.length)
    this.append(bytes)
  }

  /** Seven bits a byte, the lowest first; up to 2^53. */
  private whole(value: number): void {
    let rest = value
    while (rest >= 0x80) {
      this.byte((rest % 0x80) + 0x80)
      rest = Math.floor(rest / 0x80)
    }
    this.byte(rest)
  }

  /** The lines between the digits of an id are left out. */
  private hex(digits: string): void {
    this.room(digits.length / 2)
    let high = -1
    for (let at = 0; at < digits.length; at += 1) {
      const digit = digitOf(digits.charCodeAt(at))
      if (digit < 0) continue
      if (high >= 0) this.bytes[this.length++] = high * 16 + digit
      high = high < 0 ? digit : -1
    }
  }

  private byte(value: number): void {
    this.room(1)
    this.bytes[this.length] = value
    this.length += 1
  }

  private append(bytes: Uint8Array): void {
    this.room(bytes.length)
    this.bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  private room(more: number): void {
    if (this.length + more <= this.bytes.length) return
    const larger: Bytes = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more))
    larger.set(this.bytes.subarray(0, this.length))
    this.bytes = larger
  }
}

class Reader {
  private readonly bytes: Uint8Array
  private at = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  expectEnd(): void {
    if (this.at !== this.bytes.length) throw new NotPacked('there is more than one value')
  }

  value(depth: number): Json {
    // One deeper than any message may be, so that the limit itself is judged where all limits are.
    if (depth > LIMITS.jsonDepth + 1) throw new NotPacked('too deep')
    const tag = this.byte()
    if (tag < 0x80) return tag
    if (tag < SHORT_LIST) return this.utf8(tag - SHORT_TEXT)
    if (tag < SHORT_LIST + 0x10) return this.list(tag - SHORT_LIST, depth)
    if (tag === TAG.null) return null
    if (tag === TAG.false || tag === TAG.true) return tag === TAG.true
    if (tag === TAG.whole) return this.whole()
    if (tag === TAG.below) return -1 - this.whole()
    if (tag === TAG.float) return this.float()
    if (tag === TAG.text) return this.utf8(this.whole())
    if (tag === TAG.list) return this.list(this.whole(), depth)
    if (tag === TAG.object) return this.object(this.whole(), depth)
    if (tag === TAG.uuid) return this.hex(16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
    if (tag === TAG.hash) return this.hex(8)
    if (tag === TAG.quoted) return this.quoted(this.whole())
    throw new NotPacked(`no value begins with ${tag}`)
  }

  private list(length: number, depth: number): Json[] {
    // Every element has a byte at least: a length that lies costs nothing.
    if (length > this.bytes.length - this.at) throw new NotPacked('cut off')
    const values: Json[] = []
    for (let index = 0; index < length; index += 1) values.push(this.value(depth + 1))
    return values
  }

  private object(length: number, depth: number): Json {
    if (length > this.bytes.length - this.at) throw new NotPacked('cut off')
    const entries: [string, Json][] = []
    for (let index = 0; index < length; index += 1) {
      const name = this.value(depth + 1)
      if (typeof name !== 'string') throw new NotPacked('a name is a text')
      entries.push([name, this.value(depth + 1)])
    }
    // Defines, so that `__proto__` is a name like any other.
    return Object.fromEntries(entries)
  }

  private quoted(length: number): string {
    try {
      const value: unknown = JSON.parse(this.utf8(length))
      if (typeof value === 'string') return value
    } catch {
      // Neither JSON nor a text: the same refusal.
    }
    throw new NotPacked('no quoted text')
  }

  private utf8(length: number): string {
    const bytes = this.take(length)
    if (length <= PLAIN) {
      let text = ''
      for (let at = 0; at < length && (bytes[at] as number) < 0x80; at += 1)
        text += String.fromCharCode(bytes[at] as number)
      if (text.length === length) return text
    }
    try {
      return fromUtf8(bytes)
    } catch {
      throw new NotPacked('no UTF-8')
    }
  }

  private float(): number {
    const bytes = this.take(8)
    const value = new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0)
    if (!Number.isFinite(value)) throw new NotPacked('no number')
    return value
  }

  private whole(): number {
    let value = 0
    for (let factor = 1; factor <= 2 ** 49; factor *= 0x80) {
      const byte = this.byte()
      value += (byte & 0x7f) * factor
      if (byte < 0x80) {
        if (!Number.isSafeInteger(value)) break
        return value
      }
    }
    throw new NotPacked('too large a number')
  }

  private hex(length: number): string {
    let digits = ''
    for (const byte of this.take(length)) digits += PAIRS[byte]
    return digits
  }

  private byte(): number {
    const byte = this.bytes[this.at]
    if (byte === undefined) throw new NotPacked('cut off')
    this.at += 1
    return byte
  }

  private take(length: number): Uint8Array {
    if (length > this.bytes.length - this.at) throw new NotPacked('cut off')
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }
}
