/** Messages and how far they were read. Insert-only; the texts are sealed. */
import { createTableCollection } from '../../replication/record-collection.ts'
import { textColumn, timeColumn } from '../../replication/typed-columns.ts'

export const messages = createTableCollection({
  collection: 'messages',
  table: 'message',
  columns: { thread_id: 'uuid', sender_role: 'text', sent_at: 'timestamptz' },
  project: ({ body }) => ({
    thread_id: textColumn(body, 'threadId'),
    sender_role: textColumn(body, 'senderRole'),
    sent_at: timeColumn(body, 'sentAt'),
  }),
})

export const receipts = createTableCollection({
  collection: 'receipts',
  table: 'message_receipt',
  columns: { thread_id: 'uuid', read_up_to: 'timestamptz' },
  project: ({ body }) => ({
    thread_id: textColumn(body, 'threadId'),
    read_up_to: timeColumn(body, 'readUpTo'),
  }),
})
