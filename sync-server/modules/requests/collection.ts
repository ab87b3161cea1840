/**
 * What a client asks for: a new, cancelled or moved appointment, or a refill. Two tables, one collection. Clients go by
 * the rules of shared/domains/requests and of shared/domains/medications; what staff and the server write was decided by a service, and is checked for form.
 */
import { z } from 'zod'
import { Refill } from '../../../shared/domains/medications/refill-schema.ts'
import { Request } from '../../../shared/domains/requests/schema.ts'
import type { Collection, Write } from '../../replication/collection.ts'
import { createDocumentStore, createSplitStore } from '../../replication/document-store.ts'
import { createRecordCollection } from '../../replication/record-collection.ts'
import { textColumn, timeColumn } from '../../replication/typed-columns.ts'
import { applyClientWrite } from './client-change.ts'
import { applyRefillWrite } from './refill-change.ts'

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
        requested_at: 'timestamptz',
      },
      project: ({ body, server }) => ({
        subject_id: textColumn(body, 'subjectId'),
        status: textColumn(body, 'status'),
        decided_by_account_id: textColumn(server, 'decidedByAccountId'),
        decided_at: timeColumn(body, 'decidedAt'),
        requested_at: timeColumn(body, 'requestedAt'),
      }),
    }),
  },
  ({ body }) => (body.kind === 'refill' ? 'refill' : 'appointment'),
)

const appointmentsOfPractice = createRecordCollection(collection, Request, store)
const refillsOfPractice = createRecordCollection(collection, Refill, store)
const Id = z.uuid().lowercase()
const said = ({ edits }: Write, name: string) => edits.find(({ field }) => field === name)?.value

export const requests: Collection = {
  name: collection,
  store,
  related: (write) => {
    const subject = Id.safeParse(said(write, 'subjectId'))
    if (!subject.success) return []
    const about = said(write, 'kind') === 'refill' ? 'medications' : 'appointments'
    return [{ collection: about, id: subject.data }]
  },
  async decide(work, write) {
    const stored = await work.load(collection, write.documentId)
    const isRefill = (stored === undefined ? said(write, 'kind') : stored.body.kind) === 'refill'
    if (write.by === 'client') return isRefill ? applyRefillWrite(work, write) : applyClientWrite(work, write)
    return (isRefill ? refillsOfPractice : appointmentsOfPractice).decide(work, write)
  },
}
