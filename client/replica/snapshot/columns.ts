/**
 * A collection's ids, revisions, places and indexed fields in columns, and its rows in the order of each index: enough
 * to answer a query without any document. Rows lie in the order of their ids. Pure; sealed by the worker, read by the
 * page. SPEC: client/replica/SPEC.md, R36.
 */
import { getIndexableStringMonad, type RxDocumentData } from 'rxdb'
import type { Json, JsonObject } from '../../../shared/kernel/json.ts'
import { narrow, readSections, writeSections } from './sections.ts'
import { pathsOf, type Shape, setValue, valueAt } from './shape.ts'

/** A document by what is indexed of it. */
export interface ColumnRow {
  readonly id: string
  readonly rev: string
  /** Its block and its place there; block 0: it has a record of its own. */
  readonly block: number
  readonly at: number
  /** By path; a document that has no such field has no such entry. */
  readonly values: ReadonlyMap<string, Json>
}

export interface Columns {
  /** Of the shape it was made for, as text. */
  readonly shape: string
  readonly count: number
  id(row: number): string
  /** -1: not here. */
  rowOf(id: string): number
  rev(row: number): string
  height(row: number): number
  block(row: number): number
  at(row: number): number
  has(path: string): boolean
  /** What is indexed of a document, as a document. */
  keys(row: number): JsonObject
  /** Rows by rising index string; the index is named by its fields. */
  order(index: string): ArrayLike<number>
}

