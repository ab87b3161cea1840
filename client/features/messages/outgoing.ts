/**
 * A message before it is one: what is being written in a conversation, sealed on this device like everything else, and
 * one that was just sent and can still be taken back. The message's id is made with the first letter, so that sending
 * from two tabs, or again after a crash, makes one message.
 */
import type { Message } from '../../../shared/domains/messages/schema.ts'
import type { Outgoing, ReplicaDatabase } from '../../replica/replica-database.ts'

/** How long a message can be taken back after Send was pressed, ms. */
export const UNDO_MS = 5_000
/** Where a new conversation is written. */
export const NEW = 'new'

export type Written = Pick<Outgoing, 'subject' | 'body' | 'priority'> & {
  readonly attachments: Message['attachments']
}

/**
 * Resolves once it is sealed on the disk. An empty one is forgotten. Words that come after Send was pressed, in the
 * moment before the field goes or in another tab, take the message back: they are nobody's to drop, and under the id
 * it had it may have left already.
 */
export async function keepWritten(replica: ReplicaDatabase, id: string, written: Written): Promise<void> {
  const found = await replica.outgoing.findOne(id).exec()
  const isSent = found?.get('sendAt') !== undefined
  if (isEmpty(written)) {
    if (!isSent) await found?.remove()
    return
  }
  const kept = { ...written, updatedAt: Date.now() }
  if (found && isSent) {
    if (isSame(found.toMutableJSON() as Outgoing, written)) return
    await found.incrementalModify(({ sendAt: _, ...rest }: Outgoing) => ({
      ...rest,
      ...kept,
      messageId: crypto.randomUUID(),
    }))
    // Gone in the same moment, as a message.
    if ((await replica.outgoing.findOne(id).exec()) !== null) return
  } else if (found) {
    await found.incrementalPatch(kept)
    return
  }
  await replica.outgoing.insertIfNotExists({ id, messageId: crypto.randomUUID(), ...kept })
}

const isSame = (sent: Outgoing, { subject, body, priority, attachments }: Written) =>
  sent.subject === subject &&
  sent.body === body &&
  sent.priority === priority &&
  (sent.attachments ?? []).map(({ documentId }) => documentId).join() ===
    attachments.map(({ documentId }) => documentId).join()

const isEmpty = ({ subject, body, attachments }: Written) =>
  subject.trim() === '' && body.trim() === '' && attachments.length === 0

export async function pressSend(replica: ReplicaDatabase, id: string, written: Written): Promise<void> {
  await keepWritten(replica, id, written)
  const found = await replica.outgoing.findOne(id).exec()
  await found?.incrementalPatch({ sendAt: Date.now() + UNDO_MS })
}

export async function takeBack(replica: ReplicaDatabase, id: string): Promise<void> {
  const found = await replica.outgoing.findOne(id).exec()
  await found?.incrementalModify((outgoing: Outgoing) => {
    const { sendAt: _, ...rest } = outgoing
    return rest
  })
}

/**
 * Makes it a message, which travels through the outbox like every other document. First the message, then the end of
 * what was written: a crash between the two repeats the first, which has no second effect.
 */
export async function sendNow(
  replica: ReplicaDatabase,
  by: Pick<Message, 'author' | 'authorName'>,
  outgoing: Outgoing,
): Promise<void> {
  const { id, messageId, subject, body, priority, attachments = [] } = outgoing
  const threadId = id === NEW ? messageId : id
  const now = Date.now()
  const message: Message = {
    id: messageId,
    threadId,
    subject: subject.trim(),
    body: body.trim(),
    priority,
    ...by,
    attachments,
    sentAt: now,
    updatedAt: now,
  }
  await replica.messages.insertIfNotExists(message)
  await forget(replica, id, messageId)
}

/** Looks again where somebody wrote on in the same moment: that is another message now, and stays. */
async function forget(replica: ReplicaDatabase, id: string, messageId: string): Promise<void> {
  const found = await replica.outgoing.findOne(id).exec()
  if (found?.get('messageId') !== messageId) return
  await found.remove().catch((error: { code?: string }) => {
    if (error.code !== 'CONFLICT') throw error
    return forget(replica, id, messageId)
  })
}

/**
 * A message that waits for its files, or was refused, is written on, in the place where it was written. First what is
 * written, then the end of the message by `end`: a crash between the two leaves both. Null: it has left, or another one is
 * about to.
 */
export async function writeAgain(
  replica: ReplicaDatabase,
  message: Message,
  end: () => Promise<boolean>,
): Promise<string | null> {
  const { subject, body, priority, attachments, threadId } = message
  const said = await replica.messages.find({ selector: { threadId } }).exec()
  const place = said.some(({ id }) => id !== message.id) ? threadId : NEW
  const found = (await replica.outgoing.findOne(place).exec())?.toMutableJSON() as Outgoing | undefined
  if (found?.sendAt !== undefined) return null
  const before: Written = {
    subject: found?.subject ?? '',
    body: found?.body ?? '',
    priority: found?.priority ?? 'normal',
    attachments: found?.attachments ?? [],
  }
  await keepWritten(replica, place, {
    subject: before.subject.trim() || subject,
    body: [body, before.body].filter((text) => text.trim() !== '').join('\n\n'),
    priority,
    attachments: [...attachments, ...before.attachments],
  })
  if (await end()) return place
  await keepWritten(replica, place, before)
  return null
}
