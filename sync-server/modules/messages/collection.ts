/**
 * Messages and how far they were read. A message is inserted once and changed by nobody (merge SPEC, M14); who wrote it
 * and when it was received is the server's to say. A reader's position only moves forward (M13).
 */
import { z } from 'zod'
import { derivedId } from '../../../shared/crypto/derived-id.ts'
import { WRITTEN_FIELDS } from '../../../shared/domains/messages/limits.ts'
import {
  type Message,
  Message as MessageSchema,
  NewMessage,
} from '../../../shared/domains/messages/schema.ts'
import { PRACTICE, receiptSource } from '../../../shared/domains/receipts/reader.ts'
import { Receipt } from '../../../shared/domains/receipts/schema.ts'
import type { JsonObject } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { mergeInsertion } from '../../../shared/merge/append-only.ts'
import { mergeMaximum } from '../../../shared/merge/maximum.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { Actor } from '../../replication/actor.ts'
import type { Collection, Decision, Write } from '../../replication/collection.ts'
import { createDocumentStore } from '../../replication/document-store.ts'
import { CLOCK_AHEAD } from '../../replication/parse-write.ts'
import { createRecordCollection, putRecord } from '../../replication/record-collection.ts'
import { numberColumn, textColumn, timeColumn } from '../../replication/typed-columns.ts'
import type { WorkingSet } from '../../replication/working-set.ts'
import { bindAttachments } from './attached-file-store.ts'

const messageStore = createDocumentStore({
  collection: 'messages',
  table: 'message',
  columns: {
    thread_id: 'uuid',
    author: 'text',
    sent_at: 'timestamptz',
    received_at: 'timestamptz',
    urgent: 'boolean',
  },
  project: ({ body }) => ({
    thread_id: textColumn(body, 'threadId'),
    author: textColumn(body, 'author'),
    sent_at: timeColumn(body, 'sentAt'),
    received_at: timeColumn(body, 'receivedAt') ?? timeColumn(body, 'sentAt'),
    urgent: body.priority === 'urgent',
  }),
})
/** What the practice's record system holds of earlier conversations. */
const fed = createRecordCollection('messages', MessageSchema, messageStore)

export const messages: Collection = {
  name: 'messages',
  store: messageStore,
  decide: async (work, write) =>
    write.by === 'server' ? fed.decide(work, withReceipt(write)) : send(work, write),
}

/** The record system knows when a message was sent; that is when it was received, too. */
function withReceipt(write: Write): Write {
  const sent = write.edits.find(({ field }) => field === 'sentAt')
  const has = write.edits.some(({ field }) => field === 'receivedAt')
  return sent === undefined || has
    ? write
    : { ...write, edits: [...write.edits, { ...sent, field: 'receivedAt' }] }
}

const NOT_THERE = refusal('invalid_document', 'A file of this message is not here. Send it first.')

const offeredBy = (write: Write) => Object.fromEntries(write.edits.map(({ field, value }) => [field, value]))

async function send(work: WorkingSet, write: Write): Promise<Result<Decision, Refusal>> {
  const { author: _, authorName: __, ...fields } = offeredBy(write)
  const parsed = NewMessage.safeParse(fields)
  if (!parsed.success) return err(refusal('invalid_document', 'This is not a message.'))
  const known = await work.load('messages', write.documentId)
  if (mergeInsertion(known?.body, parsed.data as JsonObject, WRITTEN_FIELDS) === 'already_exists')
    return err(refusal('already_exists', 'Another message has this id.'))
  if (known !== undefined) return ok({ outcome: 'duplicate', rev: known.rev })
  const { name, accountId } = work.actor
  const place = { clientId: work.scope.clientId, messageId: write.documentId, accountId }
  if (!(await bindAttachments(work.scope.tx, place, parsed.data.attachments))) return err(NOT_THERE)
  const body: Omit<Message, 'id' | 'updatedAt'> = {
    ...parsed.data,
    sentAt: Math.min(parsed.data.sentAt, work.receivedAt + CLOCK_AHEAD),
    author: authorOf(work.actor, work.scope.clientId),
    authorName: name,
    receivedAt: work.receivedAt,
  }
  work.stage('messages', {
    id: write.documentId,
    rev: 1,
    deleted: false,
    body: body as unknown as JsonObject,
    server: { accountId: work.actor.accountId, deviceId: work.actor.deviceId },
    marks: {},
    updatedAt: work.receivedAt,
  })
  return ok({ outcome: 'ok', rev: 1 })
}

/** A client who looks after somebody else is that one's proxy. */
export function authorOf({ role, ownClientId }: Actor, clientId: string): Message['author'] {
  if (role !== 'client' && role !== 'proxy') return 'staff'
  return ownClientId === clientId ? 'client' : 'proxy'
}

const receiptStore = createDocumentStore({
  collection: 'receipts',
  table: 'message_receipt',
  columns: { thread_id: 'uuid', read_up_to: 'timestamptz', reader: 'text' },
  project: ({ body }) => ({
    thread_id: textColumn(body, 'threadId'),
    read_up_to: timeColumn(body, 'readUpTo'),
    reader: textColumn(body, 'reader') ?? '',
  }),
})

export const receipts: Collection = {
  name: 'receipts',
  store: receiptStore,
  decide: read,
}

const Position = z.object({
  threadId: Receipt.shape.threadId.optional(),
  reader: Receipt.shape.reader.optional(),
  readUpTo: Receipt.shape.readUpTo,
})

async function read(work: WorkingSet, write: Write): Promise<Result<Decision, Refusal>> {
  const known = await work.load('receipts', write.documentId)
  const parsed = Position.strict().safeParse(offeredBy(write))
  const threadId = parsed.data?.threadId ?? textColumn(known?.body ?? {}, 'threadId')
  if (!parsed.success || threadId === null)
    return err(refusal('invalid_document', 'This does not say how far a conversation was read.'))
  const reader = write.by === 'client' ? work.actor.accountId : PRACTICE
  // Another's position, or one reader's under two ids, cannot be written.
  if (write.documentId !== derivedId('receipt', receiptSource(threadId, reader)))
    return err(refusal('not_permitted', 'Only the reader says how far the conversation was read.'))
  const current = known === undefined ? undefined : (numberColumn(known.body, 'readUpTo') ?? undefined)
  const readUpTo = mergeMaximum(current, Math.min(parsed.data.readUpTo, work.receivedAt + CLOCK_AHEAD))
  const edits = Object.entries({ threadId, reader, readUpTo })
  return putRecord(work, {
    ...write,
    // The maximum is what counts, not who saw which revision.
    baseRev: known?.rev ?? 0,
    edits: edits.map(([field, value]) => ({ field, value, at: work.receivedAt })),
  })
}
