/** Rows of files: who they belong to, how far they have come, and, sealed, the key of their bytes. */
import type { JsonObject } from '../../../shared/kernel/json.ts'
import { SCHEMA_VERSION } from '../../../shared/protocol/terms.ts'
import type { SqlTransaction } from '../../platform/database.ts'
import type { FilePlace } from '../../platform/sealed-parts.ts'
import type { ClientCipher } from '../../platform/sealing.ts'

/** A shared document; what comes with a message; the answer to a question of a form. */
export type FilePurpose = 'document' | 'attachment' | 'answer'

export interface StoredFile extends FilePlace {
  readonly purpose: FilePurpose
  readonly state: 'open' | 'ready'
  /** Parts that have come. */
  readonly received: number
  /** Null until it was looked at. */
  readonly type: string | null
  /** Of the whole file, hex, as it was announced. */
  readonly sha256: string
  /** What was said of it when it was begun. */
  readonly about: JsonObject
  readonly createdBy: string
  /** Of an attachment, once a message came with it. */
  readonly messageId: string | null
  /** Of an answer's file: the form that it was chosen for, and, once it was handed in, with what. */
  readonly draftId: string | null
  readonly submissionId: string | null
}

interface FileRow {
  readonly id: string
  readonly purpose: FilePurpose
  readonly state: 'open' | 'ready'
  readonly place: string
  readonly bytes: number
  readonly received: number
  readonly mime_type: string | null
  readonly sealed: Uint8Array
  readonly created_by: string
  readonly message_id: string | null
  readonly draft_id: string | null
  readonly submission_id: string | null
}
interface Sealed {
  readonly key: string
  readonly sha256: string
  readonly about: JsonObject
}
interface Where {
  readonly tx: SqlTransaction
  readonly clientId: string
}
interface Sealing extends Where {
  readonly cipher: ClientCipher
}

const sealedPlace = (id: string) => ({ collection: 'files', documentId: id, schema: SCHEMA_VERSION })

export async function readFile(
  { tx, clientId, cipher }: Sealing,
  id: string,
): Promise<StoredFile | undefined> {
  const [row] = await tx.$queryRaw<FileRow[]>`
    SELECT id::text, purpose, state, place, bytes, received, mime_type, sealed, created_by::text,
      message_id::text, draft_id::text, submission_id::text
    FROM portal.stored_file WHERE client_id = ${clientId}::uuid AND id = ${id}::uuid`
  if (row === undefined) return undefined
  const { key, sha256, about } = cipher.open(sealedPlace(id), row.sealed) as Sealed
  return {
    clientId,
    fileId: id,
    place: row.place,
    key: Buffer.from(key, 'base64url'),
    bytes: row.bytes,
    purpose: row.purpose,
    state: row.state,
    received: row.received,
    type: row.mime_type,
    sha256,
    about,
    createdBy: row.created_by,
    messageId: row.message_id,
    draftId: row.draft_id,
    submissionId: row.submission_id,
  }
}

export async function insertFile(
  { tx, clientId, cipher }: Sealing,
  file: Omit<StoredFile, 'state' | 'received' | 'type' | 'messageId' | 'submissionId'>,
  now: number,
): Promise<void> {
  const { fileId, sha256, about } = file
  const content: Sealed = { key: Buffer.from(file.key).toString('base64url'), sha256, about }
  const sealed = Buffer.from(cipher.seal(sealedPlace(fileId), content))
  await tx.$executeRaw`
    INSERT INTO portal.stored_file (client_id, id, purpose, state, place, bytes, sealed, created_by, created_at,
      draft_id)
    VALUES (${clientId}::uuid, ${fileId}::uuid, ${file.purpose}, 'open', ${file.place}, ${file.bytes}, ${sealed}::bytea,
      ${file.createdBy}::uuid, ${new Date(now)}::timestamptz, ${file.draftId}::uuid)`
}

