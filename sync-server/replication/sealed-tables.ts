/**
 * Every table with sealed values, and the place each value is sealed for: what whoever checks or re-seals them all goes
 * by. A test compares it with the database's schema, so that a new table cannot be forgotten.
 */
import type { CollectionName } from '../../shared/protocol/collections.ts'
import { SCHEMA_VERSION } from '../../shared/protocol/terms.ts'
import type { SqlTransaction } from '../platform/database.ts'
import { type ClientCipher, type Place, UnreadableError } from '../platform/sealing.ts'

export interface SealedTable {
  /** Constants of the code, never input. */
  readonly table: string
  readonly column: 'body' | 'sealed'
  readonly collection: CollectionName | 'field_history' | 'quarantine' | 'files'
}

const documents = (table: string, collection: CollectionName): SealedTable => ({
  table,
  column: 'body',
  collection,
})

export const SEALED_TABLES: readonly SealedTable[] = [
  documents('form_draft', 'drafts'),
  documents('form_submission', 'submissions'),
  documents('appointment', 'appointments'),
  documents('appointment_request', 'requests'),
  documents('refill_request', 'requests'),
  documents('message', 'messages'),
  documents('message_receipt', 'receipts'),
  documents('medication', 'medications'),
  documents('shared_document', 'documents'),
  documents('statement', 'billing'),
  documents('payment', 'billing'),
  documents('profile', 'profile'),
  documents('notice', 'notices'),
  { table: 'field_history', column: 'sealed', collection: 'field_history' },
  { table: 'quarantine', column: 'sealed', collection: 'quarantine' },
  { table: 'stored_file', column: 'sealed', collection: 'files' },
]

export interface SealedValue {
  readonly table: SealedTable
  readonly id: string
  readonly sealed: Uint8Array
}

const PAGE = 200

/** The values of one client in one table after `after`, by their ids. */
export async function readSealed(
  tx: Pick<SqlTransaction, '$queryRawUnsafe'>,
  table: SealedTable,
  clientId: string,
  after: string,
): Promise<readonly SealedValue[]> {
  const rows = await tx.$queryRawUnsafe<{ id: string; sealed: Uint8Array }[]>(
    `SELECT id::text, ${table.column} AS sealed FROM portal.${table.table}
     WHERE client_id = $1::uuid AND id > $2::uuid ORDER BY id LIMIT ${PAGE}`,
    clientId,
    after,
  )
  return rows.map(({ id, sealed }) => ({ table, id, sealed }))
}

/** All of a client, page by page. */
export async function* sealedValues(
  tx: Pick<SqlTransaction, '$queryRawUnsafe'>,
  clientId: string,
): AsyncGenerator<readonly SealedValue[]> {
  for (const table of SEALED_TABLES) {
    let after = '00000000-0000-0000-0000-000000000000'
    for (;;) {
      const page = await readSealed(tx, table, clientId, after)
      if (page.length > 0) yield page
      if (page.length < PAGE) break
      after = page.at(-1)?.id ?? after
    }
  }
}

const placeOf = ({ table, id }: SealedValue): Place => ({
  collection: table.collection,
  documentId: id,
  schema: SCHEMA_VERSION,
})

/** Undefined where it opens in its place; else why not. */
export function faultOf(cipher: ClientCipher, value: SealedValue): string | undefined {
  try {
    cipher.openOfAnyVersion(placeOf(value), value.sealed)
    return undefined
  } catch (error) {
    if (error instanceof UnreadableError) return error.message
    throw error
  }
}
