/** Things that need the client's attention: a conflict, a refused write. */
import { Notice } from '../../../shared/domains/notices/schema.ts'
import { createTableCollection } from '../../replication/record-collection.ts'
import { textColumn, timeColumn } from '../../replication/typed-columns.ts'

export const notices = createTableCollection({
  collection: 'notices',
  table: 'notice',
  schema: Notice,
  columns: { kind: 'text', seen_at: 'timestamptz' },
  project: ({ body }) => ({ kind: textColumn(body, 'kind'), seen_at: timeColumn(body, 'seenAt') }),
})
