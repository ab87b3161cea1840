/** Things that need the client's attention: a conflict, a refused write. */
import { createTableCollection } from '../../replication/record-collection.ts'
import { textColumn, timeColumn } from '../../replication/typed-columns.ts'

export const notices = createTableCollection({
  collection: 'notices',
  table: 'notice',
  columns: { kind: 'text', dismissed_at: 'timestamptz' },
  project: ({ body }) => ({ kind: textColumn(body, 'kind'), dismissed_at: timeColumn(body, 'dismissedAt') }),
})
