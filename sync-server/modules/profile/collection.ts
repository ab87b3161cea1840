/** Personal information (read-only for clients) and notification preferences. */
import { createTableCollection } from '../../replication/record-collection.ts'

export const profile = createTableCollection({
  collection: 'profile',
  table: 'profile',
  columns: {},
  project: () => ({}),
})
