/** The client's own details (read-only) and preferences (merged field by field). One document per client. */
import { z } from 'zod'

const id = z.uuid().lowercase()
const time = z.number().int().nonnegative()
const text = (max: number) => z.string().max(max)

export const Profile = z.object({
  id,
  name: text(200),
  preferredName: text(200).optional(),
  /** `YYYY-MM-DD` */
  dateOfBirth: z.iso.date().optional(),
  email: text(320),
  phone: text(40).optional(),
  address: text(500).optional(),
  practiceName: text(200),
  practicePhone: text(40),
  /** Of the clinic: for times where no appointment says it. */
  practiceTimeZone: text(100).optional(),
  /** preferences.ts */
  preferences: z.record(z.string().max(100), z.union([z.string().max(500), z.number(), z.boolean()])),
  updatedAt: time,
})
export type Profile = z.infer<typeof Profile>
