/** Queries over conversations. Texts are sealed: these know only who, when and whose turn it is. */
import type { SqlTransaction, Transaction } from '../../platform/database.ts'
import { type ListPosition, positionText } from '../../platform/list-position.ts'

export interface ThreadRow {
  readonly thread_id: string
  readonly first_message_id: string
  readonly last_message_id: string
  readonly last_at: Date
  readonly messages: number
  readonly unread: number
}
export interface PageOf<T> {
  readonly rows: readonly T[]
  readonly next: string | null
}
export interface PageAsked {
  readonly limit: number
  readonly before: ListPosition | undefined
}

function pageOf<T extends { readonly thread_id: string; readonly last_at: Date }>(
  found: readonly T[],
  limit: number,
): PageOf<T> {
  const rows = found.slice(0, limit)
  const last = rows.at(-1)
  const next =
    found.length > limit && last ? positionText({ at: last.last_at.getTime(), id: last.thread_id }) : null
  return { rows, next }
}

/** Newest first. `reader`, `author`: whose position counts, and which messages are the reader's own. */
export async function readThreads(
  tx: SqlTransaction,
  clientId: string,
  { reader, author }: { readonly reader: string; readonly author: string },
  { limit, before }: PageAsked,
): Promise<PageOf<ThreadRow>> {
  const at = before ? new Date(before.at) : null
  const found = await tx.$queryRaw<ThreadRow[]>`
    SELECT t.thread_id, t.first_message_id, t.last_message_id, t.last_at, t.messages,
      (SELECT count(*) FROM portal.message m
        WHERE m.client_id = t.client_id AND m.thread_id = t.thread_id AND m.author <> ${author}
          AND COALESCE(m.received_at, m.sent_at) > COALESCE(r.read_up_to, '-infinity'))::integer AS unread
    FROM portal.message_thread t
    LEFT JOIN portal.message_receipt r ON r.client_id = t.client_id AND r.thread_id = t.thread_id AND r.reader = ${reader}
    WHERE t.client_id = ${clientId}::uuid
      AND (${at}::timestamptz IS NULL OR (t.last_at, t.thread_id) < (${at}::timestamptz, ${before?.id ?? null}::uuid))
    ORDER BY t.last_at DESC, t.thread_id DESC LIMIT ${limit + 1}`
  return pageOf(found, limit)
}

export interface MessagePage {
  /** Newest first. */
  readonly ids: readonly string[]
  readonly next: string | null
}

export async function readMessageIds(
  tx: SqlTransaction,
  clientId: string,
  threadId: string,
  { limit, before }: PageAsked,
): Promise<MessagePage> {
  const at = before ? new Date(before.at) : null
  const found = await tx.$queryRaw<{ id: string; at: Date }[]>`
    SELECT id, COALESCE(received_at, sent_at) AS at FROM portal.message
    WHERE client_id = ${clientId}::uuid AND thread_id = ${threadId}::uuid AND NOT deleted
      AND (${at}::timestamptz IS NULL
        OR (COALESCE(received_at, sent_at), id) < (${at}::timestamptz, ${before?.id ?? null}::uuid))
    ORDER BY COALESCE(received_at, sent_at) DESC, id DESC LIMIT ${limit + 1}`
  const rows = found.slice(0, limit)
  const last = rows.at(-1)
  const next = found.length > limit && last ? positionText({ at: last.at.getTime(), id: last.id }) : null
  return { ids: rows.map(({ id }) => id), next }
}

export interface WaitingRow {
  readonly client_id: string
  readonly client_name: string
  readonly thread_id: string
  readonly first_message_id: string
  readonly last_message_id: string
  readonly last_at: Date
  readonly last_author: string
  readonly waiting_since: Date | null
  readonly urgent: boolean
  readonly assigned_account_id: string | null
  readonly assigned_name: string | null
  readonly unread: boolean
}
export type InboxFilter = 'waiting' | 'mine' | 'all'

