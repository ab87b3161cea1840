/** Rows of the sealed database and what is in them; reading several documents with all that belongs to them. */
import type { JsonObject } from '../../../shared/kernel/json.ts'
import type { StoredDocument } from '../worker-port.ts'
import { contentOf, type OutboxContent, type OutboxEntry } from './outbox-entry.ts'
import type { DocumentKey, OutboxRow, RecordRow, ShadowRow } from './sealed-rows.ts'
import type { Place, Sealer } from './sealer.ts'
import { type ServerState, UNKNOWN } from './server-state.ts'
import type { StoreReads } from './store-reads.ts'

/** Sealed in a record: the document and the server revision that it shows (the shadow's, where there is one). */
export interface RecordContent {
  readonly d: StoredDocument
  readonly s: number
}

export const recordPlace = (c: number, id: string): Place => ({ table: 'record', collection: c, key: id })
export const shadowPlace = (c: number, id: string): Place => ({ table: 'shadow', collection: c, key: id })
export const outboxPlace = (c: number, n: number): Place => ({
  table: 'outbox',
  collection: c,
  key: String(n),
})

/** A document and everything that is known of it on this device. */
export interface KnownDocument {
  readonly key: DocumentKey
  readonly stored: StoredDocument | null
  /** The server revision sealed with the record. */
  readonly recordRev: number
  readonly server: ServerState
  readonly hasShadow: boolean
  /** By rising number. */
  readonly pending: readonly OutboxEntry[]
}

export interface KnownRows {
  readonly key: DocumentKey
  readonly record: RecordRow | undefined
  readonly shadow: ShadowRow | undefined
  readonly outbox: readonly OutboxRow[]
}

/** Call inside `read` or `update`. */
export async function readRows(reads: StoreReads, keys: readonly DocumentKey[]): Promise<KnownRows[]> {
  const [records, shadows, entries] = await Promise.all([
    reads.records.getMany(keys),
    reads.shadow.getMany(keys),
    reads.outbox.ofDocuments(keys),
  ])
  const byKey = new Map<string, OutboxRow[]>()
  for (const entry of entries) {
    const list = byKey.get(`${entry.c}|${entry.id}`) ?? []
    list.push(entry)
    byKey.set(`${entry.c}|${entry.id}`, list)
  }
  return keys.map((key, index) => ({
    key,
    record: records[index],
    shadow: shadows[index],
    outbox: (byKey.get(`${key[0]}|${key[1]}`) ?? []).sort((a, b) => a.n - b.n),
  }))
}

export async function openRecord(sealer: Sealer, row: RecordRow): Promise<RecordContent> {
  return sealer.open<RecordContent>(recordPlace(row.c, row.id), row.e)
}

export async function openEntry(sealer: Sealer, row: OutboxRow): Promise<OutboxEntry> {
  const content = await sealer.open<OutboxContent>(outboxPlace(row.c, row.n), row.e)
  return {
    ...content,
    n: row.n,
    collection: row.c,
    id: row.id,
    state: row.t,
    writer: row.w,
    ...(row.u && { unheard: row.u }),
  }
}

export async function openKnown(sealer: Sealer, rows: KnownRows): Promise<KnownDocument> {
  const { record, shadow } = rows
  const [content, shadowBody, pending] = await Promise.all([
    record && openRecord(sealer, record),
    shadow && sealer.open<JsonObject | null>(shadowPlace(shadow.c, shadow.id), shadow.e),
    Promise.all(rows.outbox.map((row) => openEntry(sealer, row))),
  ])
  let server: ServerState = UNKNOWN
  if (shadow !== undefined) server = { rev: shadow.s, body: shadowBody ?? null }
  else if (content !== undefined)
    server = { rev: content.s, body: content.d._deleted ? null : bodyOf(content.d) }
  return {
    key: rows.key,
    stored: content?.d ?? null,
    recordRev: content?.s ?? 0,
    server,
    hasShadow: shadow !== undefined,
    pending,
  }
}

export const sealRecord = async (
  sealer: Sealer,
  [c, id]: DocumentKey,
  d: StoredDocument,
  s: number,
): Promise<RecordRow> => ({
  c,
  id,
  r: d._rev,
  e: await sealer.seal(recordPlace(c, id), { d, s } satisfies RecordContent),
})

export const sealShadow = async (
  sealer: Sealer,
  [c, id]: DocumentKey,
  state: ServerState,
): Promise<ShadowRow> => ({ c, id, s: state.rev, e: await sealer.seal(shadowPlace(c, id), state.body) })

export const sealEntry = async (sealer: Sealer, entry: OutboxEntry): Promise<OutboxRow> => ({
  n: entry.n,
  c: entry.collection,
  id: entry.id,
  t: entry.state,
  w: entry.writer,
  ...(entry.unheard && { u: entry.unheard }),
  e: await sealer.seal(outboxPlace(entry.collection, entry.n), contentOf(entry)),
})

/** A stored document without what RxDB added. */
export function bodyOf(document: StoredDocument): JsonObject {
  const { _rev, _deleted, _meta, _attachments, ...body } = document
  return body as JsonObject
}

export const heightOf = (revision: string): number => Number.parseInt(revision, 10) || 0
