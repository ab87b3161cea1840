/**
 * One table of replicated documents: shared columns, a sealed body, and typed columns for what the server queries.
 * Field revisions are sealed with the body, because a field's name may itself be an answer (`conditions{asthma}`).
 */
import { hasStep, raiseBody, raiseField, SCHEMA_HISTORY } from '../../shared/domains/schema-history.ts'
import type { JsonObject } from '../../shared/kernel/json.ts'
import type { FieldMarks } from '../../shared/merge/three-way.ts'
import { COLLECTIONS, type CollectionName } from '../../shared/protocol/collections.ts'
import { SCHEMA_VERSION } from '../../shared/protocol/messages.ts'
import type { SqlTransaction } from '../platform/database.ts'
import type { DocumentStore, Fetched, StoredDocument, TableRow, Wanted } from './collection.ts'
import { type Cell, packBytes, rowsJson } from './rows-json.ts'

export type ColumnType = 'text' | 'integer' | 'boolean' | 'timestamptz' | 'uuid'

export interface TableOptions {
  readonly collection: CollectionName
  /** Table name inside the schema `portal`; a constant of the code, never input. */
  readonly table: string
  readonly columns: { readonly [column: string]: ColumnType }
  /** Values of the typed columns. */
  readonly project: (document: StoredDocument) => { readonly [column: string]: Cell }
}

interface DocumentRow {
  readonly client_id: string
  readonly id: string
  readonly rev: number
  readonly seq: number
  readonly deleted: boolean
  readonly body: Uint8Array
  readonly updated_at: Date
}

const SHARED: { readonly [column: string]: ColumnType } = {
  id: 'uuid',
  rev: 'integer',
  seq: 'integer',
  deleted: 'boolean',
  updated_at: 'timestamptz',
}

export function createDocumentStore({ collection, table, columns, project }: TableOptions): DocumentStore {
  const plain = { ...SHARED, ...columns }
  const names = Object.keys(plain)
  const shape = names.map((column) => `${column} ${plain[column]}`).join(', ')
  const replaced = [...names.filter((name) => name !== 'id'), 'body'].map(
    (name) => `${name} = excluded.${name}`,
  )
  const selectText = `SELECT t.client_id, t.id, t.rev, t.seq, t.deleted, t.body, t.updated_at
    FROM unnest(string_to_array($1, ',')::uuid[], string_to_array($2, ',')::uuid[]) AS w(client_id, id)
    JOIN portal.${table} t ON t.client_id = w.client_id AND t.id = w.id`
  const insertText = `INSERT INTO portal.${table} (client_id, ${names.join(', ')}, body)
    SELECT r.client_id, ${names.map((name) => `r.${name}`).join(', ')}, substring($2::bytea FROM r.at FOR r.size)
    FROM json_to_recordset($1::text::json) AS r(client_id uuid, ${shape}, at integer, size integer)
    ON CONFLICT (client_id, id) DO UPDATE SET ${replaced.join(', ')}`
  const context = (id: string) => ({ collection, documentId: id, schema: SCHEMA_VERSION })

  const target = {
    async write(tx: SqlTransaction, rows: readonly TableRow[]) {
      const { bytes, places } = packBytes(rows.map(({ body }) => body))
      const json = rowsJson(
        rows.map(({ clientId, cells }, index) => ({ client_id: clientId, ...cells, ...places[index] })),
      )
      await tx.$executeRawUnsafe(insertText, json, bytes)
    },
  }
  const fetch = async (tx: SqlTransaction, wanted: readonly Wanted[]): Promise<readonly Fetched[]> => {
    const clients = wanted.flatMap(({ clientId, ids }) => ids.map(() => clientId))
    const ids = wanted.flatMap((each) => each.ids)
    const rows =
      ids.length === 0
        ? []
        : await tx.$queryRawUnsafe<DocumentRow[]>(selectText, clients.join(','), ids.join(','))
    const byClient = new Map<string, DocumentRow[]>()
    for (const row of rows) {
      const own = byClient.get(row.client_id)
      if (own === undefined) byClient.set(row.client_id, [row])
      else own.push(row)
    }
    return wanted.map(
      ({ clientId }): Fetched =>
        (cipher) =>
          Promise.all(
            (byClient.get(clientId) ?? []).map(async (row) => ({
              id: row.id,
              rev: row.rev,
              seq: row.seq,
              deleted: row.deleted,
              updatedAt: row.updated_at.getTime(),
              ...openBody(collection, await cipher.openOfAnyVersion(context(row.id), row.body)),
            })),
          ),
    )
  }

  return {
    fetch,
    async read({ tx, clientId, cipher }, ids) {
      const [fetched] = await fetch(tx, [{ clientId, ids }])
      return fetched === undefined ? [] : fetched(cipher)
    },
    seal: ({ clientId, cipher }, documents) =>
      Promise.all(
        documents.map(async (document): Promise<TableRow> => {
          const { id, rev, seq, deleted } = document
          expectOneSpelling(id)
          const updated_at = new Date(document.updatedAt)
          const cells = { ...project(document), id, rev, seq, deleted, updated_at }
          return { table: target, clientId, cells, body: await cipher.seal(context(id), bodyOf(document)) }
        }),
      ),
  }
}

