/**
 * Answers to mutations, so that each has one effect however often it is sent (I3), and the refused ones, sealed, so
 * that what a client typed is never lost with a refusal (I1).
 */
import { randomUUID } from 'node:crypto'
import type { Refusal } from '../../shared/protocol/errors.ts'
import type { Mutation, MutationAnswer } from '../../shared/protocol/messages.ts'
import { SCHEMA_VERSION } from '../../shared/protocol/terms.ts'
import type { SqlTransaction } from '../platform/database.ts'
import type { ListPosition } from '../platform/list-position.ts'
import { UnreadableError } from '../platform/sealing.ts'
import type { Actor } from './actor.ts'
import type { Scope } from './collection.ts'
import { packBytes } from './rows-json.ts'
import type { NoteUnreadable } from './unreadable.ts'

/** An answer that was given, and to what. */
export interface Given {
  readonly answer: MutationAnswer
  /** Keyed hash of the mutation; null of those that were answered before there was one. */
  readonly content: string | null
}

/**
 * Two copies of one device (a browser profile that was copied) give the same number to two mutations, and an answer to the
 * one is none to the other. Beside the schema it was written in: a newer app may say the same in another form.
 */
export const contentTag = ({ cipher }: Pick<Scope, 'cipher'>, mutation: Mutation): string =>
  `${SCHEMA_VERSION}.${cipher.tag(JSON.stringify(mutation)).slice(0, 11)}`

/** Is it surely not what was answered? */
export const isAnother = ({ content }: Given, tag: string): boolean =>
  content !== null && content !== tag && schemaOf(content) === schemaOf(tag)

const schemaOf = (tag: string) => tag.slice(0, tag.indexOf('.'))

interface ResultRow {
  readonly client_id: string
  readonly device_id: string
  readonly number: number
  readonly outcome: number
  readonly rev: number
  readonly at: bigint | string
  readonly reason: string | null
  readonly content: string | null
}

export interface Asked {
  readonly clientId: string
  readonly deviceId: string
  readonly numbers: readonly number[]
}

/** For each of `asked` its answers by number; one round trip. */
export async function readAnswers(
  tx: SqlTransaction,
  asked: readonly Asked[],
): Promise<readonly Map<number, Given>[]> {
  const clients = asked.flatMap(({ clientId, numbers }) => numbers.map(() => clientId))
  const devices = asked.flatMap(({ deviceId, numbers }) => numbers.map(() => deviceId))
  const numbers = asked.flatMap((each) => each.numbers)
  const found = new Map<string, Map<number, Given>>()
  const keyOf = (clientId: string, deviceId: string) => `${clientId} ${deviceId}`
  for (const { clientId, deviceId } of asked) found.set(keyOf(clientId, deviceId), new Map())
  const rows = await tx.$queryRaw<ResultRow[]>`
    SELECT m.client_id, m.device_id, m.number, m.outcome, m.rev, m.at, m.reason, m.content
    FROM unnest(${clients}::uuid[], ${devices}::uuid[], ${numbers}::integer[]) AS w(client_id, device_id, number)
    JOIN portal.mutation_result m ON m.client_id = w.client_id AND m.device_id = w.device_id AND m.number = w.number`
  for (const row of rows) {
    const short = [row.number, row.outcome, row.rev, Number(row.at)] as const
    const answer = row.reason === null ? short : ([...short, row.reason as Refusal['code']] as const)
    found.get(keyOf(row.client_id, row.device_id))?.set(row.number, { answer, content: row.content })
  }
  return asked.map(({ clientId, deviceId }) => found.get(keyOf(clientId, deviceId)) ?? new Map())
}

export interface NewAnswer {
  readonly answer: MutationAnswer
  readonly content: string
  readonly collection: number
  readonly documentId: string
}

/** Answers to any devices. */
export async function putAnswers(
  tx: SqlTransaction,
  answers: readonly (NewAnswer & { readonly clientId: string; readonly deviceId: string })[],
): Promise<void> {
  if (answers.length === 0) return
  await tx.$executeRaw`
    INSERT INTO portal.mutation_result (client_id, device_id, number, outcome, rev, at, reason, collection, document_id,
      content)
    SELECT * FROM unnest(${answers.map(({ clientId }) => clientId)}::uuid[],
      ${answers.map(({ deviceId }) => deviceId)}::uuid[], ${answers.map(({ answer }) => answer[0])}::integer[],
      ${answers.map(({ answer }) => answer[1])}::integer[], ${answers.map(({ answer }) => answer[2])}::integer[],
      ${answers.map(({ answer }) => answer[3])}::bigint[], ${answers.map(({ answer }) => answer[4] ?? null)}::text[],
      ${answers.map(({ collection }) => collection)}::integer[],
      ${answers.map(({ documentId }) => documentId)}::uuid[], ${answers.map(({ content }) => content)}::text[])`
}

/** Highest number with an answer, and how many answers lie below `lowest` apart from it. */
export async function readLastAnswer(
  tx: SqlTransaction,
  clientId: string,
  deviceId: string,
  lowest: number,
): Promise<{ readonly last: number; readonly forgettable: number }> {
  const [row] = await tx.$queryRaw<{ last: number; forgettable: number }[]>`
    SELECT coalesce(max(number), 0)::integer AS last, (count(*) FILTER (WHERE number < ${lowest}))::integer AS forgettable
    FROM portal.mutation_result WHERE client_id = ${clientId}::uuid AND device_id = ${deviceId}::uuid`
  const last = row?.last ?? 0
  return { last, forgettable: (row?.forgettable ?? 0) - (last > 0 && last < lowest ? 1 : 0) }
}

