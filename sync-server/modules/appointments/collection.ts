/**
 * Appointments, as fed by the record system and the front desk. Clients read. A change makes the open requests for the
 * appointment wait for somebody to look at them, in the same transaction. SPEC: shared/domains/requests/SPEC.md, Q3.
 */
import { Appointment } from '../../../shared/domains/appointments/schema.ts'
import { standingAfterChange } from '../../../shared/domains/requests/rules.ts'
import type { Request } from '../../../shared/domains/requests/schema.ts'
import type { Json } from '../../../shared/kernel/json.ts'
import type { Collection } from '../../replication/collection.ts'
import { toClient } from '../../replication/document-store.ts'
import { createTableCollection, putRecord } from '../../replication/record-collection.ts'
import { textColumn, timeColumn } from '../../replication/typed-columns.ts'
import type { WorkingSet } from '../../replication/working-set.ts'
import { readOpenAbout } from './reader.ts'

const table = createTableCollection({
  collection: 'appointments',
  table: 'appointment',
  schema: Appointment,
  columns: { starts_at: 'timestamptz', status: 'text' },
  project: ({ body }) => ({ starts_at: timeColumn(body, 'startsAt'), status: textColumn(body, 'status') }),
})

export const appointments: Collection = {
  ...table,
  async decide(work, write) {
    const before = await work.load('appointments', write.documentId)
    const put = await table.decide(work, write)
    if (put.ok && before !== undefined && put.value.rev > before.rev)
      await reviewRequests(work, write.documentId)
    return put
  },
}

async function reviewRequests(work: WorkingSet, appointmentId: string): Promise<void> {
  const { tx, clientId } = work.scope
  const after = await work.load('appointments', appointmentId)
  if (after === undefined) return
  const visit = toClient(after) as unknown as Appointment
  const about = await readOpenAbout(tx, clientId, appointmentId)
  const ids = new Set([...about.map(({ id }) => id), ...work.stagedIds('requests')])
  for (const id of ids) {
    const stored = await work.load('requests', id)
    if (stored === undefined || stored.deleted || stored.body.subjectId !== appointmentId) continue
    const current = toClient(stored) as unknown as Request
    const standing = standingAfterChange(current, { rev: after.rev, visit })
    if (standing === undefined) continue
    const edits = Object.entries(standing).map(([field, value]) => ({
      field,
      value: value as Json,
      at: work.receivedAt,
    }))
    const write = { collection: 'requests', documentId: id, baseRev: stored.rev, by: 'server' } as const
    await putRecord(work, { ...write, edits, writer: work.actor.deviceId ?? work.actor.accountId })
  }
}
