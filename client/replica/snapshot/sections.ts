/** A JSON header and number arrays in one buffer: written once, read in place. */
type Numbers = Uint8Array | Uint16Array | Uint32Array | Float64Array

const KINDS = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: Float64Array } as const
type Width = keyof typeof KINDS

/** Every array begins where its numbers may be read in place. */
const aligned = (offset: number) => Math.ceil(offset / 8) * 8

/** The narrowest array of whole numbers that holds them. */
export function narrow(values: readonly number[]): Uint8Array | Uint16Array | Uint32Array {
  const top = values.reduce((highest, value) => Math.max(highest, value), 0)
  if (top < 2 ** 8) return Uint8Array.from(values)
  return top < 2 ** 16 ? Uint16Array.from(values) : Uint32Array.from(values)
}

export function writeSections(header: object, sections: readonly Numbers[]): Uint8Array<ArrayBuffer> {
  const kinds = sections.map((section) => [section.BYTES_PER_ELEMENT, section.length])
  const text = new TextEncoder().encode(JSON.stringify({ header, kinds }))
  const start = aligned(4 + text.length)
  const size = sections.reduce((sum, section) => sum + aligned(section.byteLength), start)
  const bytes = new Uint8Array(size)
  new DataView(bytes.buffer).setUint32(0, text.length, true)
  bytes.set(text, 4)
  let at = start
  for (const section of sections) {
    bytes.set(new Uint8Array(section.buffer, section.byteOffset, section.byteLength), at)
    at += aligned(section.byteLength)
  }
  return bytes
}

/** Throws for what is not whole. `bytes` must begin at a multiple of eight of its buffer. */
export function readSections<H>(bytes: Uint8Array): { header: H; sections: readonly Numbers[] } {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)
  const { header, kinds } = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as {
    header: H
    kinds: readonly (readonly [Width, number])[]
  }
  let at = bytes.byteOffset + aligned(4 + length)
  const sections = kinds.map(([width, count]) => {
    const section = new KINDS[width](bytes.buffer as ArrayBuffer, at, count)
    at += aligned(section.byteLength)
    return section
  })
  if (at !== bytes.byteOffset + bytes.byteLength) throw new Error('a snapshot is not whole')
  return { header, sections }
}
