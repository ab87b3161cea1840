/**
 * Conversations as clients and proxies know them over REST. Everything that changes goes through the one write path; a
 * foreign and an unknown record give the same `not_found`.
 */
import { derivedId } from '../../../shared/crypto/derived-id.ts'
import type { Message, NewMessage } from '../../../shared/domains/messages/schema.ts'
import { PRACTICE, receiptSource } from '../../../shared/domains/receipts/reader.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { COLLECTIONS } from '../../../shared/protocol/collections.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import { parsePosition } from '../../platform/list-position.ts'
import type { Actor } from '../../replication/actor.ts'
import { type Permit, readersOf, writersOf } from '../../replication/client-access-store.ts'
import type { StoredDocument, WrittenBy } from '../../replication/collection.ts'
import type { CommitSession } from '../../replication/commit.ts'
import { toClient } from '../../replication/document-store.ts'
import type { ReadSession } from '../../replication/read-record.ts'
import type { Replication } from '../../replication/replication.ts'
import { authorOf } from './collection.ts'
import {
  type MessagePage,
  type PageAsked,
  readFirstMessageId,
  readMessageIds,
  readThreads,
} from './reader.ts'

export interface ThreadSummary {
  readonly id: string
  readonly subject: string
  readonly messages: number
  readonly unread: number
  readonly last: Message
}
export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | null
}
export interface AskedPage {
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
}
export interface Sent extends Omit<NewMessage, 'attachments' | 'sentAt'> {
  /** Uploaded before. */
  readonly attachments?: NewMessage['attachments'] | undefined
  readonly clientId: string
  /** The same id with the same content again is a repetition. */
  readonly id: string
}

export interface MessagesService {
  threads(actor: Actor, clientId: string, page: AskedPage): Promise<Result<Page<ThreadSummary>, Refusal>>
  /** One conversation, newest message first. */
  thread(
    actor: Actor,
    clientId: string,
    threadId: string,
    page: AskedPage,
  ): Promise<Result<Page<Message>, Refusal>>
  send(actor: Actor, message: Sent): Promise<Result<Message, Refusal>>
  /** As {@link send}, into a conversation that is there, under its subject. */
  reply(actor: Actor, reply: Omit<Sent, 'subject'>): Promise<Result<Message, Refusal>>
  /** Read up to here, as far as the writer has seen; never backwards. */
  read(
    actor: Actor,
    clientId: string,
    threadId: string,
    upTo: number,
  ): Promise<Result<{ readUpTo: number }, Refusal>>
}

export const NO_THREAD = refusal('not_found', 'There is no such conversation.')
const BAD_CURSOR = refusal('invalid_message', 'The cursor is not one that this list gave out.')
const MOST = 100

export function askedPage({ cursor, limit = 50 }: AskedPage): Result<PageAsked, Refusal> {
  const before = cursor === undefined ? undefined : parsePosition(cursor)
  if (cursor !== undefined && before === undefined) return err(BAD_CURSOR)
  return ok({ limit: Math.min(limit, MOST), before })
}

// Stored documents were checked when they were written.
export const asMessage = (document: StoredDocument) => toClient(document) as unknown as Message

export async function readMessages(
  { scope, documents }: ReadSession,
  threadId: string,
  page: PageAsked,
): Promise<Page<Message>> {
  const { ids, next }: MessagePage = await readMessageIds(scope.tx, scope.clientId, threadId, page)
  return { items: (await documents('messages', ids)).map(asMessage), next }
}

/** Applies a new message and gives it back as it stands. */
export async function applyMessage(
  { apply, work }: CommitSession,
  actor: Actor,
  { id, threadId, subject, body, priority, attachments = [] }: Sent,
  by: WrittenBy,
): Promise<Result<Message, Refusal>> {
  const sent = attachments.map((attachment) => ({ ...attachment }))
  const fields = { threadId, subject, body, priority, attachments: sent, sentAt: work.receivedAt }
  const done = await apply({
    collection: 'messages',
    documentId: id,
    baseRev: 0,
    edits: Object.entries(fields).map(([field, value]) => ({ field, value, at: work.receivedAt })),
    by,
    writer: actor.deviceId ?? actor.accountId,
  })
  if (!done.ok) return done
  const stored = await work.load('messages', id)
  return stored === undefined ? err(NO_THREAD) : ok(asMessage(stored))
}

