/** Written to the replica at once, with no network. Everything here resolves when it is sealed on disk. */
import type { Message } from '../../../shared/domains/messages/schema.ts'
import type { Json } from '../../../shared/kernel/json.ts'
import type { ReplicaDatabase } from '../../replica/replica-database.ts'

/** Each preference is an entry of its own: two devices that change two of them keep both. */
export async function prefer(
  replica: ReplicaDatabase,
  id: string,
  key: string,
  value: Extract<Json, string | number | boolean>,
): Promise<void> {
  const found = await replica.profile.findOne(id).exec()
  await found?.incrementalModify((before) => ({
    ...before,
    preferences: { ...before.preferences, [key]: value },
  }))
}

/**
 * A correction is a message: it works offline, reaches the people who know the client, and the answer comes to the same
 * place. Nothing of the record changes before somebody there has changed it.
 */
export async function askForCorrection(
  replica: ReplicaDatabase,
  message: Pick<Message, 'subject' | 'body' | 'author' | 'authorName'>,
): Promise<string> {
  const id = crypto.randomUUID()
  const now = Date.now()
  await replica.messages.insert({
    ...message,
    id,
    threadId: id,
    priority: 'normal',
    attachments: [],
    sentAt: now,
    updatedAt: now,
  })
  return id
}
