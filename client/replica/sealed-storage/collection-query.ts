/**
 * Queries over the two layers of a collection's index. Of the snapshot's rows only what is asked for in the end is
 * fetched, where the query looks at nothing but indexed fields; otherwise every document in its range.
 * SPEC: client/replica/SPEC.md, R38.
 */
import {
  getIndexableStringMonad,
  getQueryMatcher,
  getSortComparator,
  getStartIndexStringFromLowerBound,
  getStartIndexStringFromUpperBound,
  type PreparedQuery,
  type RxDocumentData,
  type RxJsonSchema,
} from 'rxdb'
import { getMemoryIndexName } from 'rxdb/plugins/storage-memory'
import type { MemoryIndex } from '../memory-index.ts'
import type { Columns } from '../snapshot/columns.ts'
import type { Bodies } from './bodies.ts'

export interface Queried<T> {
  readonly schema: RxJsonSchema<RxDocumentData<T>>
  readonly index: MemoryIndex<T>
  readonly bodies: Bodies<T>
}

/** `view`: what selector and order see of it; the document itself where `row` is -1. */
interface Match<T> {
  readonly view: RxDocumentData<T>
  readonly row: number
}

/** Documents move on while others are fetched; more often than this in one query is a bug. */
const ATTEMPTS = 100

export async function runQuery<T>(
  queried: Queried<T>,
  prepared: PreparedQuery<T>,
): Promise<RxDocumentData<T>[]> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const matches = await matchesOf(queried, prepared)
    const rows = matches?.flatMap(({ row }) => (row < 0 ? [] : [row])) ?? []
    if (matches === undefined) continue
    if (rows.length === 0) return matches.map(({ view }) => view)
    const documents = await queried.bodies.load(rows)
    if (documents !== undefined)
      return matches.map(({ view, row }) => (row < 0 ? view : (documents.get(row) as RxDocumentData<T>)))
  }
  throw new Error('the documents of a query do not come to rest')
}

export async function countMatches<T>(queried: Queried<T>, prepared: PreparedQuery<T>): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { skip: _, limit: __, ...query } = prepared.query
    const matches = await matchesOf(queried, { ...prepared, query: query as typeof prepared.query }, false)
    if (matches !== undefined) return matches.length
  }
  throw new Error('the documents of a query do not come to rest')
}

/** undefined: some have moved on; ask again. */
async function matchesOf<T>(
  queried: Queried<T>,
  prepared: PreparedQuery<T>,
  ordered = true,
): Promise<Match<T>[] | undefined> {
  const { query, queryPlan } = prepared
  const { index, schema, bodies } = queried
  const { columns } = index
  const matcher = queryPlan.selectorSatisfiedByIndex ? undefined : getQueryMatcher(schema, query)
  const fits = (view: RxDocumentData<T>) => matcher === undefined || matcher(view)
  const skip = query.skip ?? 0
  const end = skip + (query.limit ?? Number.POSITIVE_INFINITY)
  const pace: Pace<T> = ordered ? paceOf(queried, prepared, end) : ALL_OF_IT
  const range = rangeOf(queried, prepared)

  const above = take(range.documents, pace, (document) =>
    fits(document) ? { view: document, row: -1 } : undefined,
  )
  let below: Match<T>[] = []
  const looked = [
    ...(matcher ? pathsIn(query.selector) : []),
    ...(ordered ? query.sort.flatMap(Object.keys) : []),
  ]
  if (columns !== undefined && looked.every((path) => columns.has(path)))
    below = take(range.rows, pace, (row) => {
      if (!index.counts(row)) return undefined
      const view = columns.keys(row) as unknown as RxDocumentData<T>
      return fits(view) ? { view, row } : undefined
    })
  else if (columns !== undefined) {
    const rows = Array.from({ length: range.rows.length }, (_, at) => range.rows.at(at)).filter(index.counts)
    const read = new Map<number, RxDocumentData<T>>()
    const whole = await bodies.visit(rows, (row, document) => fits(document) && read.set(row, document))
    if (!whole) return undefined
    below = rows.flatMap((row) => {
      const view = read.get(row)
      return view === undefined ? [] : [{ view, row: -1 }]
    })
  }
  const matches = [...above, ...below]
  const sorted = queryPlan.sortSatisfiedByIndex && (above.length === 0 || below.length === 0)
  if (ordered && !sorted) {
    const compare = getSortComparator(schema, query)
    matches.sort((a, b) => compare(a.view, b.view))
  }
  return skip === 0 && matches.length <= end ? matches : matches.slice(skip, end)
}