const WAITING = `SELECT t.client_id, c.name AS client_name, t.thread_id, t.first_message_id, t.last_message_id, t.last_at,
    t.last_author, t.waiting_since, t.urgent, t.assigned_account_id, p.name AS assigned_name,
    t.last_author <> 'staff' AND t.last_at > COALESCE(r.read_up_to, '-infinity') AS unread
  FROM portal.clinician_assignment a
  JOIN portal.message_thread t ON t.client_id = a.client_id
  JOIN portal.client c ON c.client_id = t.client_id
  LEFT JOIN portal.portal_account p ON p.id = t.assigned_account_id
  LEFT JOIN portal.message_receipt r ON r.client_id = t.client_id AND r.thread_id = t.thread_id AND r.reader = 'practice'
  WHERE a.account_id = $1::uuid AND a.ended_at IS NULL`

/** Conversations of the clients whom this account looks after; what waits urgently is marked, the newest come first. */
export async function readInbox(
  tx: Transaction,
  accountId: string,
  filter: InboxFilter,
  { limit, before }: PageAsked,
): Promise<PageOf<WaitingRow>> {
  const wanted = {
    all: '',
    waiting: 'AND t.waiting_since IS NOT NULL',
    mine: 'AND t.assigned_account_id = $1::uuid',
  }[filter]
  const at = before ? new Date(before.at) : null
  const found = await tx.$queryRawUnsafe<WaitingRow[]>(
    `${WAITING} ${wanted}
      AND ($2::timestamptz IS NULL OR (t.last_at, t.thread_id) < ($2::timestamptz, $3::uuid))
    ORDER BY t.last_at DESC, t.thread_id DESC LIMIT $4`,
    accountId,
    at,
    before?.id ?? null,
    limit + 1,
  )
  return pageOf(found, limit)
}

export interface Colleague {
  readonly accountId: string
  readonly name: string
}

/** Who may work on the client's conversations. */
export const readColleagues = (tx: SqlTransaction, clientId: string): Promise<Colleague[]> =>
  tx.$queryRaw<Colleague[]>`
    SELECT p.id AS "accountId", p.name FROM portal.clinician_assignment a
    JOIN portal.portal_account p ON p.id = a.account_id AND p.closed_at IS NULL
    WHERE a.client_id = ${clientId}::uuid AND a.ended_at IS NULL ORDER BY p.name`

export interface ThreadState {
  readonly clientName: string
  readonly waitingSince: Date | null
  readonly assignedAccountId: string | null
}

export async function readThreadState(
  tx: SqlTransaction,
  clientId: string,
  threadId: string,
): Promise<ThreadState | undefined> {
  const [found] = await tx.$queryRaw<ThreadState[]>`
    SELECT c.name AS "clientName", t.waiting_since AS "waitingSince", t.assigned_account_id AS "assignedAccountId"
    FROM portal.message_thread t JOIN portal.client c ON c.client_id = t.client_id
    WHERE t.client_id = ${clientId}::uuid AND t.thread_id = ${threadId}::uuid`
  return found
}

/** Undefined where there is no such conversation. */
export async function readFirstMessageId(
  tx: SqlTransaction,
  clientId: string,
  threadId: string,
): Promise<string | undefined> {
  const [found] = await tx.$queryRaw<{ id: string }[]>`
    SELECT first_message_id AS id FROM portal.message_thread
    WHERE client_id = ${clientId}::uuid AND thread_id = ${threadId}::uuid`
  return found?.id
}

/** The furthest position of anybody on the client's side, ms; 0 where nobody has read. */
export async function readByClient(tx: SqlTransaction, clientId: string, threadId: string): Promise<number> {
  const [found] = await tx.$queryRaw<{ at: Date | null }[]>`
    SELECT max(read_up_to) AS at FROM portal.message_receipt
    WHERE client_id = ${clientId}::uuid AND thread_id = ${threadId}::uuid AND reader <> 'practice'`
  return found?.at?.getTime() ?? 0
}

export interface TemplateRow {
  readonly id: string
  readonly title: string
  readonly body: string
}

export const readTemplates = (tx: SqlTransaction, practiceId: string): Promise<TemplateRow[]> =>
  tx.$queryRaw<TemplateRow[]>`
    SELECT id, title, body FROM portal.message_template
    WHERE practice_id = ${practiceId}::uuid ORDER BY lower(title), id LIMIT 200`
