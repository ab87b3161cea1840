/**
 * Seals what a client's older data keys sealed under the newest one: the same values, in the same places, under the
 * same document schema. Nobody who reads or writes the record notices. The caller holds the lock on the client's head.
 */
import { SCHEMA_VERSION } from '../../shared/protocol/terms.ts'
import type { SqlTransaction } from '../platform/database.ts'
import { type ClientCipher, UnreadableError } from '../platform/sealing.ts'
import { SEALED_TABLES, type SealedTable } from './sealed-tables.ts'

type Sql = Pick<SqlTransaction, '$queryRawUnsafe' | '$executeRawUnsafe'>

export const FIRST_ID = '00000000-0000-0000-0000-000000000000'
/** About so long writers of this record wait: some milliseconds. */
const BATCH = 100

/** Header of an envelope: version, length of the key's id, the id. One that was cut short names no key. */
const underAnotherKey = (column: string, parameter: string) =>
  `CASE WHEN octet_length(${column}) < 2 THEN true
     ELSE substring(${column} from 3 for get_byte(${column}, 1)) <> convert_to(${parameter}::text, 'UTF8') END`

export interface Resealed {
  /** Where to go on; undefined: the table is done. */
  readonly after: string | undefined
  readonly count: number
  /** What does not open: left as it is, with the key it may need. */
  readonly damaged: readonly string[]
}

/** The next of one table, by their ids. */
export async function resealNext(
  tx: Sql,
  table: SealedTable,
  clientId: string,
  cipher: ClientCipher,
  after: string,
): Promise<Resealed> {
  const { table: name, column } = table
  const rows = await tx.$queryRawUnsafe<{ id: string; sealed: Uint8Array }[]>(
    `SELECT id::text, ${column} AS sealed FROM portal.${name}
     WHERE client_id = $1::uuid AND id > $2::uuid AND ${underAnotherKey(column, '$3')} ORDER BY id LIMIT ${BATCH}`,
    clientId,
    after,
    cipher.keyId,
  )
  const damaged: string[] = []
  const ids: string[] = []
  const values: Buffer[] = []
  for (const { id, sealed } of rows) {
    const value = resealed(table, cipher, id, sealed)
    if (value === undefined) damaged.push(id)
    else {
      ids.push(id)
      values.push(Buffer.from(value))
    }
  }
  if (ids.length > 0) {
    const count = await tx.$executeRawUnsafe(
      `UPDATE portal.${name} t SET ${column} = r.sealed
       FROM unnest($2::uuid[], $3::bytea[]) AS r(id, sealed) WHERE t.client_id = $1::uuid AND t.id = r.id`,
      clientId,
      ids,
      values,
    )
    if (count !== ids.length) throw new Error(`Values of ${name} changed under the lock of their client.`)
  }
  return { after: rows.length < BATCH ? undefined : rows.at(-1)?.id, count: ids.length, damaged }
}

function resealed(
  { collection }: SealedTable,
  cipher: ClientCipher,
  documentId: string,
  sealed: Uint8Array,
): Uint8Array | undefined {
  try {
    const place = { collection, documentId, schema: SCHEMA_VERSION }
    const { value, schema } = cipher.openOfAnyVersion(place, sealed)
    return cipher.seal({ ...place, schema }, value)
  } catch (error) {
    if (error instanceof UnreadableError) return undefined
    throw error
  }
}

/** The proof that a client's older keys can go: how many of its values, in all tables, name another key than this. */
export async function countUnderOtherKeys(
  tx: Pick<SqlTransaction, '$queryRawUnsafe'>,
  clientId: string,
  keyId: string,
): Promise<number> {
  const each = SEALED_TABLES.map(
    ({ table, column }) =>
      `SELECT count(*) AS n FROM portal.${table} WHERE client_id = $1::uuid AND ${underAnotherKey(column, '$2')}`,
  )
  const [found] = await tx.$queryRawUnsafe<{ n: number }[]>(
    `SELECT sum(n)::integer AS n FROM (${each.join(' UNION ALL ')}) AS counted`,
    clientId,
    keyId,
  )
  return found?.n ?? 0
}
