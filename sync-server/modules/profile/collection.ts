/** Personal information (read-only for clients) and notification preferences. */
import { Profile } from '../../../shared/domains/profile/schema.ts'
import { createTableCollection } from '../../replication/record-collection.ts'

export const profile = createTableCollection({
  collection: 'profile',
  table: 'profile',
  schema: Profile,
  columns: {},
  project: () => ({}),
})
