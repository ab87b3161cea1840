/**
 * The practice's shared inbox: conversations of the clients whom a clinician looks after. Who answers is shown, not
 * enforced: everybody assigned to the client may. Texts are opened record by record, each with its row in the audit trail.
 */
import { saidIn } from '../../../shared/domains/messages/said.ts'
import type { Message } from '../../../shared/domains/messages/schema.ts'
import type { Clock } from '../../../shared/kernel/clock.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { COLLECTIONS } from '../../../shared/protocol/collections.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import { NO_CLIENT } from '../../platform/audit-chain.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import type { Database } from '../../platform/database.ts'
import type { Actor } from '../../replication/actor.ts'
import { auditOf, type CommitSession } from '../../replication/commit.ts'
import type { Replication } from '../../replication/replication.ts'
import {
  type Colleague,
  type InboxFilter,
  readByClient,
  readColleagues,
  readInbox,
  readThreadState,
  type WaitingRow,
} from './reader.ts'
import {
  type AskedPage,
  applyMessage,
  applyPosition,
  askedPage,
  asMessage,
  NO_THREAD,
  type Page,
  readMessages,
  type Sent,
  subjectOf,
} from './service.ts'
import { assignThread, settleThread } from './transactor.ts'

export interface InboxThread {
  readonly clientId: string
  readonly clientName: string
  readonly threadId: string
  readonly subject: string
  /** The beginning of the newest message. */
  readonly excerpt: string
  readonly lastAt: number
  readonly lastAuthor: string
  /** Of the oldest message without an answer, ms; null where none waits. */
  readonly waitingSince: number | null
  readonly urgent: boolean
  readonly unread: boolean
  readonly assigned: Colleague | null
}
export interface StaffThread extends Page<Message> {
  readonly clientName: string
  readonly subject: string
  readonly waitingSince: number | null
  readonly assigned: Colleague | null
  readonly colleagues: readonly Colleague[]
  /** How far somebody on the client's side has read, ms; 0 where nobody has. */
  readonly readByClient: number
}

export interface StaffMessages {
  inbox(actor: Actor, filter: InboxFilter, page: AskedPage): Promise<Result<Page<InboxThread>, Refusal>>
  thread(
    actor: Actor,
    clientId: string,
    threadId: string,
    page: AskedPage,
  ): Promise<Result<StaffThread, Refusal>>
  send(actor: Actor, message: Sent): Promise<Result<Message, Refusal>>
  reply(actor: Actor, message: Omit<Sent, 'subject'>): Promise<Result<Message, Refusal>>
  read(
    actor: Actor,
    clientId: string,
    threadId: string,
    upTo: number,
  ): Promise<Result<{ readUpTo: number }, Refusal>>
  /** Null: nobody in particular. */
  assign(
    actor: Actor,
    clientId: string,
    threadId: string,
    to: string | null,
  ): Promise<Result<Record<string, never>, Refusal>>
  /** Nothing is left to answer. */
  settle(actor: Actor, clientId: string, threadId: string): Promise<Result<Record<string, never>, Refusal>>
}

export interface StaffMessagesDeps {
  readonly database: Database
  readonly replication: Replication
  readonly clock: Clock
}
const EXCERPT = 140
const LOOKS_AFTER = ['assigned-clinician'] as const

