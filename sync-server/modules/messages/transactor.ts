/** What staff change about a conversation besides its messages, and the texts they start an answer with. */
import type { SqlTransaction } from '../../platform/database.ts'
import type { TemplateRow } from './reader.ts'

/** False where there is no such conversation. */
export async function assignThread(
  tx: SqlTransaction,
  clientId: string,
  threadId: string,
  to: string | null,
): Promise<boolean> {
  const changed = await tx.$executeRaw`
    UPDATE portal.message_thread SET assigned_account_id = ${to}::uuid
    WHERE client_id = ${clientId}::uuid AND thread_id = ${threadId}::uuid`
  return changed === 1
}

export async function settleThread(tx: SqlTransaction, clientId: string, threadId: string): Promise<boolean> {
  const changed = await tx.$executeRaw`
    UPDATE portal.message_thread SET waiting_since = NULL, urgent = false
    WHERE client_id = ${clientId}::uuid AND thread_id = ${threadId}::uuid`
  return changed === 1
}

/** False where the practice has as many as it may. */
export async function putTemplate(
  tx: SqlTransaction,
  practiceId: string,
  accountId: string,
  { id, title, body }: TemplateRow,
): Promise<boolean> {
  const changed = await tx.$executeRaw`
    INSERT INTO portal.message_template (id, practice_id, title, body, created_by)
    SELECT ${id}::uuid, ${practiceId}::uuid, ${title}, ${body}, ${accountId}::uuid
    WHERE (SELECT count(*) FROM portal.message_template WHERE practice_id = ${practiceId}::uuid) < 200
    ON CONFLICT (id) DO UPDATE SET title = EXCLUDED.title, body = EXCLUDED.body
      WHERE message_template.practice_id = EXCLUDED.practice_id`
  return changed === 1
}

export async function deleteTemplate(tx: SqlTransaction, practiceId: string, id: string): Promise<boolean> {
  const changed = await tx.$executeRaw`
    DELETE FROM portal.message_template WHERE id = ${id}::uuid AND practice_id = ${practiceId}::uuid`
  return changed === 1
}
