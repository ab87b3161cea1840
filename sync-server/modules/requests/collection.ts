/**
 * What a client asks for: a new, cancelled or moved appointment, or a refill. Two tables, one collection. Clients go by
 * the rules of shared/domains/requests; what staff and the server write was decided by a service, and is checked for form.
 */
import { z } from 'zod'
import { Request } from '../../../shared/domains/requests/schema.ts'
import type { Collection } from '../../replication/collection.ts'
import { createDocumentStore, createSplitStore } from '../../replication/document-store.ts'
import { createRecordCollection } from '../../replication/record-collection.ts'
import { textColumn, timeColumn } from '../../replication/typed-columns.ts'
import { applyClientWrite } from './client-change.ts'

const collection = 'requests'

const store = createSplitStore(
  {
    appointment: createDocumentStore({
      collection,
      table: 'appointment_request',
      columns: { kind: 'text', status: 'text', subject_id: 'uuid', requested_at: 'timestamptz' },
      project: ({ body }) => ({
        kind: textColumn(body, 'kind'),
        status: textColumn(body, 'status'),
        subject_id: textColumn(body, 'subjectId'),
        requested_at: timeColumn(body, 'requestedAt'),
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
)

const ofPractice = createRecordCollection(collection, Request, store)
const Id = z.uuid().lowercase()

export const requests: Collection = {
  name: collection,
  store,
  related: ({ edits }) => {
    const subject = Id.safeParse(edits.find(({ field }) => field === 'subjectId')?.value)
    return subject.success ? [{ collection: 'appointments', id: subject.data }] : []
  },
  decide: (work, write) =>
    write.by === 'client' ? applyClientWrite(work, write) : ofPractice.decide(work, write),
}
