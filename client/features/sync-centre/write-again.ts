/**
 * Undoing a discard: what was given up is written again, as a new change on what the device has now. A submission or a message
 * comes back under a new id, because the server may have seen the old one.
 */
import type { Answers } from '../../../shared/domains/forms/schema.ts'
import type { Message } from '../../../shared/domains/messages/schema.ts'
import type { Request } from '../../../shared/domains/requests/schema.ts'
import type { Json, JsonObject } from '../../../shared/kernel/json.ts'
import { applyPatch } from '../../../shared/merge/fields.ts'
import type { ReplicaDatabase } from '../../replica/replica-database.ts'

interface DiscardedChange {
  readonly collection: string
  readonly documentId: string
  /** By field path. */
  readonly fields: { readonly [field: string]: Json }
}

export const isDiscardedChange = (value: unknown): value is DiscardedChange =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as DiscardedChange).collection === 'string' &&
  typeof (value as DiscardedChange).documentId === 'string' &&
  typeof (value as DiscardedChange).fields === 'object'

/** Resolves when it is sealed on disk again; rejects if that is not possible. */
export async function writeAgain(replica: ReplicaDatabase, change: DiscardedChange): Promise<void> {
  if (change.collection === 'submissions') return submitAgain(replica, change)
  if (change.collection === 'messages') return sendAgain(replica, change)
  if (change.collection === 'requests' && change.fields.kind !== undefined) return askAgain(replica, change)
  const document = await replica.collections[change.collection]?.findOne(change.documentId).exec()
  if (!document) throw new Error('The document of a discarded change is not on this device.')
  const patch = Object.entries(change.fields)
  await document.incrementalModify((before: JsonObject) => applyPatch(before, patch))
}

async function submitAgain(replica: ReplicaDatabase, { fields }: DiscardedChange): Promise<void> {
  const draft = await replica.drafts.findOne(String(fields.draftId)).exec()
  if (!draft) throw new Error('The draft of a discarded submission is not on this device.')
  await replica.submissions.insert({
    id: crypto.randomUUID(),
    draftId: draft.id,
    definitionId: String(fields.definitionId),
    answers: fields.answers as Answers,
    submittedAt: Number(fields.submittedAt),
    formKey: draft.formKey,
    title: draft.title,
    status: 'sent',
    updatedAt: Date.now(),
    ...(draft.amends ? { amends: draft.amends } : {}),
  })
}

async function sendAgain(replica: ReplicaDatabase, { fields }: DiscardedChange): Promise<void> {
  const id = crypto.randomUUID()
  const { threadId, subject, body, priority, attachments, sentAt } = fields as unknown as Message
  await replica.messages.insert({
    id,
    threadId,
    subject,
    body,
    priority,
    author: 'client',
    authorName: '',
    attachments,
    sentAt,
    updatedAt: Date.now(),
  })
}

/** A request that the server never took: under a new id, as it was asked. */
async function askAgain(replica: ReplicaDatabase, { fields }: DiscardedChange): Promise<void> {
  const { subjectRev: _, ...asked } = fields
  const now = Date.now()
  await replica.requests.insert({
    ...(asked as unknown as Pick<Request, 'kind' | 'requestedAt'>),
    id: crypto.randomUUID(),
    status: 'requested',
    updatedAt: now,
  })
}
