/** What a client asks for: a new, cancelled or moved appointment, or a refill. Two tables, one collection. */
import { createDocumentStore, createSplitStore } from '../../replication/document-store.ts'
import { createRecordCollection } from '../../replication/record-collection.ts'
import { textColumn, timeColumn } from '../../replication/typed-columns.ts'

const collection = 'requests'

export const requests = createRecordCollection(
  collection,
  createSplitStore(
    {
      appointment: createDocumentStore({
        collection,
        table: 'appointment_request',
        columns: { kind: 'text', status: 'text', appointment_id: 'uuid' },
        project: ({ body }) => ({
          kind: textColumn(body, 'kind'),
          status: textColumn(body, 'status'),
          appointment_id: textColumn(body, 'appointmentId'),
        }),
      }),
      refill: createDocumentStore({
        collection,
        table: 'refill_request',
        columns: {
          medication_id: 'uuid',
          status: 'text',
          decided_by_account_id: 'uuid',
          decided_at: 'timestamptz',
        },
        project: ({ body, server }) => ({
          medication_id: textColumn(body, 'medicationId'),
          status: textColumn(body, 'status'),
          decided_by_account_id: textColumn(server, 'decidedByAccountId'),
          decided_at: timeColumn(body, 'decidedAt'),
        }),
      }),
    },
    ({ body }) => (body.kind === 'refill' ? 'refill' : 'appointment'),
  ),
)
