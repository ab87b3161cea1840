/**
 * Lists as Postgres itself keeps them: a column of rows as one parameter, which costs neither side a text to write and
 * to take apart again. https://www.postgresql.org/docs/current/protocol-message-formats.html, `array_recv`.
 */
type Encode = (value: unknown) => { readonly size: number; write(into: Buffer, at: number): void }

interface ElementType {
  readonly oid: number
  readonly encode: Encode
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
  PLACES.forEach((place, index) => {
    const high = DIGITS[text.charCodeAt(place)] ?? NO_DIGIT
    const low = DIGITS[text.charCodeAt(place + 1)] ?? NO_DIGIT
    seen |= high | low
    into[at + index] = (high << 4) | low
  })
  // What Postgres would say of the text: bytes alone it takes whatever they are.
  if (seen >= NO_DIGIT || text.length !== 36) throw new TypeError('Not an id.')
}

/** Whole numbers up to 2^53, in eight bytes. */
function writeWhole(value: number, into: Buffer, at: number): void {
  into.writeInt32BE(Math.floor(value / 0x1_0000_0000), at)
  into.writeUInt32BE(value >>> 0, at + 4)
}

const text: Encode = (value) => {
  const written = String(value)
  return { size: Buffer.byteLength(written), write: (into, at) => void into.write(written, at) }
}
const milliseconds = (value: unknown) => (value instanceof Date ? value.getTime() : Number(value))

const TYPES: { readonly [name: string]: ElementType } = {
  uuid: {
    oid: 2950,
    encode: (value) => ({ size: 16, write: (into, at) => writeUuid(String(value), into, at) }),
  },
  integer: {
    oid: 23,
    encode: (value) => ({ size: 4, write: (into, at) => void into.writeInt32BE(Number(value), at) }),
  },
  bigint: {
    oid: 20,
    encode: (value) => ({ size: 8, write: (into, at) => writeWhole(Number(value), into, at) }),
  },
  boolean: {
    oid: 16,
    encode: (value) => ({ size: 1, write: (into, at) => void into.writeUInt8(value === true ? 1 : 0, at) }),
  },
  text: { oid: 25, encode: text },
  timestamptz: {
    oid: 1184,
    encode: (value) => ({
      size: 8,
      write: (into, at) => writeWhole((milliseconds(value) - EPOCH_2000) * 1_000, into, at),
    }),
  },
  bytea: {
    oid: 17,
    encode: (value) => {
      const bytes = value as Uint8Array
      return { size: bytes.length, write: (into, at) => into.set(bytes, at) }
    },
  },
}

const HEADER = 20

function encodeList({ oid, encode }: ElementType, values: readonly unknown[]): Buffer {
  const elements = values.map((value) => (value === null || value === undefined ? null : encode(value)))
  const size = elements.reduce((sum, element) => sum + 4 + (element?.size ?? 0), HEADER)
  const list = Buffer.allocUnsafe(size)
  list.writeInt32BE(1, 0)
  list.writeInt32BE(elements.includes(null) ? 1 : 0, 4)
  list.writeInt32BE(oid, 8)
  list.writeInt32BE(elements.length, 12)
  list.writeInt32BE(1, 16)
  let at = HEADER
  for (const element of elements) {
    list.writeInt32BE(element === null ? -1 : element.size, at)
    at += 4
    element?.write(list, at)
    at += element?.size ?? 0
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
