/** The files that a message comes with: there before it, whole, and its writer's own. */
import type { Attachment } from '../../../shared/domains/messages/schema.ts'
import type { SqlTransaction } from '../../platform/database.ts'

interface Bound {
  readonly clientId: string
  readonly messageId: string
  readonly accountId: string
}

/** False, and nothing is changed, where one is missing or is not what the message says of it. */
export async function bindAttachments(
  tx: SqlTransaction,
  { clientId, messageId, accountId }: Bound,
  attachments: readonly Attachment[],
): Promise<boolean> {
  if (attachments.length === 0) return true
  const ids = attachments.map(({ documentId }) => documentId)
  const found = await tx.$queryRaw<{ id: string; bytes: number }[]>`
    SELECT id::text, bytes FROM portal.stored_file
    WHERE client_id = ${clientId}::uuid AND id = ANY(${ids}::uuid[]) AND purpose = 'attachment' AND state = 'ready'
      AND created_by = ${accountId}::uuid AND (message_id IS NULL OR message_id = ${messageId}::uuid)`
  const lengths = new Map(found.map(({ id, bytes }) => [id, bytes]))
  const isSound = attachments.every(({ documentId, bytes }) => lengths.get(documentId) === bytes)
  if (!isSound || lengths.size !== ids.length) return false
  await tx.$executeRaw`
    UPDATE portal.stored_file SET message_id = ${messageId}::uuid
    WHERE client_id = ${clientId}::uuid AND id = ANY(${ids}::uuid[])`
  return true
}
