/**
 * Answers to mutations, so that each has one effect however often it is sent (I3), and the refused ones, sealed, so
 * that what a client typed is never lost with a refusal (I1).
 */
import { randomUUID } from 'node:crypto'
import type { Refusal } from '../../shared/protocol/errors.ts'
import { type Mutation, type MutationAnswer, SCHEMA_VERSION } from '../../shared/protocol/messages.ts'
import type { Transaction } from '../platform/database.ts'
import type { Actor } from './actor.ts'
import type { Scope } from './collection.ts'
import { rowsJson } from './rows-json.ts'

interface ResultRow {
  readonly number: number
  readonly outcome: number
  readonly rev: number
  readonly at: bigint
  readonly reason: string | null
}

export async function readAnswers(
  tx: Transaction,
  clientId: string,
  deviceId: string,
  numbers: readonly number[],
): Promise<Map<number, MutationAnswer>> {
  const rows = await tx.$queryRaw<ResultRow[]>`
    SELECT number, outcome, rev, at, reason FROM portal.mutation_result
    WHERE client_id = ${clientId}::uuid AND device_id = ${deviceId}::uuid
      AND number = ANY (string_to_array(${numbers.join(',')}, ',')::integer[])`
  return new Map(
    rows.map((row) => {
      const answer = [row.number, row.outcome, row.rev, Number(row.at)] as const
      return [
        row.number,
        row.reason === null ? answer : ([...answer, row.reason as Refusal['code']] as const),
      ]
    }),
  )
}

export interface NewAnswer {
  readonly answer: MutationAnswer
  readonly collection: number
  readonly documentId: string
}

export async function putAnswers(
  tx: Transaction,
  clientId: string,
  deviceId: string,
  answers: readonly NewAnswer[],
): Promise<void> {
  const rows = answers.map(({ answer: [number, outcome, rev, at, reason], collection, documentId }) => ({
    number,
    outcome,
    rev,
    at,
    reason: reason ?? null,
    collection,
    document_id: documentId,
  }))
  await tx.$executeRaw`
    INSERT INTO portal.mutation_result (client_id, device_id, number, outcome, rev, at, reason, collection, document_id)
    SELECT ${clientId}::uuid, ${deviceId}::uuid, r.number, r.outcome, r.rev, r.at, r.reason, r.collection, r.document_id
    FROM jsonb_to_recordset(${rowsJson(rows)}::text::jsonb) AS r(number integer, outcome integer, rev integer,
      at bigint, reason text, collection integer, document_id uuid)`
}

/** Highest number with an answer, and how many answers lie below `lowest` apart from it. */
export async function readLastAnswer(
  tx: Transaction,
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
  tx: Transaction,
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
  tx: Transaction,
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
  readonly mutation: Mutation
}

/** Refused changes of a client's record, newest first. */
export async function readQuarantine(
  { tx, clientId, cipher }: Scope,
  limit: number,
  after: { readonly receivedAt: number; readonly id: string } | undefined,
): Promise<readonly SetAside[]> {
  const at = after ? new Date(after.receivedAt) : null
  const rows = await tx.$queryRaw<QuarantineRow[]>`
    SELECT q.id, q.reason, q.detail, q.received_at, q.sealed, coalesce(d.name, '') AS device_name
    FROM portal.quarantine q LEFT JOIN portal.device d ON d.id = q.device_id
    WHERE q.client_id = ${clientId}::uuid AND (${at}::timestamptz IS NULL
      OR (q.received_at, q.id) < (${at}::timestamptz, ${after?.id ?? null}::uuid))
    ORDER BY q.received_at DESC, q.id DESC LIMIT ${limit}`
  return Promise.all(
    rows.map(async (row) => ({
      id: row.id,
      deviceName: row.device_name,
      reason: row.reason,
      detail: row.detail,
      receivedAt: row.received_at.getTime(),
      // As it was sealed here, checked by its schema when it came.
      mutation: (await cipher.open(
        { collection: 'quarantine', documentId: row.id, schema: SCHEMA_VERSION },
        row.sealed,
      )) as Mutation,
    })),
  )
}

interface QuarantineRow {
  readonly id: string
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

/** A mutation of a device is kept once, however often it is sent. */
export async function putQuarantine(
  scope: Scope,
  actor: Actor,
  receivedAt: number,
  refused: readonly Refused[],
): Promise<void> {
  if (refused.length === 0) return
  const rows = await Promise.all(
    refused.map(async ({ mutation, refusal }) => {
      const id = randomUUID()
      return {
        id,
        number: mutation[0],
        collection: mutation[1],
        document_id: mutation[2],
        reason: refusal.code,
        detail: refusal.detail,
        sealed: await scope.cipher.seal(
          { collection: 'quarantine', documentId: id, schema: SCHEMA_VERSION },
          mutation,
        ),
      }
    }),
  )
  await scope.tx.$executeRaw`
    INSERT INTO portal.quarantine (client_id, id, device_id, number, account_id, collection, document_id, reason,
      detail, received_at, sealed)
    SELECT ${scope.clientId}::uuid, r.id, ${actor.deviceId}::uuid, r.number, ${actor.accountId}::uuid, r.collection,
      r.document_id, r.reason, r.detail, ${new Date(receivedAt)}::timestamptz, decode(r.sealed, 'base64')
    FROM jsonb_to_recordset(${rowsJson(rows)}::text::jsonb) AS r(id uuid, number integer, collection integer,
      document_id uuid, reason text, detail text, sealed text)
    WHERE NOT EXISTS (SELECT 1 FROM portal.quarantine q WHERE q.client_id = ${scope.clientId}::uuid
      AND q.device_id = ${actor.deviceId}::uuid AND q.number = r.number)`
}
