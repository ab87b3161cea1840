/**
 * One table of replicated documents: shared columns, a sealed body, and typed columns for what the server queries.
 * Field revisions are sealed with the body, because a field's name may itself be an answer (`conditions{asthma}`).
 */
import { hasStep, raiseBody, raiseField, SCHEMA_HISTORY } from '../../shared/domains/schema-history.ts'
import type { JsonObject } from '../../shared/kernel/json.ts'
import { COLLECTIONS, type CollectionName } from '../../shared/protocol/collections.ts'
import { SCHEMA_VERSION } from '../../shared/protocol/terms.ts'
import type { SqlTransaction } from '../platform/database.ts'
import { type ClientCipher, UnreadableError } from '../platform/sealing.ts'
import type { DocumentStore, Fetched, StoredDocument, TableRow, Wanted } from './collection.ts'
import { createOpenedBodies, type OpenedBody } from './opened-bodies.ts'
import type { Cell } from './rows-json.ts'
import { type DocumentBody, packedBody, unpackedBody } from './sealed-body.ts'

export type ColumnType = 'text' | 'integer' | 'boolean' | 'timestamptz' | 'uuid'

export interface TableOptions {
  readonly collection: CollectionName
  /** Table name inside the schema `portal`; a constant of the code, never input. */
  readonly table: string
  readonly columns: { readonly [column: string]: ColumnType }
  /** Values of the typed columns. */
  readonly project: (document: StoredDocument) => { readonly [column: string]: Cell }
}

interface ReadRow {
  readonly id: string
  readonly rev: number
  readonly seq: number
  readonly deleted: boolean
  readonly body: Uint8Array
  readonly updated_at: Date
}
interface DocumentRow extends Omit<ReadRow, 'body'> {
  readonly client_id: string
  /** Null where it is what `OpenedBodies` remembers. */
  readonly body: Uint8Array | null
}

