/** What the staff's pages of messages read from the server, checked at the edge. */
import type { Message } from '../../../shared/domains/messages/schema.ts'

export interface Colleague {
  readonly accountId: string
  readonly name: string
}
export interface InboxThread {
  readonly clientId: string
  readonly clientName: string
  readonly threadId: string
  readonly subject: string
  readonly excerpt: string
  readonly lastAt: number
  readonly lastAuthor: string
  readonly waitingSince: number | null
  readonly urgent: boolean
  readonly unread: boolean
  readonly assigned: Colleague | null
}
export interface InboxThreads {
  readonly items: readonly InboxThread[]
  readonly next: string | null
}
export interface StaffThread {
  /** Newest first. */
  readonly items: readonly Message[]
  readonly next: string | null
  readonly clientName: string
  readonly subject: string
  readonly waitingSince: number | null
  readonly assigned: Colleague | null
  readonly colleagues: readonly Colleague[]
  readonly readByClient: number
}
export interface Template {
  readonly id: string
  readonly title: string
  readonly body: string
}

const has = (value: unknown, ...keys: string[]): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && keys.every((key) => Object.hasOwn(value, key))
const everyHas = (items: unknown, ...keys: string[]): boolean =>
  Array.isArray(items) && items.every((item: unknown) => has(item, ...keys))

/** Null for anything that is not what the server promises. */
export const readInboxThreads = (body: unknown): InboxThreads | null =>
  has(body, 'items', 'next') && everyHas(body.items, 'clientId', 'threadId', 'subject', 'lastAt')
    ? (body as unknown as InboxThreads)
    : null

export const readStaffThread = (body: unknown): StaffThread | null =>
  has(body, 'items', 'clientName', 'colleagues') && everyHas(body.items, 'id', 'body', 'sentAt')
    ? (body as unknown as StaffThread)
    : null

export const readTemplates = (body: unknown): readonly Template[] | null =>
  has(body, 'items') && everyHas(body.items, 'id', 'title', 'body')
    ? (body.items as readonly Template[])
    : null

export type Show = 'waiting' | 'mine' | 'all'
export const SHOWN: readonly Show[] = ['waiting', 'mine', 'all']

export const messagesPath = (show: Show, cursor?: string): string =>
  `/api/v1/staff/messages?show=${show}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`
export const clientMessagesPath = (clientId: string): string =>
  `/api/v1/staff/clients/${encodeURIComponent(clientId)}/messages`
export const threadPath = (clientId: string, threadId: string): string =>
  `${clientMessagesPath(clientId)}/${encodeURIComponent(threadId)}`
export const TEMPLATES_PATH = '/api/v1/staff/message-templates'
