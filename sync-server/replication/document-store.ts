/**
 * One table of replicated documents: shared columns, a sealed body, and typed columns for what the server queries.
 * Field revisions are sealed with the body, because a field's name may itself be an answer (`conditions{asthma}`).
 */
import { hasStep, raiseBody, raiseField, SCHEMA_HISTORY } from '../../shared/domains/schema-history.ts'
import type { JsonObject } from '../../shared/kernel/json.ts'
import type { FieldMarks } from '../../shared/merge/three-way.ts'
import { COLLECTIONS, type CollectionName } from '../../shared/protocol/collections.ts'
import { SCHEMA_VERSION } from '../../shared/protocol/messages.ts'
import { Prisma } from '../platform/database.ts'
import type { DocumentStore, Scope, StoredDocument } from './collection.ts'
import { type Cell, rowsJson } from './rows-json.ts'

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
  readonly id: string
  readonly rev: number
  readonly seq: number
  readonly deleted: boolean
  readonly body: Uint8Array
  readonly updated_at: Date
}

const SHARED: { readonly [column: string]: ColumnType | 'bytea' } = {
  id: 'uuid',
  rev: 'integer',
  seq: 'integer',
  deleted: 'boolean',
  body: 'bytea',
  updated_at: 'timestamptz',
}

export function createDocumentStore({ collection, table, columns, project }: TableOptions): DocumentStore {
  const name = Prisma.raw(`portal.${table}`)
  const all = { ...SHARED, ...columns }
  const names = Object.keys(all)
  const list = Prisma.raw(names.join(', '))
  const values = Prisma.raw(
    names
      .map((column) => (all[column] === 'bytea' ? `decode(r.${column}, 'base64')` : `r.${column}`))
      .join(', '),
  )
  const shape = Prisma.raw(
    names.map((column) => `${column} ${all[column] === 'bytea' ? 'text' : all[column]}`).join(', '),
  )
  const replaced = Prisma.raw(
    names
      .filter((column) => column !== 'id')
      .map((column) => `${column} = excluded.${column}`)
      .join(', '),
  )
  const context = (id: string) => ({ collection, documentId: id, schema: SCHEMA_VERSION })

  return {
    async read({ tx, clientId, cipher }, ids) {
      if (ids.length === 0) return []
      const rows = await tx.$queryRaw<DocumentRow[]>`
        SELECT id, rev, seq, deleted, body, updated_at FROM ${name}
        WHERE client_id = ${clientId}::uuid AND id = ANY (string_to_array(${ids.join(',')}, ',')::uuid[])`
      return Promise.all(
        rows.map(async (row) => ({
          id: row.id,
          rev: row.rev,
          seq: row.seq,
          deleted: row.deleted,
          updatedAt: row.updated_at.getTime(),
          ...openBody(collection, await cipher.openOfAnyVersion(context(row.id), row.body)),
        })),
      )
    },
    async put({ tx, clientId, cipher }: Scope, documents) {
      for (const { id } of documents) expectOneSpelling(id)
      const rows = await Promise.all(
        documents.map(async (document) => ({
          ...project(document),
          id: document.id,
          rev: document.rev,
          seq: document.seq,
          deleted: document.deleted,
          body: await cipher.seal(context(document.id), bodyOf(document)),
          updated_at: new Date(document.updatedAt),
        })),
      )
      await tx.$executeRaw`
        INSERT INTO ${name} (client_id, ${list})
        SELECT ${clientId}::uuid, ${values} FROM jsonb_to_recordset(${rowsJson(rows)}::text::jsonb) AS r(${shape})
        ON CONFLICT (client_id, id) DO UPDATE SET ${replaced}`
    },
  }
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
  return {
    async read(scope, ids) {
      const found: StoredDocument[] = []
      for (const name of names) found.push(...(await stores[name].read(scope, ids)))
      return found
    },
    async put(scope, documents) {
      for (const name of names) {
        const own = documents.filter((document) => choose(document) === name)
        if (own.length > 0) await stores[name].put(scope, own)
      }
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