/** Applies a position; answers with what stands, which may be further. */
export async function applyPosition(
  { apply, work }: CommitSession,
  actor: Actor,
  threadId: string,
  upTo: number,
  by: WrittenBy,
): Promise<Result<{ readUpTo: number }, Refusal>> {
  const id = derivedId('receipt', receiptSource(threadId, by === 'client' ? actor.accountId : PRACTICE))
  const fields = { threadId, readUpTo: upTo }
  const done = await apply({
    collection: 'receipts',
    documentId: id,
    baseRev: 0,
    edits: Object.entries(fields).map(([field, value]) => ({ field, value, at: work.receivedAt })),
    by,
    writer: actor.deviceId ?? actor.accountId,
  })
  if (!done.ok) return done
  const stored = await work.load('receipts', id)
  return ok({ readUpTo: Number(stored?.body.readUpTo ?? 0) })
}

/** The subject that a conversation was begun with; undefined where there is none such. */
export async function subjectOf({ work }: CommitSession, threadId: string): Promise<string | undefined> {
  const first = await readFirstMessageId(work.scope.tx, work.scope.clientId, threadId)
  const stored = first === undefined ? undefined : await work.load('messages', first)
  return stored === undefined ? undefined : String(stored.body.subject)
}

export function createMessagesService({
  replication,
}: {
  readonly replication: Replication
}): MessagesService {
  const read = <T>(
    actor: Actor,
    clientId: string,
    action: string,
    documentId: string | null,
    run: (session: ReadSession) => Promise<Result<Page<T>, Refusal>>,
  ) =>
    replication.read({
      actor,
      clientId,
      action,
      permit: readersOf('messages'),
      onDevice: false,
      run,
      describe: ({ items }) => ({ collection: COLLECTIONS.messages.number, documentId, count: items.length }),
    })
  const change = async <T>(
    actor: Actor,
    clientId: string,
    action: string,
    permit: Permit,
    run: (session: CommitSession) => Promise<Result<T, Refusal>>,
  ): Promise<Result<T, Refusal>> => {
    const done = await replication.commit({ actor, clientId, action, permit, onDevice: false, run })
    return done.ok ? ok(done.value.value) : done
  }

  return {
    threads: async (actor, clientId, asked) => {
      const page = askedPage(asked)
      if (!page.ok) return page
      return read<ThreadSummary>(actor, clientId, 'messages.threads', null, async ({ scope, documents }) => {
        const self = { reader: actor.accountId, author: authorOf(actor, clientId) }
        const { rows, next } = await readThreads(scope.tx, clientId, self, page.value)
        const ids = rows.flatMap((row) => [row.first_message_id, row.last_message_id])
        const byId = new Map(
          (await documents('messages', [...new Set(ids)])).map((found) => [found.id, found]),
        )
        const items = rows.flatMap((row): ThreadSummary[] => {
          const [first, last] = [byId.get(row.first_message_id), byId.get(row.last_message_id)]
          if (first === undefined || last === undefined) return []
          const { messages, unread } = row
          return [
            { id: row.thread_id, subject: asMessage(first).subject, messages, unread, last: asMessage(last) },
          ]
        })
        return ok({ items, next })
      })
    },
    thread: async (actor, clientId, threadId, asked) => {
      const page = askedPage(asked)
      if (!page.ok) return page
      return read<Message>(actor, clientId, 'messages.thread', threadId, async (session) => {
        const found = await readMessages(session, threadId, page.value)
        return found.items.length === 0 && page.value.before === undefined ? err(NO_THREAD) : ok(found)
      })
    },
    send: (actor, message) =>
      change(actor, message.clientId, 'messages.send', writersOf('messages'), (session) =>
        applyMessage(session, actor, message, 'client'),
      ),
    reply: (actor, message) =>
      change(actor, message.clientId, 'messages.reply', writersOf('messages'), async (session) => {
        const subject = await subjectOf(session, message.threadId)
        if (subject === undefined) return err(NO_THREAD)
        return applyMessage(session, actor, { ...message, subject }, 'client')
      }),
    // A position is no content: whoever may read may say how far.
    read: (actor, clientId, threadId, upTo) =>
      change(actor, clientId, 'messages.read', readersOf('messages'), async (session) => {
        if ((await subjectOf(session, threadId)) === undefined) return err(NO_THREAD)
        return applyPosition(session, actor, threadId, upTo, 'client')
      }),
  }
}
