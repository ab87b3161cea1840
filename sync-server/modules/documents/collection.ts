/** Metadata of documents that are marked as shared with the client; nothing else is ever in this table. */
import { SharedDocument } from '../../../shared/domains/documents/schema.ts'
import { createTableCollection } from '../../replication/record-collection.ts'
import { textColumn, timeColumn } from '../../replication/typed-columns.ts'

export const documents = createTableCollection({
  collection: 'documents',
  table: 'shared_document',
  schema: SharedDocument,
  columns: { category: 'text', shared_at: 'timestamptz' },
  project: ({ body }) => ({
    category: textColumn(body, 'category'),
    shared_at: timeColumn(body, 'sharedAt'),
  }),
})
