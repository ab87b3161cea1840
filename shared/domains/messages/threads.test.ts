/** Conversations out of messages: order, what is unread, and what a search finds. */
import { describe, expect, it } from 'vitest'
import type { Receipt } from '../receipts/schema.ts'
import type { Message } from './schema.ts'
import { inOrder, searchMessages, threadsOf } from './threads.ts'

const message = (id: string, more: Partial<Message> = {}): Message => ({
  id,
  threadId: 'a',
  subject: 'Sleep',
  body: 'I sleep badly',
  priority: 'normal',
  author: 'client',
  authorName: 'Ana',
  attachments: [],
  sentAt: 100,
  receivedAt: 100,
  updatedAt: 100,
  ...more,
})
const receipt = (reader: string, readUpTo: number): Receipt => ({
  id: `${reader}-${readUpTo}`,
  threadId: 'a',
  reader,
  readUpTo,
  updatedAt: 0,
})
const own = ({ author }: Message) => author === 'client'
const unsent = (id: string, sentAt: number): Message => {
  const { receivedAt: _, ...rest } = message(id, { sentAt })
  return rest
}

describe('conversations', () => {
  it('are in the order of receipt, what was not received yet last, whatever the clocks of the writers said', () => {
    const messages = [
      unsent('waiting', 5),
      message('second', { receivedAt: 300, sentAt: 1 }),
      message('first', { receivedAt: 200, sentAt: 900 }),
      unsent('typed before', 4),
    ]
    const [thread] = threadsOf(messages, [], 'me', own)
    expect(thread?.messages.map(({ id }) => id)).toEqual(['first', 'second', 'typed before', 'waiting'])
    expect(messages.toSorted(inOrder).map(({ id }) => id)).toEqual(
      messages
        .toReversed()
        .sort(inOrder)
        .map(({ id }) => id),
    )
  })

  it('are unread as far as others wrote after the reader’s position, and read by the practice by its own', () => {
    const messages = [
      message('mine'),
      message('1', { author: 'staff', authorName: 'Dr. Lee', receivedAt: 200 }),
      message('2', { author: 'staff', authorName: 'Dr. Lee', receivedAt: 300 }),
    ]
    const [thread] = threadsOf(messages, [receipt('me', 200), receipt('practice', 100)], 'me', own)
    expect(thread).toMatchObject({ unread: 1, readByPractice: 100, participants: ['Dr. Lee'] })
    expect(threadsOf(messages, [receipt('somebody else', 900)], 'me', own)[0]?.unread).toBe(2)
  })

  it('come with the newest first', () => {
    const messages = [message('old'), message('new', { threadId: 'b', receivedAt: 200 })]
    expect(threadsOf(messages, [], 'me', own).map(({ id }) => id)).toEqual(['b', 'a'])
  })
})

describe('search', () => {
  const messages = [
    message('1', { subject: 'Évening tablets', body: 'Before dinner?' }),
    message('2', { body: 'With some food.', receivedAt: 200 }),
  ]
  const found = (words: string) => searchMessages(messages, words).map(({ id }) => id)
  it('finds every word in subject, text or name, whatever case and accents', () => {
    expect(found('DINNER evening')).toEqual(['1'])
    expect(found('ana')).toEqual(['2', '1'])
    expect(found('dinner food')).toEqual([])
    expect(found('   ')).toEqual([])
  })
})