/** Beside bytes in one array: after a null the database's driver would send them as base64. */
const NOTHING = new Uint8Array()

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
  const types = ['uuid', ...Object.values(plain), 'bytea']
  const given = `unnest(${types.map((type, index) => `$${index + 1}::${type}[]`).join(', ')})
    AS r(client_id, ${names.join(', ')}, body)`
  const replaced = [...names.filter((name) => name !== 'id'), 'body'].map((name) => `${name} = r.${name}`)
  const opened = createOpenedBodies()
  const selectText = `SELECT t.client_id, t.id, t.rev, t.seq, t.deleted, t.updated_at,
      CASE WHEN length(w.start) > 0 AND substring(t.body FROM 1 FOR length(w.start)) = w.start
        THEN NULL ELSE t.body END AS body
    FROM unnest($1::uuid[], $2::uuid[], $3::bytea[]) AS w(client_id, id, start)
    JOIN portal.${table} t ON t.client_id = w.client_id AND t.id = w.id`
  // A pull reads far more than anybody pushes to: it neither asks for what is remembered nor pushes that out.
  const readText = `SELECT t.id, t.rev, t.seq, t.deleted, t.updated_at, t.body FROM portal.${table} t
    WHERE t.client_id = $1::uuid AND t.id = ANY($2::uuid[])`
  const insertText = `INSERT INTO portal.${table} (client_id, ${names.join(', ')}, body) SELECT * FROM ${given}`
  // Rows were read under their head's lock, and nobody deletes them. One that is gone nevertheless fails the statement,
  // because the commit may leave with it: nobody is left to count what it changed.
  const updateText = `WITH written AS (UPDATE portal.${table} t SET ${replaced.join(', ')} FROM ${given}
      WHERE t.client_id = r.client_id AND t.id = r.id RETURNING 1)
    SELECT 1 / (count(*) = cardinality($1::uuid[]))::integer FROM written`
  const context = (id: string) => ({ collection, documentId: id, schema: SCHEMA_VERSION })

  const target = {
    async write(tx: SqlTransaction, rows: readonly TableRow[]) {
      const columns = (some: readonly TableRow[]) => [
        some.map(({ clientId }) => clientId),
        ...names.map((name) => some.map(({ cells }) => cells[name] ?? null)),
        some.map(({ body }) => body),
      ]
      const write = (text: string, some: readonly TableRow[]) =>
        some.length === 0 ? undefined : tx.$executeRawUnsafe(text, ...columns(some))
      const [old, fresh] = [rows.filter(({ replaces }) => replaces), rows.filter(({ replaces }) => !replaces)]
      await Promise.all([write(updateText, old), write(insertText, fresh)])
    },
  }
  const open = (cipher: ClientCipher, row: DocumentRow, remembered: OpenedBody | undefined): DocumentBody => {
    if (row.body === null && remembered !== undefined) return remembered.body
    const envelope = row.body ?? NOTHING
    const body = openBody(collection, cipher.openOfAnyVersion(context(row.id), envelope))
    opened.remember(row.client_id, row.id, envelope, body)
    return body
  }
  const document = (row: Omit<ReadRow, 'body'>, openIt: () => DocumentBody): StoredDocument => {
    const { id, rev, seq, deleted } = row
    const shown = { id, rev, seq, deleted, updatedAt: row.updated_at.getTime() }
    try {
      const opened = openIt()
      return {
        ...shown,
        body: opened.body,
        server: opened.server,
        get marks() {
          return opened.marks
        },
      }
    } catch (error) {
      if (error instanceof UnreadableError) return unreadable(shown, error)
      throw error
    }
  }
  const fetch = async (tx: SqlTransaction, wanted: readonly Wanted[]): Promise<readonly Fetched[]> => {
    const clients = wanted.flatMap(({ clientId, ids }) => ids.map(() => clientId))
    const ids = wanted.flatMap((each) => each.ids)
    // Held until the answer: it may be another one by then that is remembered.
    const remembered = new Map(
      ids.map((id, index) => [keyOf(clients[index] ?? '', id), opened.find(clients[index] ?? '', id)]),
    )
    const starts = [...ids.entries()].map(
      ([index, id]) => remembered.get(keyOf(clients[index] ?? '', id))?.start ?? NOTHING,
    )
    const rows =
      ids.length === 0 ? [] : await tx.$queryRawUnsafe<DocumentRow[]>(selectText, clients, ids, starts)
    const byClient = new Map<string, DocumentRow[]>()
    for (const row of rows) {
      const own = byClient.get(row.client_id)
      if (own === undefined) byClient.set(row.client_id, [row])
      else own.push(row)
    }
    return wanted.map(
      ({ clientId }): Fetched =>
        (cipher) =>
          (byClient.get(clientId) ?? []).map((row) =>
            document(row, () => open(cipher, row, remembered.get(keyOf(clientId, row.id)))),
          ),
    )
  }

  return {
    fetch,
    forget: opened.forget,
    async read({ tx, clientId, cipher }, ids) {
      if (ids.length === 0) return []
      const rows = await tx.$queryRawUnsafe<ReadRow[]>(readText, clientId, ids)
      return rows.map((row) =>
        document(row, () => openBody(collection, cipher.openOfAnyVersion(context(row.id), row.body))),
      )
    },
    seal: ({ clientId, cipher }, documents) =>
      documents.map(({ document, replaces }): TableRow => {
        const { id, rev, seq, deleted } = document
        expectOneSpelling(id)
        const updated_at = new Date(document.updatedAt)
        const cells = { ...project(document), id, rev, seq, deleted, updated_at }
        const body = cipher.seal(context(id), packedBody(document))
        opened.remember(clientId, id, body, bodyOf(document))
        return { table: target, clientId, cells, replaces, body }
      }),
  }
}

/**
 * A document that is there and cannot be opened. Whoever looks inside learns it; nobody takes it for an empty one, or
 * for one that is not there and may be made anew.
 */
function unreadable(
  shown: Omit<StoredDocument, 'body' | 'server' | 'marks'>,
  error: UnreadableError,
): StoredDocument {
  const refuse = (): never => {
    throw error
  }
  return Object.defineProperties(
    { ...shown },
    {
      body: { get: refuse, enumerable: true },
      server: { get: refuse, enumerable: true },
      marks: { get: refuse, enumerable: true },
    },
  ) as StoredDocument
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
        (cipher) =>
          parts.flatMap((part) => part[index]?.(cipher) ?? []),
    )
  }
  return {
    fetch,
    forget(clientId) {
      for (const name of names) stores[name].forget?.(clientId)
    },
    read: async (scope, ids) =>
      (await Promise.all(names.map((name) => stores[name].read(scope, ids)))).flat(),
    seal: (scope, documents) =>
      names.flatMap((name) =>
        stores[name].seal(
          scope,
          documents.filter(({ document }) => choose(document) === name),
        ),
      ),
  }
}

const keyOf = (clientId: string, id: string) => `${clientId}/${id}`
const bodyOf = ({ body, server, marks }: StoredDocument): DocumentBody => ({ body, server, marks })

/** As the document schema of this build has it, whichever build sealed it. */
function openBody(
  collection: CollectionName,
  { value, schema }: { readonly value: unknown; readonly schema: number },
  history = SCHEMA_HISTORY,
): DocumentBody {
  const unpacked = unpackedBody(value)
  if (!hasStep(history, schema)) return unpacked
  const { body, server, marks } = unpacked
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