export function createStaffMessages({ database, replication, clock }: StaffMessagesDeps): StaffMessages {
  const open = async (actor: Actor, row: WaitingRow): Promise<InboxThread | undefined> => {
    const { client_id: clientId, last_message_id: lastId } = row
    const texts = await replication.read<readonly Message[]>({
      actor,
      clientId,
      action: 'staff.messages.inbox',
      permit: LOOKS_AFTER,
      onDevice: false,
      describe: () => ({ collection: COLLECTIONS.messages.number, documentId: lastId, count: 1 }),
      run: async ({ documents }) =>
        ok((await documents('messages', [row.first_message_id, lastId])).map(asMessage)),
    })
    // Ended meanwhile, or damaged: the audit trail has it, and the others are not held up.
    const [first, last = first] = texts.ok ? texts.value : []
    if (first === undefined || last === undefined) return undefined
    return {
      clientId,
      clientName: row.client_name,
      threadId: row.thread_id,
      subject: first.subject,
      excerpt: saidIn(last).slice(0, EXCERPT),
      lastAt: row.last_at.getTime(),
      lastAuthor: last.authorName,
      waitingSince: row.waiting_since?.getTime() ?? null,
      urgent: row.urgent,
      unread: row.unread,
      assigned:
        row.assigned_account_id && row.assigned_name
          ? { accountId: row.assigned_account_id, name: row.assigned_name }
          : null,
    }
  }
  const change = async <T>(
    actor: Actor,
    clientId: string,
    action: string,
    run: (session: CommitSession) => Promise<Result<T, Refusal>>,
  ): Promise<Result<T, Refusal>> => {
    const done = await replication.commit({
      actor,
      clientId,
      action,
      permit: LOOKS_AFTER,
      onDevice: false,
      run,
    })
    return done.ok ? ok(done.value.value) : done
  }

  return {
    async inbox(actor, filter, asked) {
      const page = askedPage(asked)
      if (!page.ok) return page
      const { rows, next } = await database.transaction(async (tx) => {
        const found = await readInbox(tx, actor.accountId, filter, page.value)
        const part = { action: 'staff.messages', outcome: 'allowed', count: found.rows.length } as const
        await appendAudit(tx, [auditOf(actor, NO_CLIENT, clock.now(), part)])
        return found
      })
      const items = await Promise.all(rows.map((row) => open(actor, row)))
      return ok({ items: items.filter((item) => item !== undefined), next })
    },
    async thread(actor, clientId, threadId, asked) {
      const page = askedPage(asked)
      if (!page.ok) return page
      return replication.read<StaffThread>({
        actor,
        clientId,
        action: 'staff.messages.thread',
        permit: LOOKS_AFTER,
        onDevice: false,
        describe: ({ items }) => ({
          collection: COLLECTIONS.messages.number,
          documentId: threadId,
          count: items.length,
        }),
        run: async (session) => {
          const { tx } = session.scope
          const state = await readThreadState(tx, clientId, threadId)
          const found = await readMessages(session, threadId, page.value)
          const [newest] = found.items
          if (state === undefined || newest === undefined) return err(NO_THREAD)
          const colleagues = await readColleagues(tx, clientId)
          const assigned = colleagues.find(({ accountId }) => accountId === state.assignedAccountId)
          return ok({
            ...found,
            clientName: state.clientName,
            subject: newest.subject,
            waitingSince: state.waitingSince?.getTime() ?? null,
            assigned: assigned ?? null,
            colleagues,
            readByClient: await readByClient(tx, clientId, threadId),
          })
        },
      })
    },
    send: (actor, message) =>
      change(actor, message.clientId, 'staff.messages.send', (session) =>
        applyMessage(session, actor, message, 'staff'),
      ),
    reply: (actor, message) =>
      change(actor, message.clientId, 'staff.messages.reply', async (session) => {
        const subject = await subjectOf(session, message.threadId)
        if (subject === undefined) return err(NO_THREAD)
        return applyMessage(session, actor, { ...message, subject }, 'staff')
      }),
    read: (actor, clientId, threadId, upTo) =>
      change(actor, clientId, 'staff.messages.read', async (session) => {
        if ((await subjectOf(session, threadId)) === undefined) return err(NO_THREAD)
        return applyPosition(session, actor, threadId, upTo, 'staff')
      }),
    assign: (actor, clientId, threadId, to) =>
      change(actor, clientId, 'staff.messages.assign', async ({ work }) => {
        const colleagues = await readColleagues(work.scope.tx, clientId)
        if (to !== null && !colleagues.some(({ accountId }) => accountId === to))
          return err(refusal('not_permitted', 'Only somebody who looks after this client can take it on.'))
        return (await assignThread(work.scope.tx, clientId, threadId, to)) ? ok({}) : err(NO_THREAD)
      }),
    settle: (actor, clientId, threadId) =>
      change(actor, clientId, 'staff.messages.settle', async ({ work }) => {
        return (await settleThread(work.scope.tx, clientId, threadId)) ? ok({}) : err(NO_THREAD)
      }),
  }
}
