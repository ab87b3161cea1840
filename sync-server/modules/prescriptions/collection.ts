/** Medications, as fed by the record system. Clients read; a refill is a request. */
import { Medication } from '../../../shared/domains/medications/schema.ts'
import { createTableCollection } from '../../replication/record-collection.ts'
import { textColumn } from '../../replication/typed-columns.ts'

export const medications = createTableCollection({
  collection: 'medications',
  table: 'medication',
  schema: Medication,
  columns: { status: 'text' },
  project: ({ body }) => ({ status: textColumn(body, 'status') }),
})
