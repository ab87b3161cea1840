/** Appointments, as fed by the record system and the front desk. Clients read. */
import { Appointment } from '../../../shared/domains/appointments/schema.ts'
import { createTableCollection } from '../../replication/record-collection.ts'
import { textColumn, timeColumn } from '../../replication/typed-columns.ts'

export const appointments = createTableCollection({
  collection: 'appointments',
  table: 'appointment',
  schema: Appointment,
  columns: { starts_at: 'timestamptz', status: 'text' },
  project: ({ body }) => ({ starts_at: timeColumn(body, 'startsAt'), status: textColumn(body, 'status') }),
})
