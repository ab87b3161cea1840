/**
 * What the worker remembers of the sealed database, true for one version of it: all of the outbox, where every
 * document lies, and the rows used last. Still sealed, but for what the sealer remembers. Another tab's commit makes
 * all of it worthless, which the version shows. SPEC: client/replica/SPEC.md, R2.
 */
import type {
  BlockHead,
  BlockKey,
  DocumentKey,
  HeadRow,
  OutboxRow,
  RecordRow,
  ShadowRow,
  SnapshotMark,
  Tables,
} from './sealed-rows.ts'
import type { Changeset, ResealedRow } from './store-changes.ts'

export const textOf = ([c, id]: readonly [number, string | number]) => `${c}|${id}`
export const keyOf = (text: string): DocumentKey => {
  const bar = text.indexOf('|')
  return [Number(text.slice(0, bar)), text.slice(bar + 1)]
}

/** Where a document lies in a block. */
interface Slot {
  readonly block: BlockKey
  readonly at: number
}

export interface Mirror {
  version: number
  /** Mutation number. */
  next: number
  ended: boolean
  /** Documents with a record of their own. */
  readonly apart: Set<string>
  /** Documents in blocks, those that are newer apart as well included. */
  readonly slots: Map<string, Slot>
  readonly heads: Map<string, BlockHead>
  snapshots: { readonly [collection: number]: SnapshotMark }
  /** What was written or dropped singly since its collection's snapshot. */
  readonly moved: Set<string>
  readonly shadowed: Set<string>
  outbox: Map<number, OutboxRow>
  readonly byDocument: Map<string, Set<number>>
  readonly meta: Map<string, unknown>
  readonly records: Map<string, RecordRow>
  readonly shadow: Map<string, ShadowRow>
  readonly opened: Map<string, readonly RecordRow[]>
  topBlock: number
}

/** Rows kept in memory, of records and of shadows each: more than two batches, so that their answers need no disk. */
const ROWS = 2_500
const OPENED_BLOCKS = 16

export function remember<V>(rows: Map<string, V>, key: string, row: V): void {
  rows.delete(key)
  rows.set(key, row)
  if (rows.size > ROWS) rows.delete(rows.keys().next().value as string)
}

/** Between two readings only: one reading may need many blocks at once. */
export function forgetOldBlocks({ opened }: Mirror): void {
  while (opened.size > OPENED_BLOCKS) opened.delete(opened.keys().next().value as string)
}

export async function loadMirror(
  tables: Tables,
  { version, next, ended = false }: Omit<HeadRow, 'turn'>,
): Promise<Mirror> {
  const [marks, moved, heads, records, shadow, outbox] = await Promise.all([
    tables.meta.get('snapshots') as Promise<Mirror['snapshots'] | undefined>,
    tables.moved.keys(),
    tables.heads.all(),
    tables.records.keys(),
    tables.shadow.keys(),
    tables.outbox.all(),
  ])
  const mirror: Mirror = {
    version,
    next,
    ended,
    apart: new Set(records.map(textOf)),
    slots: new Map(),
    heads: new Map(),
    snapshots: marks ?? {},
    moved: new Set(moved.map(textOf)),
    shadowed: new Set(shadow.map(textOf)),
    outbox: new Map(),
    byDocument: new Map(),
    meta: new Map(),
    records: new Map(),
    shadow: new Map(),
    opened: new Map(),
    topBlock: 0,
  }
  for (const head of heads) addHead(mirror, head)
  // A number that a snapshot has seen is never given again, whatever became of its block.
  for (const { top } of Object.values(mirror.snapshots)) mirror.topBlock = Math.max(mirror.topBlock, top)
  for (const row of outbox) addEntry(mirror, row)
  return mirror
}

function addHead(mirror: Mirror, head: BlockHead): void {
  const block: BlockKey = [head.c, head.b]
  mirror.heads.set(textOf(block), head)
  mirror.topBlock = Math.max(mirror.topBlock, head.b)
  for (const [at, id] of head.ids.entries())
    if (id !== '') mirror.slots.set(textOf([head.c, id]), { block, at })
}

function addEntry(mirror: Mirror, row: OutboxRow): void {
  mirror.outbox.set(row.n, row)
  const document = textOf([row.c, row.id])
  const numbers = mirror.byDocument.get(document)
  if (numbers) numbers.add(row.n)
  else mirror.byDocument.set(document, new Set([row.n]))
}

function dropEntry(mirror: Mirror, number: number): void {
  const row = mirror.outbox.get(number)
  if (row === undefined) return
  mirror.outbox.delete(number)
  const document = textOf([row.c, row.id])
  const numbers = mirror.byDocument.get(document)
  numbers?.delete(number)
  if (numbers?.size === 0) mirror.byDocument.delete(document)
}

