/** What a client asks for: a new, cancelled or moved appointment, or a refill. Two tables, one collection. */
import { Request } from '../../../shared/domains/requests/schema.ts'
import { createDocumentStore, createSplitStore } from '../../replication/document-store.ts'
import { createRecordCollection } from '../../replication/record-collection.ts'
import { textColumn, timeColumn } from '../../replication/typed-columns.ts'

const collection = 'requests'

export const requests = createRecordCollection(
  collection,
  Request,
  createSplitStore(
    {
      appointment: createDocumentStore({
        collection,
        table: 'appointment_request',
        columns: { kind: 'text', status: 'text', subject_id: 'uuid' },
        project: ({ body }) => ({
          kind: textColumn(body, 'kind'),
          status: textColumn(body, 'status'),
          subject_id: textColumn(body, 'subjectId'),
        }),
      }),
      refill: createDocumentStore({
        collection,
        table: 'refill_request',
        columns: {
          subject_id: 'uuid',
          status: 'text',
          decided_by_account_id: 'uuid',
          decided_at: 'timestamptz',
        },
        project: ({ body, server }) => ({
          subject_id: textColumn(body, 'subjectId'),
          status: textColumn(body, 'status'),
          decided_by_account_id: textColumn(server, 'decidedByAccountId'),
          decided_at: timeColumn(body, 'decidedAt'),
        }),
      }),
    },
    ({ body }) => (body.kind === 'refill' ? 'refill' : 'appointment'),
  ),
)