/** One round trip a table, whatever the number of documents and clients. */
export async function writeRows(tx: SqlTransaction, rows: readonly TableRow[]): Promise<void> {
  const byTable = new Map<TableRow['table'], TableRow[]>()
  for (const row of rows) {
    const own = byTable.get(row.table)
    if (own === undefined) byTable.set(row.table, [row])
    else own.push(row)
  }
  await Promise.all([...byTable].map(([table, own]) => table.write(tx, own)))
}

/**
 * The database compares ids whatever their case and gives them back in lower case; everything else here, the seal
 * included, goes by the text. A second spelling would write over another document, or one that cannot be opened again.
 */
function expectOneSpelling(id: string): void {
  if (id !== id.toLowerCase()) throw new Error('The id of a document is not in lower case.')
}

/** A store over several tables: `choose` names the one a document belongs to, for good. */
export function createSplitStore<Name extends string>(
  stores: { readonly [name in Name]: DocumentStore },
  choose: (document: StoredDocument) => Name,
): DocumentStore {
  const names = Object.keys(stores) as Name[]
  const fetch = async (tx: SqlTransaction, wanted: readonly Wanted[]): Promise<readonly Fetched[]> => {
    const parts = await Promise.all(names.map((name) => stores[name].fetch(tx, wanted)))
    return wanted.map(
      (_, index): Fetched =>
        async (cipher) =>
          (await Promise.all(parts.map((part) => part[index]?.(cipher) ?? []))).flat(),
    )
  }
  return {
    fetch,
    read: async (scope, ids) =>
      (await Promise.all(names.map((name) => stores[name].read(scope, ids)))).flat(),
    seal: async (scope, documents) => {
      const sealed = names.map((name) =>
        stores[name].seal(
          scope,
          documents.filter((document) => choose(document) === name),
        ),
      )
      return (await Promise.all(sealed)).flat()
    },
  }
}

interface SealedBody {
  readonly body: JsonObject
  readonly server: JsonObject
  readonly marks: FieldMarks
}
const bodyOf = ({ body, server, marks }: StoredDocument): SealedBody => ({ body, server, marks })

/** As the document schema of this build has it, whichever build sealed it. */
function openBody(
  collection: CollectionName,
  { value, schema }: { readonly value: unknown; readonly schema: number },
  history = SCHEMA_HISTORY,
): SealedBody {
  const { body, server, marks } = value as SealedBody
  if (!hasStep(history, schema)) return { body, server, marks }
  const { maps } = COLLECTIONS[collection]
  return {
    body: raiseBody(history, schema, collection, body, maps),
    server: raiseBody(history, schema, collection, server, maps),
    marks: Object.fromEntries(
      Object.entries(marks).map(([field, mark]) => [
        raiseField(history, schema, collection, field, null)[0],
        mark,
      ]),
    ),
  }
}

/** The document as devices hold it. */
export const toClient = (document: StoredDocument): JsonObject => ({
  ...document.body,
  id: document.id,
  updatedAt: document.updatedAt,
})

export const mapsOf = (collection: CollectionName): readonly string[] => COLLECTIONS[collection].maps
