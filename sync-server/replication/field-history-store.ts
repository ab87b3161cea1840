/**
 * Values that are not current any more, or never were: nothing a client typed is ever gone (I1). Values are sealed, and
 * fields are found by keyed hash, because a field's name may itself be an answer.
 */
import { randomUUID } from 'node:crypto'
import type { Json } from '../../shared/kernel/json.ts'
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import { SCHEMA_VERSION } from '../../shared/protocol/messages.ts'
import type { SqlTransaction } from '../platform/database.ts'
import type { DocumentRef, Scope } from './collection.ts'
import { packBytes } from './rows-json.ts'

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
  readonly row: { readonly [column: string]: string | number | null }
  readonly sealed: Uint8Array
}

export const sealHistory = (
  scope: Scope,
  entries: readonly HistoryEntry[],
): Promise<readonly SealedEntry[]> =>
  Promise.all(
    entries.map(async (entry) => {
      const id = randomUUID()
      const row = {
        client_id: scope.clientId,
        collection: COLLECTIONS[entry.collection].number,
        document_id: entry.id,
        id,
        field_tag: tagOf(scope, entry, entry.field),
        kind: entry.kind,
        since_rev: entry.sinceRev,
        until_rev: entry.untilRev,
        device: entry.device,
        entered: new Date(entry.at).toISOString(),
      }
      return { row, sealed: await scope.cipher.seal(place(id), { field: entry.field, value: entry.value }) }
    }),
  )

/** Entries of any clients. */
export async function putHistory(tx: SqlTransaction, entries: readonly SealedEntry[]): Promise<void> {
  if (entries.length === 0) return
  const { bytes, places } = packBytes(entries.map(({ sealed }) => sealed))
  const rows = entries.map(({ row }, index) => ({ ...row, ...places[index] }))
  await tx.$executeRaw`
    INSERT INTO portal.field_history
      (client_id, collection, document_id, id, field_tag, kind, since_rev, until_rev, device, at, sealed)
    SELECT client_id, collection, document_id, id, field_tag, kind, since_rev, until_rev, device, entered,
      substring(${bytes}::bytea FROM at FOR size)
    FROM json_to_recordset(${JSON.stringify(rows)}::text::json) AS r(client_id uuid, collection integer,
      document_id uuid, id uuid, field_tag text, kind text, since_rev integer, until_rev integer, device text,
      entered timestamptz, at integer, size integer)`
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

/** Stored entries of a document, oldest first; of one field where `field` is given. */
export async function readHistory(
  scope: Scope,
  ref: DocumentRef,
  field?: string,
): Promise<readonly HistoryEntry[]> {
  const tag = field === undefined ? null : tagOf(scope, ref, field)
  const rows = await scope.tx.$queryRaw<HistoryRow[]>`
    SELECT id, kind, since_rev, until_rev, device, at, sealed FROM portal.field_history
    WHERE client_id = ${scope.clientId}::uuid AND collection = ${COLLECTIONS[ref.collection].number}
      AND document_id = ${ref.id}::uuid AND (${tag}::text IS NULL OR field_tag = ${tag}::text)
    ORDER BY until_rev, since_rev, at`
  return Promise.all(
    rows.map(async (row) => {
      const { field, value } = (await scope.cipher.open(place(row.id), row.sealed)) as {
        readonly field: string
        readonly value: Json
      }
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
    }),
  )
}