type Header = {
  readonly shape: string
  readonly count: number
  /** Where they are no UUIDs. */
  readonly ids?: readonly string[]
  readonly tokens: readonly string[]
  /** Values of each column that is not all numbers; code 0 stands for none. */
  readonly values: readonly (readonly Json[] | null)[]
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const byId = (a: ColumnRow, b: ColumnRow) => (a.id < b.id ? -1 : 1)

/** What a row of a shape holds of a document. */
export function rowOf(
  shape: Shape,
  document: { readonly _rev: string },
  place: { block: number; at: number },
): ColumnRow {
  const values = new Map<string, Json>()
  for (const path of pathsOf(shape)) {
    const value = valueAt(document, path)
    if (value !== undefined) values.set(path, value)
  }
  return { id: String(valueAt(document, shape.primaryPath)), rev: document._rev, ...place, values }
}

const splitRevision = (rev: string): [number, string] => {
  const dash = rev.indexOf('-')
  return [Number(rev.slice(0, dash)), rev.slice(dash + 1)]
}

/** `pause` is awaited between the parts of the work. */
export async function writeColumns(
  shape: Shape,
  unordered: readonly ColumnRow[],
  pause: () => Promise<void>,
): Promise<Uint8Array<ArrayBuffer>> {
  const rows = [...unordered].sort(byId)
  const uuids = rows.every(({ id }) => UUID.test(id))
  const revisions = rows.map(({ rev }) => splitRevision(rev))
  const tokens = dictionary(revisions.map(([, token]) => token))
  const columns = pathsOf(shape).map((path) => columnOf(rows.map(({ values }) => values.get(path))))
  await pause()
  const documents = rows.map((row) => keysOf(shape, row))
  const orders = []
  for (const index of shape.indexes) {
    orders.push(orderBy(shape, index, documents))
    await pause()
  }
  const header: Header = {
    shape: JSON.stringify(shape),
    count: rows.length,
    ...(!uuids && { ids: rows.map(({ id }) => id) }),
    tokens: tokens.values,
    values: columns.map(({ values }) => values),
  }
  return writeSections(header, [
    uuids ? idBytes(rows) : new Uint8Array(),
    narrow(revisions.map(([height]) => height)),
    narrow(tokens.codes),
    narrow(rows.map(({ block }) => block)),
    narrow(rows.map(({ at }) => at)),
    ...columns.map(({ numbers }) => numbers),
    ...orders,
  ])
}

function orderBy(shape: Shape, index: readonly string[], documents: readonly JsonObject[]) {
  const text = getIndexableStringMonad(shape.schema, [...index])
  const entries = documents.map((document, row): [string, number] => [
    text(document as unknown as RxDocumentData<unknown>),
    row,
  ])
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return narrow(entries.map(([, row]) => row))
}

function keysOf(shape: Shape, row: ColumnRow): JsonObject {
  const document: { [key: string]: Json } = { [shape.primaryPath]: row.id }
  for (const [path, value] of row.values) setValue(document, path, value)
  return document
}

const idBytes = (rows: readonly ColumnRow[]) => {
  const bytes = new Uint8Array(rows.length * 16)
  for (const [row, { id }] of rows.entries()) {
    const hex = id.replaceAll('-', '')
    for (let byte = 0; byte < 16; byte += 1)
      bytes[row * 16 + byte] = Number.parseInt(hex.slice(2 * byte, 2 * byte + 2), 16)
  }
  return bytes
}

function dictionary(texts: readonly string[]) {
  const known = new Map<string, number>()
  const codes = texts.map((text) => {
    const code = known.get(text) ?? known.size
    known.set(text, code)
    return code
  })
  return { values: [...known.keys()], codes }
}

function columnOf(values: readonly (Json | undefined)[]) {
  if (values.every((value) => typeof value === 'number'))
    return { values: null, numbers: Float64Array.from(values) }
  const { values: texts, codes } = dictionary(values.map((value) => JSON.stringify(value) ?? ''))
  const none = texts.indexOf('')
  const known = texts.filter((text) => text !== '').map((text) => JSON.parse(text) as Json)
  const shifted = codes.map((code) => (code === none ? 0 : none >= 0 && code > none ? code : code + 1))
  return { values: known, numbers: narrow(shifted) }
}

/** Throws for what `writeColumns` did not write. */
export function readColumns(bytes: Uint8Array): Columns {
  const { header, sections } = readSections<Header>(bytes)
  const shape = JSON.parse(header.shape) as Shape
  const paths = pathsOf(shape)
  const [ids, heights, tokens, blocks, places] = sections as [Uint8Array, ...ArrayLike<number>[]]
  const columns = sections.slice(5, 5 + paths.length)
  const orders = sections.slice(5 + paths.length)
  if (orders.length !== shape.indexes.length) throw new Error('a snapshot lacks an index')
  const { count } = header
  const at = (column: ArrayLike<number> | undefined, row: number) => column?.[row] as number
  const id = (row: number): string => {
    if (header.ids !== undefined) return header.ids[row] as string
    let text = ''
    for (let byte = 0; byte < 16; byte += 1) {
      if (byte === 4 || byte === 6 || byte === 8 || byte === 10) text += '-'
      text += HEX[ids[row * 16 + byte] as number]
    }
    return text
  }
  return {
    shape: header.shape,
    count,
    id,
    rowOf(wanted) {
      let low = 0
      let high = count - 1
      while (low <= high) {
        const middle = (low + high) >>> 1
        const found = id(middle)
        if (found === wanted) return middle
        if (found < wanted) low = middle + 1
        else high = middle - 1
      }
      return -1
    },
    rev: (row) => `${at(heights, row)}-${header.tokens[at(tokens, row)]}`,
    height: (row) => at(heights, row),
    block: (row) => at(blocks, row),
    at: (row) => at(places, row),
    has: (path) => path === shape.primaryPath || paths.includes(path),
    keys(row) {
      const document: { [key: string]: Json } = { [shape.primaryPath]: id(row) }
      for (const [column, path] of paths.entries()) {
        const code = at(columns[column], row)
        const values = header.values[column]
        const value = values ? values[code - 1] : code
        if (value !== undefined) setValue(document, path, value)
      }
      return document
    },
    order: (name) =>
      orders[shape.indexes.findIndex((index) => index.join(',') === name)] as ArrayLike<number>,
  }
}
