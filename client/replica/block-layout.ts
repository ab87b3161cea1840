/**
 * How the documents of a block lie in it: by fields, as columns, for what is alike then lies side by side, which is
 * shorter and compresses faster and better. Documents that have little in common, and blocks of older builds, are a plain array.
 * Every value comes back as it was; the order of an object's keys may not.
 */
import type { Json, JsonObject } from '../../shared/kernel/json.ts'

type Path = readonly string[]
/** A value for each document, or, where some have none, `[places, values]`. */
type Column =
  | { readonly all: readonly Json[] }
  | { readonly at: readonly number[]; readonly some: readonly Json[] }
interface Columns {
  readonly count: number
  readonly paths: readonly Path[]
  readonly columns: readonly Column[]
}

export interface BlockContents<T> {
  readonly count: number
  /** Made anew at each call. */
  at(index: number): T
}

/** So many times the fields of one document may a block have, before columns are no gain. */
const ALIKE = 3

/** A field by where it is: its column, if it has values, and what lies below it. */
interface Field {
  readonly path: Path
  readonly below: Map<string, Field>
  readonly at: number[]
  readonly some: Json[]
}
const fieldAt = (path: Path): Field => ({ path, below: new Map(), at: [], some: [] })

export function layOut(contents: readonly object[]): string {
  const columns: Field[] = []
  let values = 0
  let plain = false
  const walk = (value: JsonObject, here: Field, index: number) => {
    for (const key of Object.keys(value)) {
      const part = value[key]
      // It would set a prototype when it is put together again.
      if (key === '__proto__') plain = true
      let field = here.below.get(key)
      if (field === undefined) {
        field = fieldAt([...here.path, key])
        here.below.set(key, field)
      }
      if (isBranch(part)) walk(part, field, index)
      else if (part !== undefined) {
        if (field.at.length === 0) columns.push(field)
        field.at.push(index)
        field.some.push(part)
        values += 1
      }
    }
  }
  const top = fieldAt([])
  for (const [index, content] of contents.entries()) walk(content as JsonObject, top, index)
  if (plain || columns.length * contents.length > values * ALIKE) return JSON.stringify(contents)
  return JSON.stringify({
    count: contents.length,
    paths: columns.map(({ path }) => path),
    columns: columns.map(({ at, some }) => (some.length === contents.length ? { all: some } : { at, some })),
  } satisfies Columns)
}

function isBranch(value: Json | undefined): value is JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  for (const _ in value) return true
  return false
}

/** Throws for what `layOut` did not write. */
export function contentsOf<T>(text: string): BlockContents<T> {
  const laidOut = JSON.parse(text) as Columns | readonly T[]
  if ('length' in laidOut) return { count: laidOut.length, at: (index) => laidOut[index] as T }
  const { count, paths, columns } = laidOut
  const places = columns.map((column) =>
    'all' in column ? undefined : new Map(column.at.map((index, place) => [index, place])),
  )
  return {
    count,
    at(index) {
      const content: Branch = {}
      for (const [number, column] of columns.entries()) {
        const value = 'all' in column ? column.all[index] : column.some[places[number]?.get(index) ?? -1]
        if (value !== undefined) put(content, paths[number] as Path, value)
      }
      return content as T
    },
  }
}

interface Branch {
  [key: string]: Json | Branch
}

function put(content: Branch, path: Path, value: Json): void {
  let at = content
  for (let depth = 0; depth < path.length - 1; depth += 1) {
    const key = path[depth] as string
    // Its own, not what every object has by that name.
    if (!Object.hasOwn(at, key)) at[key] = {}
    at = at[key] as Branch
  }
  at[path[path.length - 1] as string] = value
}

export function allOf<T>({ count, at }: BlockContents<T>): T[] {
  return Array.from({ length: count }, (_, index) => at(index))
}
