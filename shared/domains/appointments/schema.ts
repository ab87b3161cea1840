/** Appointments as fed by the practice's record system: read-only on devices. */
import { z } from 'zod'

const id = z.uuid().lowercase()
const time = z.number().int().nonnegative()
const text = (max: number) => z.string().max(max)

/** Times are moments in UTC (ms); they are shown in `timeZone`, the clinic's (IANA name). */
export const Appointment = z.object({
  id,
  startsAt: time,
  endsAt: time,
  timeZone: text(60),
  title: text(200),
  clinicianName: text(200),
  place: text(300),
  /** For telehealth. */
  joinUrl: text(500).optional(),
  status: z.enum(['booked', 'arrived', 'fulfilled', 'cancelled', 'no-show']),
  notes: text(2_000).optional(),
  updatedAt: time,
})
export type Appointment = z.infer<typeof Appointment>
