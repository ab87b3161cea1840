/** What a snapshot knows of a collection's documents: the fields of its indexes, as RxDB's schema describes them. */
import type { RxDocumentData, RxJsonSchema } from 'rxdb'
import type { Json } from '../../../shared/kernel/json.ts'

/** Plain JSON: it crosses the port, and is compared as text. */
export interface Shape {
  readonly primaryPath: string
  /** As RxDB names them: with `_deleted` before and the primary key behind. */
  readonly indexes: readonly (readonly string[])[]
  /** The part of the schema that is needed to order documents. */
  readonly schema: RxJsonSchema<RxDocumentData<unknown>>
}

export function shapeOf<T>(schema: RxJsonSchema<RxDocumentData<T>>, primaryPath: string): Shape {
  const named = (schema.indexes ?? []).map((index) => (typeof index === 'string' ? [index] : [...index]))
  // The last is the memory storage's own: by time of writing.
  const indexes = [...named, ['_deleted', '_meta.lwt', primaryPath]] as string[][]
  const tops = new Set(indexes.flat().map((path) => path.split('.')[0] as string))
  const properties = Object.fromEntries(
    Object.entries(schema.properties).filter(([name]) => name === primaryPath || tops.has(name)),
  )
  return {
    primaryPath,
    indexes,
    schema: JSON.parse(JSON.stringify({ primaryKey: primaryPath, version: 0, type: 'object', properties })),
  }
}

/** Paths of a shape's values: everything in its indexes but the primary key. */
export const pathsOf = ({ indexes, primaryPath }: Shape): string[] =>
  [...new Set(indexes.flat())].filter((path) => path !== primaryPath)

export function valueAt(document: unknown, path: string): Json | undefined {
  let value = document as { [key: string]: unknown } | undefined
  for (const part of path.split('.')) value = value?.[part] as typeof value
  return value as Json | undefined
}

/** A document while it is put together. */
interface Unfinished {
  [key: string]: Json | Unfinished
}

export function setValue(document: Unfinished, path: string, value: Json): void {
  const parts = path.split('.')
  const last = parts.pop() as string
  let at = document
  for (const part of parts) {
    at[part] ??= {}
    at = at[part] as Unfinished
  }
  at[last] = value
}
