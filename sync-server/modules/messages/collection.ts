/** Messages and how far they were read. Insert-only; the texts are sealed. */
import { Message } from '../../../shared/domains/messages/schema.ts'
import { Receipt } from '../../../shared/domains/receipts/schema.ts'
import { createTableCollection } from '../../replication/record-collection.ts'
import { textColumn, timeColumn } from '../../replication/typed-columns.ts'

export const messages = createTableCollection({
  collection: 'messages',
  table: 'message',
  schema: Message,
  columns: { thread_id: 'uuid', author: 'text', sent_at: 'timestamptz' },
  project: ({ body }) => ({
    thread_id: textColumn(body, 'threadId'),
    author: textColumn(body, 'author'),
    sent_at: timeColumn(body, 'sentAt'),
  }),
})

export const receipts = createTableCollection({
  collection: 'receipts',
  table: 'message_receipt',
  schema: Receipt,
  columns: { thread_id: 'uuid', read_up_to: 'timestamptz' },
  project: ({ body }) => ({
    thread_id: textColumn(body, 'threadId'),
    read_up_to: timeColumn(body, 'readUpTo'),
  }),
})
