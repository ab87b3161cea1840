/**
 * Values that are not current any more, or never were: nothing a client typed is ever gone (I1). Values are sealed, and
 * fields are found by keyed hash, because a field's name may itself be an answer.
 */
import { randomUUID } from 'node:crypto'
import type { Json } from '../../shared/kernel/json.ts'
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import { SCHEMA_VERSION } from '../../shared/protocol/terms.ts'
import type { SqlTransaction } from '../platform/database.ts'
import { UnreadableError } from '../platform/sealing.ts'
import type { DocumentRef, Scope } from './collection.ts'
import { type NoteUnreadable, unreadableDocument } from './unreadable.ts'

/** A value that is not current any more, or never was. SPEC: shared/merge/SPEC.md. */
export interface HistoryEntry extends DocumentRef {
  readonly field: string
  readonly value: Json
  /** `previous`: replaced at `untilRev`; `submitted`: what a writer sent before it was merged; `lost`: lost a conflict. */
  readonly kind: 'previous' | 'submitted' | 'lost'
  readonly sinceRev: number
  readonly untilRev: number
  readonly device: string | null
  readonly at: number
}

const place = (id: string) => ({ collection: 'field_history', documentId: id, schema: SCHEMA_VERSION })
const tagOf = (scope: Scope, ref: DocumentRef, field: string) => scope.cipher.tag(`${ref.id}\n${field}`)

export interface SealedEntry {
  readonly clientId: string
  readonly id: string
  readonly tag: string
  readonly entry: Omit<HistoryEntry, 'field' | 'value'>
  readonly sealed: Uint8Array
}

export const sealHistory = (scope: Scope, entries: readonly HistoryEntry[]): readonly SealedEntry[] =>
  entries.map((entry) => {
    const id = randomUUID()
    const sealed = scope.cipher.seal(place(id), { field: entry.field, value: entry.value })
    return { clientId: scope.clientId, id, tag: tagOf(scope, entry, entry.field), entry, sealed }
  })

/** Entries of any clients. */
export async function putHistory(tx: SqlTransaction, entries: readonly SealedEntry[]): Promise<void> {
  if (entries.length === 0) return
  await tx.$executeRaw`
    INSERT INTO portal.field_history
      (client_id, collection, document_id, id, field_tag, kind, since_rev, until_rev, device, at, sealed)
    SELECT * FROM unnest(${entries.map(({ clientId }) => clientId)}::uuid[],
      ${entries.map(({ entry }) => COLLECTIONS[entry.collection].number)}::integer[],
      ${entries.map(({ entry }) => entry.id)}::uuid[], ${entries.map(({ id }) => id)}::uuid[],
      ${entries.map(({ tag }) => tag)}::text[], ${entries.map(({ entry }) => entry.kind)}::text[],
      ${entries.map(({ entry }) => entry.sinceRev)}::integer[],
      ${entries.map(({ entry }) => entry.untilRev)}::integer[], ${entries.map(({ entry }) => entry.device)}::text[],
      ${entries.map(({ entry }) => new Date(entry.at))}::timestamptz[],
      ${entries.map(({ sealed }) => sealed)}::bytea[])`
}

interface HistoryRow {
  readonly id: string
  readonly kind: HistoryEntry['kind']
  readonly since_rev: number
  readonly until_rev: number
  readonly device: string | null
  readonly at: Date
  readonly sealed: Uint8Array
}

function openedOrNull({ cipher }: Scope, row: HistoryRow) {
  try {
    return cipher.open(place(row.id), row.sealed) as { readonly field: string; readonly value: Json }
  } catch (error) {
    if (error instanceof UnreadableError) return null
    throw error
  }
}

/** Stored entries of a document, oldest first; of one field where `field` is given. */
export async function readHistory(
  scope: Scope,
  ref: DocumentRef,
  unreadable: NoteUnreadable,
  field?: string,
): Promise<readonly HistoryEntry[]> {
  const tag = field === undefined ? null : tagOf(scope, ref, field)
  const rows = await scope.tx.$queryRaw<HistoryRow[]>`
    SELECT id, kind, since_rev, until_rev, device, at, sealed FROM portal.field_history
    WHERE client_id = ${scope.clientId}::uuid AND collection = ${COLLECTIONS[ref.collection].number}
      AND document_id = ${ref.id}::uuid AND (${tag}::text IS NULL OR field_tag = ${tag}::text)
    ORDER BY until_rev, since_rev, at`
  return rows.flatMap((row) => {
    const opened = openedOrNull(scope, row)
    // What was damaged is not shown, stays where it is for whoever mends it, and keeps nobody from writing on.
    if (opened === null) {
      unreadable({ ...unreadableDocument(ref), row: `field_history ${row.id}` })
      return []
    }
    const { field, value } = opened
    return {
      ...ref,
      field,
      value,
      kind: row.kind,
      sinceRev: row.since_rev,
      untilRev: row.until_rev,
      device: row.device,
      at: row.at.getTime(),
    }
  })
}
