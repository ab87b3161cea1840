/**
 * Lists as Postgres itself keeps them: a column of rows as one parameter, which costs neither side a text to write and
 * to take apart again. https://www.postgresql.org/docs/current/protocol-message-formats.html, `array_recv`.
 */
interface ElementType {
  readonly oid: number
  /** Bytes of one element, where they are always as many. */
  readonly size?: number
  sizeOf?(value: unknown): number
  write(value: unknown, into: Buffer, at: number): void
}

const EPOCH_2000 = 946_684_800_000
const NO_DIGIT = 0x10
const DIGITS = Uint8Array.from({ length: 128 }, (_, code) => {
  const digit = Number.parseInt(String.fromCharCode(code), 16)
  return Number.isNaN(digit) ? NO_DIGIT : digit
})
/** Where the sixteen bytes stand in `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`. */
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34]

function writeUuid(text: string, into: Buffer, at: number): void {
  let seen = 0
  for (let index = 0; index < 16; index += 1) {
    const place = PLACES[index] ?? 0
    const high = DIGITS[text.charCodeAt(place)] ?? NO_DIGIT
    const low = DIGITS[text.charCodeAt(place + 1)] ?? NO_DIGIT
    seen |= high | low
    into[at + index] = (high << 4) | low
  }
  // What Postgres would say of the text: bytes alone it takes whatever they are.
  if (seen >= NO_DIGIT || text.length !== 36) throw new TypeError('Not an id.')
}

/** Whole numbers up to 2^53, in eight bytes. */
function writeWhole(value: number, into: Buffer, at: number): void {
  into.writeInt32BE(Math.floor(value / 0x1_0000_0000), at)
  into.writeUInt32BE(value >>> 0, at + 4)
}

const milliseconds = (value: unknown) => (value instanceof Date ? value.getTime() : Number(value))

const TYPES: { readonly [name: string]: ElementType } = {
  uuid: { oid: 2950, size: 16, write: (value, into, at) => writeUuid(String(value), into, at) },
  integer: { oid: 23, size: 4, write: (value, into, at) => void into.writeInt32BE(Number(value), at) },
  bigint: { oid: 20, size: 8, write: (value, into, at) => writeWhole(Number(value), into, at) },
  boolean: { oid: 16, size: 1, write: (value, into, at) => void into.writeUInt8(value === true ? 1 : 0, at) },
  timestamptz: {
    oid: 1184,
    size: 8,
    write: (value, into, at) => writeWhole((milliseconds(value) - EPOCH_2000) * 1_000, into, at),
  },
  text: {
    oid: 25,
    sizeOf: (value) => Buffer.byteLength(String(value)),
    write: (value, into, at) => void into.write(String(value), at),
  },
  bytea: {
    oid: 17,
    sizeOf: (value) => (value as Uint8Array).length,
    write: (value, into, at) => into.set(value as Uint8Array, at),
  },
}

const HEADER = 20

function encodeList(type: ElementType, values: readonly unknown[]): Buffer {
  const sizeOf = (value: unknown) => type.size ?? type.sizeOf?.(value) ?? 0
  let size = HEADER
  let gaps = 0
  for (const value of values) {
    size += 4
    if (value === null || value === undefined) gaps = 1
    else size += sizeOf(value)
  }
  const list = Buffer.allocUnsafe(size)
  list.writeInt32BE(1, 0)
  list.writeInt32BE(gaps, 4)
  list.writeInt32BE(type.oid, 8)
  list.writeInt32BE(values.length, 12)
  list.writeInt32BE(1, 16)
  let at = HEADER
  for (const value of values) {
    const absent = value === null || value === undefined
    const length = absent ? -1 : sizeOf(value)
    list.writeInt32BE(length, at)
    at += 4
    if (absent) continue
    type.write(value, list, at)
    at += length
  }
  return list
}

/** By the casts of a statement (`$3::uuid[]`): how each of its parameters is written. */
export type ListTypes = readonly (ElementType | undefined)[]

export function listTypesOf(statement: string): ListTypes {
  const types: (ElementType | undefined)[] = []
  for (const [, place, name] of statement.matchAll(/\$(\d+)::([a-z]+)\[\]/g))
    types[Number(place) - 1] = TYPES[name ?? '']
  return types
}

export const withBinaryLists = (types: ListTypes, values: readonly unknown[]): unknown[] =>
  values.map((value, index) => {
    const type = types[index]
    return type !== undefined && Array.isArray(value) ? encodeList(type, value) : value
  })