/** The highest answer stays, so that `last` never falls. */
export async function forgetAnswers(
  tx: SqlTransaction,
  clientId: string,
  deviceId: string,
  below: number,
): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM portal.mutation_result WHERE client_id = ${clientId}::uuid AND device_id = ${deviceId}::uuid
      AND number < ${below} AND number < (SELECT max(number) FROM portal.mutation_result
        WHERE client_id = ${clientId}::uuid AND device_id = ${deviceId}::uuid)`
}

/** How much of one device is kept that it sent after it was signed out. */
export async function readKeptOfRevoked(
  tx: SqlTransaction,
  clientId: string,
  deviceId: string,
): Promise<{ readonly mutations: number; readonly bytes: number }> {
  const [row] = await tx.$queryRaw<{ mutations: number; bytes: number }[]>`
    SELECT count(*)::integer AS mutations, coalesce(sum(octet_length(sealed)), 0)::float8 AS bytes
    FROM portal.quarantine WHERE client_id = ${clientId}::uuid AND device_id = ${deviceId}::uuid
      AND reason = 'device_revoked'`
  return row ?? { mutations: 0, bytes: 0 }
}

export interface SetAside {
  readonly id: string
  readonly deviceName: string
  readonly reason: Refusal['code']
  readonly detail: string
  /** ms */
  readonly receivedAt: number
  /** Null: it is there and cannot be opened; whoever reads on must get past it. */
  readonly mutation: Mutation | null
}

/** As it was sealed here, checked by its schema when it came. */
function openedOrNull({ cipher }: Scope, { id, sealed }: QuarantineRow): Mutation | null {
  try {
    return cipher.open(
      { collection: 'quarantine', documentId: id, schema: SCHEMA_VERSION },
      sealed,
    ) as Mutation
  } catch (error) {
    if (error instanceof UnreadableError) return null
    throw error
  }
}

/** Refused changes of a client's record, newest first. */
export async function readQuarantine(
  scope: Scope,
  limit: number,
  after: ListPosition | undefined,
  unreadable: NoteUnreadable,
): Promise<readonly SetAside[]> {
  const { tx, clientId } = scope
  const at = after ? new Date(after.at) : null
  const rows = await tx.$queryRaw<QuarantineRow[]>`
    SELECT q.id, q.collection, q.document_id, q.reason, q.detail, q.received_at, q.sealed, coalesce(d.name, '') AS device_name
    FROM portal.quarantine q LEFT JOIN portal.device d ON d.id = q.device_id
    WHERE q.client_id = ${clientId}::uuid AND (${at}::timestamptz IS NULL
      OR (q.received_at, q.id) < (${at}::timestamptz, ${after?.id ?? null}::uuid))
    ORDER BY q.received_at DESC, q.id DESC LIMIT ${limit}`
  return rows.map((row) => {
    const { id, reason, detail, collection } = row
    const mutation = openedOrNull(scope, row)
    if (mutation === null) unreadable({ collection, documentId: row.document_id, row: `quarantine ${id}` })
    return {
      id,
      reason,
      detail,
      mutation,
      deviceName: row.device_name,
      receivedAt: row.received_at.getTime(),
    }
  })
}

interface QuarantineRow {
  readonly id: string
  readonly collection: number
  readonly document_id: string
  readonly reason: Refusal['code']
  readonly detail: string
  readonly received_at: Date
  readonly sealed: Uint8Array
  readonly device_name: string
}

export interface Refused {
  readonly mutation: Mutation
  readonly refusal: Refusal
}

export interface SealedRefusal {
  readonly row: { readonly [column: string]: string | number | null }
  readonly sealed: Uint8Array
}

export const sealRefused = (
  { clientId, cipher }: Scope,
  actor: Actor,
  receivedAt: number,
  refused: readonly Refused[],
): readonly SealedRefusal[] =>
  refused.map(({ mutation, refusal }) => {
    const id = randomUUID()
    const row = {
      client_id: clientId,
      id,
      device_id: actor.deviceId,
      number: mutation[0],
      account_id: actor.accountId,
      collection: mutation[1],
      document_id: mutation[2],
      reason: refusal.code,
      detail: refusal.detail,
      received_at: new Date(receivedAt).toISOString(),
    }
    const place = { collection: 'quarantine', documentId: id, schema: SCHEMA_VERSION }
    return { row, sealed: cipher.seal(place, mutation) }
  })

/** A mutation of a device is kept once, however often it is sent. */
export async function putQuarantine(tx: SqlTransaction, refused: readonly SealedRefusal[]): Promise<void> {
  if (refused.length === 0) return
  const { bytes, places } = packBytes(refused.map(({ sealed }) => sealed))
  const rows = refused.map(({ row }, index) => ({ ...row, ...places[index] }))
  await tx.$executeRaw`
    INSERT INTO portal.quarantine (client_id, id, device_id, number, account_id, collection, document_id, reason,
      detail, received_at, sealed)
    SELECT r.client_id, r.id, r.device_id, r.number, r.account_id, r.collection, r.document_id, r.reason, r.detail,
      r.received_at, substring(${bytes}::bytea FROM r.at FOR r.size)
    FROM json_to_recordset(${JSON.stringify(rows)}::text::json) AS r(client_id uuid, id uuid, device_id uuid,
      number integer, account_id uuid, collection integer, document_id uuid, reason text, detail text,
      received_at timestamptz, at integer, size integer)
    WHERE NOT EXISTS (SELECT 1 FROM portal.quarantine q WHERE q.client_id = r.client_id
      AND q.device_id = r.device_id AND q.number = r.number)`
}
