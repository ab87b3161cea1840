/** The files that answers name: there before they are handed in, whole, and what the answers say of them. */

import { SCHEMA_VERSION } from '../../../shared/protocol/terms.ts'
import type { AttachedFile } from '../../../shared/questionnaire/attached-file.ts'
import type { Scope } from '../../replication/collection.ts'

interface Row {
  readonly id: string
  readonly bytes: number
  readonly mime_type: string | null
  readonly sealed: Uint8Array
}

/**
 * False, and nothing is changed, where one of `named` is missing or is not what the answer says of it. `beside`: the other
 * answers of a question with two; they stay with what is handed in, where they are there.
 */
export async function bindAnswerFiles(
  { tx, clientId, cipher }: Scope,
  submissionId: string,
  named: readonly AttachedFile[],
  beside: readonly AttachedFile[],
): Promise<boolean> {
  const ids = [...named, ...beside].map(({ file }) => file)
  if (ids.length === 0) return true
  const rows = await tx.$queryRaw<Row[]>`
    SELECT id::text, bytes, mime_type, sealed FROM portal.stored_file
    WHERE client_id = ${clientId}::uuid AND id = ANY(${ids}::uuid[]) AND purpose = 'answer' AND state = 'ready'`
  const found = new Map(rows.map((row) => [row.id, row]))
  const isSame = ({ file, bytes, type, sha256 }: AttachedFile) => {
    const row = found.get(file)
    if (row === undefined || row.bytes !== bytes || row.mime_type !== type) return false
    const place = { collection: 'files', documentId: file, schema: SCHEMA_VERSION }
    return (cipher.open(place, row.sealed) as { readonly sha256?: unknown }).sha256 === sha256
  }
  if (!named.every(isSame)) return false
  await tx.$executeRaw`
    UPDATE portal.stored_file SET submission_id = ${submissionId}::uuid
    WHERE client_id = ${clientId}::uuid AND id = ANY(${ids}::uuid[]) AND purpose = 'answer' AND state = 'ready'
      AND submission_id IS NULL`
  return true
}