/** How much of a range is enough, and from which end. */
interface Pace<T> {
  readonly enough: number
  readonly backwards: boolean
  /** Documents that this does not tell apart may come in another order than the index has. */
  readonly rank?: ((view: RxDocumentData<T>) => string) | undefined
}
const ALL_OF_IT: Pick<Pace<unknown>, 'enough' | 'backwards'> = {
  enough: Number.POSITIVE_INFINITY,
  backwards: false,
}

/**
 * Where the first field of the order is the first of the index that is not fixed, the range is in that order, from one
 * end or the other. Only for numbers: texts do not sort in an index quite as they compare.
 */
function paceOf<T>({ schema }: Queried<T>, { query, queryPlan }: PreparedQuery<T>, enough: number): Pace<T> {
  if (queryPlan.sortSatisfiedByIndex) return { enough, backwards: false }
  const { index, startKeys, endKeys } = queryPlan
  const free = index[startKeys.findIndex((key, at) => key !== endKeys[at])]
  const [first] = query.sort
  const [path, direction] = Object.entries(first ?? {})[0] ?? []
  const type = path && (schema.properties as { [path: string]: { type?: unknown } | undefined })[path]?.type
  if (path === undefined || path !== free || (type !== 'number' && type !== 'integer')) return ALL_OF_IT
  return { enough, backwards: direction === 'desc', rank: getIndexableStringMonad(schema, [path]) }
}

interface Listed<V> {
  readonly length: number
  at(position: number): V
}

function take<T, V>(
  { length, at }: Listed<V>,
  { enough, backwards, rank }: Pace<T>,
  match: (value: V) => Match<T> | undefined,
): Match<T>[] {
  const taken: Match<T>[] = []
  let last: string | undefined
  for (let position = 0; position < length; position += 1) {
    if (taken.length >= enough && rank === undefined) break
    const found = match(at(backwards ? length - 1 - position : position))
    if (found === undefined) continue
    if (taken.length >= enough && rank?.(found.view) !== last) break
    taken.push(found)
    if (taken.length === enough) last = rank?.(found.view)
  }
  return taken
}

/** What of both layers lies between the bounds of the plan, by rising index string. */
function rangeOf<T>(
  { schema, index }: Queried<T>,
  { queryPlan }: PreparedQuery<T>,
): { documents: Listed<RxDocumentData<T>>; rows: Listed<number> } {
  const { index: fields, startKeys, endKeys, inclusiveStart, inclusiveEnd } = queryPlan
  const name = getMemoryIndexName(fields)
  const sorted = index.internals.byIndex[name]
  if (sorted === undefined) throw new Error(`index does not exist ${name}`)
  const lower = getStartIndexStringFromLowerBound(schema, fields, startKeys)
  const upper = getStartIndexStringFromUpperBound(schema, fields, endKeys)
  const between = (length: number, text: (position: number) => string) => {
    const from = partition(length, (at) => (inclusiveStart ? text(at) < lower : text(at) <= lower))
    const to = partition(length, (at) => (inclusiveEnd ? text(at) <= upper : text(at) < upper))
    return { from, length: Math.max(0, to - from) }
  }
  const entries = sorted.docsWithIndex
  const above = between(entries.length, (at) => entries[at]?.[0] ?? '')
  const documents = {
    length: above.length,
    at: (at: number) => entries[above.from + at]?.[1] as RxDocumentData<T>,
  }
  const { columns } = index
  if (columns === undefined) return { documents, rows: { length: 0, at: () => -1 } }
  const order = columns.order(name)
  const textOf = (columnsOf: Columns, row: number) =>
    sorted.getIndexableString(columnsOf.keys(row) as unknown as RxDocumentData<T>)
  const below = between(columns.count, (at) => textOf(columns, order[at] as number))
  return {
    documents,
    rows: { length: below.length, at: (at) => order[below.from + at] as number },
  }
}

/** The first position where `before` no longer holds. */
function partition(length: number, before: (position: number) => boolean): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (before(middle)) low = middle + 1
    else high = middle
  }
  return low
}

/** Every field that a selector looks at. */
function pathsIn(selector: unknown): string[] {
  return Object.entries(selector as object).flatMap(([key, value]) =>
    key.startsWith('$') ? (Array.isArray(value) ? value.flatMap(pathsIn) : ['?']) : [key],
  )
}
