/** Appointments as fed by the practice's record system and booked by the front desk: read-only on devices. */
import { z } from 'zod'

const id = z.uuid().lowercase()
const time = z.number().int().nonnegative()
const text = (max: number) => z.string().max(max)

export const APPOINTMENT_STATES = ['booked', 'arrived', 'fulfilled', 'cancelled', 'no-show'] as const
export const VISIT_KINDS = ['in-person', 'telehealth'] as const

/** Times are moments in UTC (ms); they are shown in `timeZone`, the clinic's (IANA name). */
export const Appointment = z.object({
  id,
  startsAt: time,
  endsAt: time,
  timeZone: text(60),
  title: text(200),
  clinicianName: text(200),
  place: text(300),
  /** Absent where the record system does not say. */
  kind: z.enum(VISIT_KINDS).optional(),
  /** For telehealth. */
  joinUrl: text(500).optional(),
  status: z.enum(APPOINTMENT_STATES),
  howToPrepare: text(2_000).optional(),
  /** What cancelling or moving it means, shown before the client asks for that. */
  cancellationPolicy: text(2_000).optional(),
  notes: text(2_000).optional(),
  updatedAt: time,
})
export type Appointment = z.infer<typeof Appointment>
export type AppointmentState = Appointment['status']