/** Uploads under way, and attachments that no message has come for. */
export async function countOpenFiles({ tx, clientId }: Where, accountId: string): Promise<number> {
  const [found] = await tx.$queryRaw<{ count: number }[]>`
    SELECT count(*)::integer AS count FROM portal.stored_file
    WHERE client_id = ${clientId}::uuid AND created_by = ${accountId}::uuid
      AND (state = 'open' OR (purpose = 'attachment' AND message_id IS NULL))`
  return found?.count ?? 0
}

/** Of a form, whoever sent them and whatever became of them. Undefined: the client has no such form. */
export async function countFilesOfDraft(
  { tx, clientId }: Where,
  draftId: string,
): Promise<number | undefined> {
  const [found] = await tx.$queryRaw<{ count: number }[]>`
    SELECT (SELECT count(*)::integer FROM portal.stored_file f
      WHERE f.client_id = d.client_id AND f.draft_id = d.id) AS count
    FROM portal.form_draft d WHERE d.client_id = ${clientId}::uuid AND d.id = ${draftId}::uuid AND NOT d.deleted`
  return found?.count
}

/** Counts the part; false where it is not awaited, because the file is gone or another part has its turn. */
export async function advanceFile({ tx, clientId }: Where, id: string, part: number): Promise<boolean> {
  const changed = await tx.$executeRaw`
    UPDATE portal.stored_file SET received = received + 1
    WHERE client_id = ${clientId}::uuid AND id = ${id}::uuid AND state = 'open' AND received = ${part}`
  return changed === 1
}

export async function markReady({ tx, clientId }: Where, id: string, type: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE portal.stored_file SET state = 'ready', mime_type = ${type}
    WHERE client_id = ${clientId}::uuid AND id = ${id}::uuid AND state = 'open'`
}

/** The bytes follow. False where there was none. */
export async function deleteFile({ tx, clientId }: Where, id: string): Promise<boolean> {
  const changed = await tx.$executeRaw`
    DELETE FROM portal.stored_file WHERE client_id = ${clientId}::uuid AND id = ${id}::uuid`
  return changed === 1
}

/** False where it is not there, or came with a message or a form that was handed in. */
export async function deleteUnsent(
  { tx, clientId }: Where,
  id: string,
  { purpose, accountId }: { readonly purpose: FilePurpose; readonly accountId: string },
): Promise<boolean> {
  const changed = await tx.$executeRaw`
    DELETE FROM portal.stored_file WHERE client_id = ${clientId}::uuid AND id = ${id}::uuid AND purpose = ${purpose}
      AND message_id IS NULL AND submission_id IS NULL AND created_by = ${accountId}::uuid`
  return changed === 1
}

/**
 * Uploads that nobody went on with since `before`, ms, attachments that no message came for, and files of answers that
 * were not handed in with their form. While the client has that form open, in whatever version or as a correction, none of it goes.
 */
export async function deleteAbandoned(tx: SqlTransaction, before: number): Promise<number> {
  return tx.$executeRaw`
    DELETE FROM portal.stored_file f WHERE f.created_at < ${new Date(before)}::timestamptz
      AND (f.state = 'open' OR (f.purpose = 'attachment' AND f.message_id IS NULL)
        OR (f.purpose = 'answer' AND f.submission_id IS NULL AND NOT EXISTS (
          SELECT 1 FROM portal.form_draft d JOIN portal.form_draft o ON o.client_id = d.client_id AND o.form_key = d.form_key
          WHERE d.client_id = f.client_id AND d.id = f.draft_id AND o.status <> 'submitted' AND NOT o.deleted)))`
}

export interface Removal {
  readonly place: string
  readonly parts: number
}

/** Bytes that belong to nobody, the longest waiting first. */
export const readRemovals = (tx: SqlTransaction, limit: number): Promise<Removal[]> =>
  tx.$queryRaw<Removal[]>`SELECT place, parts FROM portal.file_removal ORDER BY removed_at LIMIT ${limit}`

export async function forgetRemoval(tx: SqlTransaction, place: string): Promise<void> {
  await tx.$executeRaw`DELETE FROM portal.file_removal WHERE place = ${place}`
}