/** Heads of blocks that documents leave by these changes, as they are afterwards. */
export function leftHeads(mirror: Mirror, changes: Changeset): Map<string, BlockHead> {
  const left = new Map<string, BlockHead>()
  const leave = (document: string) => {
    const slot = mirror.slots.get(document)
    if (slot === undefined) return
    const key = textOf(slot.block)
    const before = left.get(key) ?? mirror.heads.get(key)
    if (before === undefined) return
    const head = left.get(key) ?? { ...before, ids: [...before.ids] }
    head.ids[slot.at] = ''
    left.set(key, head)
  }
  for (const key of changes.dropRecords ?? []) leave(textOf(key))
  for (const { row, ids } of changes.blocks ?? []) for (const id of ids) leave(textOf([row.c, id]))
  return left
}

export const isEmpty = ({ ids }: BlockHead) => ids.every((id) => id === '')

/** Documents that their collection's snapshot no longer has as they are. Blocks tell it by their numbers. */
export function newlyMoved(mirror: Mirror, { records = [], dropRecords = [] }: Changeset): DocumentKey[] {
  const written = [...records.map(({ c, id }): DocumentKey => [c, id]), ...dropRecords]
  return written.filter((key) => mirror.snapshots[key[0]] !== undefined && !mirror.moved.has(textOf(key)))
}

export const movedIn = (mirror: Mirror, collection: number): DocumentKey[] =>
  [...mirror.moved].map(keyOf).filter(([c]) => c === collection)

/** Once they are committed. */
export function takeChanges(mirror: Mirror, changes: Changeset, version: number): void {
  takeMoved(mirror, changes)
  takeDocuments(mirror, changes)
  takeOutbox(mirror, changes)
  for (const key of changes.dropShadow ?? []) {
    mirror.shadowed.delete(textOf(key))
    mirror.shadow.delete(textOf(key))
  }
  for (const row of changes.shadow ?? []) {
    mirror.shadowed.add(textOf([row.c, row.id]))
    remember(mirror.shadow, textOf([row.c, row.id]), row)
  }
  for (const key of changes.dropMeta ?? []) mirror.meta.set(key, undefined)
  for (const [key, value] of Object.entries(changes.meta ?? {})) mirror.meta.set(key, value)
  for (const resealed of changes.resealed ?? []) takeResealed(mirror, resealed)
  mirror.version = version
  mirror.next = changes.next ?? mirror.next
  mirror.ended ||= changes.ended === true
}

/** Of rows that are remembered: nothing has moved, and blocks that are open stay so. */
function takeResealed(mirror: Mirror, { table, row }: ResealedRow): void {
  if (table === 'records') remember(mirror.records, textOf([row.c, row.id]), row)
  if (table === 'shadow') remember(mirror.shadow, textOf([row.c, row.id]), row)
  if (table === 'outbox') mirror.outbox.set(row.n, row)
}

function takeMoved(mirror: Mirror, changes: Changeset): void {
  for (const key of newlyMoved(mirror, changes)) mirror.moved.add(textOf(key))
  if (changes.snapshot === undefined) return
  const { row, top } = changes.snapshot
  mirror.snapshots = { ...mirror.snapshots, [row.c]: { v: row.v, top } }
  for (const key of movedIn(mirror, row.c)) mirror.moved.delete(textOf(key))
}

function takeDocuments(mirror: Mirror, changes: Changeset): void {
  for (const [key, head] of leftHeads(mirror, changes)) {
    if (isEmpty(head)) mirror.heads.delete(key)
    else mirror.heads.set(key, head)
  }
  const forget = (document: string) => {
    mirror.apart.delete(document)
    mirror.records.delete(document)
  }
  for (const key of changes.dropRecords ?? []) {
    forget(textOf(key))
    mirror.slots.delete(textOf(key))
  }
  for (const { row, ids } of changes.blocks ?? []) {
    for (const id of ids) forget(textOf([row.c, id]))
    addHead(mirror, { c: row.c, b: row.b, ids: [...ids] })
  }
  for (const row of changes.records ?? []) {
    mirror.apart.add(textOf([row.c, row.id]))
    remember(mirror.records, textOf([row.c, row.id]), row)
  }
}

function takeOutbox(mirror: Mirror, changes: Changeset): void {
  for (const number of changes.dropOutbox ?? []) dropEntry(mirror, number)
  let last = 0
  for (const row of changes.outbox ?? []) {
    last = Math.max(last, row.n)
    addEntry(mirror, row)
  }
  // Replayed ones have older numbers than what waits.
  if (last > 0) inOrder(mirror)
}

function inOrder(mirror: Mirror): void {
  let before = 0
  for (const number of mirror.outbox.keys()) {
    if (number < before) {
      mirror.outbox = new Map([...mirror.outbox].sort(([a], [b]) => a - b))
      return
    }
    before = number
  }
}
