/**
 * Conversations, made of messages and of how far each side has read. Pure. The order is the server's: by receipt, and
 * what has not been received yet comes last, in the order it was written.
 */

import { PRACTICE } from '../receipts/reader.ts'
import type { Receipt } from '../receipts/schema.ts'
import type { Message } from './schema.ts'

export interface Thread {
  readonly id: string
  readonly subject: string
  readonly messages: readonly Message[]
  readonly last: Message
  /** Written by others and not read by the reader yet. */
  readonly unread: number
  /** Names, in the order of their first message; the reader's own is left out. */
  readonly participants: readonly string[]
  /** `receivedAt` of the newest message that somebody of the practice has read; 0 where none was. */
  readonly readByPractice: number
}

/** Where a message stands in its conversation. */
export const placeOf = (message: Message): number => message.receivedAt ?? Number.MAX_SAFE_INTEGER

export const inOrder = (a: Message, b: Message): number =>
  placeOf(a) - placeOf(b) || a.sentAt - b.sentAt || (a.id < b.id ? -1 : 1)

/** Newest conversation first. `own`: is it the reader's own message? `reader`: as in {@link Receipt}. */
export function threadsOf(
  messages: readonly Message[],
  receipts: readonly Receipt[],
  reader: string,
  own: (message: Message) => boolean,
): readonly Thread[] {
  const positions = new Map(
    receipts.map((receipt) => [`${receipt.threadId}/${receipt.reader}`, receipt.readUpTo]),
  )
  const byThread = new Map<string, Message[]>()
  for (const message of messages) {
    const found = byThread.get(message.threadId)
    if (found === undefined) byThread.set(message.threadId, [message])
    else found.push(message)
  }
  const threads = [...byThread].map(([id, found]): Thread => {
    const sorted = found.sort(inOrder)
    const readUpTo = positions.get(`${id}/${reader}`) ?? 0
    const others = sorted.filter((message) => !own(message))
    return {
      id,
      subject: (sorted[0] as Message).subject,
      messages: sorted,
      last: sorted.at(-1) as Message,
      unread: others.filter((message) => (message.receivedAt ?? message.sentAt) > readUpTo).length,
      participants: [...new Set(others.map(({ authorName }) => authorName))],
      readByPractice: positions.get(`${id}/${PRACTICE}`) ?? 0,
    }
  })
  return threads.sort((a, b) => inOrder(b.last, a.last))
}

/** Case and accents do not matter to whoever searches. */
export const folded = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/\p{Mark}/gu, '')
    .toLocaleLowerCase()

/** Messages that contain every word, in the subject, the text, a file's name or the writer's; newest first. */
export function searchMessages(messages: readonly Message[], words: string): readonly Message[] {
  const wanted = folded(words).split(/\s+/).filter(Boolean)
  if (wanted.length === 0) return []
  return messages
    .filter(({ subject, body, authorName, attachments }) => {
      const names = attachments.map(({ name }) => name)
      const inside = folded([subject, body, authorName, ...names].join('\n'))
      return wanted.every((word) => inside.includes(word))
    })
    .toSorted((a, b) => inOrder(b, a))
}
