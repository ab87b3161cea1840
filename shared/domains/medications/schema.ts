/** Active and past medications as fed by the practice's record system: read-only on devices. */
import { z } from 'zod'

const id = z.uuid().lowercase()
const time = z.number().int().nonnegative()
const text = (max: number) => z.string().max(max)

export const Medication = z.object({
  id,
  name: text(200),
  dose: text(200),
  instructions: text(1_000),
  prescriberName: text(200),
  pharmacyName: text(200).optional(),
  refillsLeft: z.number().int().nonnegative().optional(),
  status: z.enum(['active', 'stopped', 'completed']),
  startedAt: time,
  endedAt: time.optional(),
  updatedAt: time,
})
export type Medication = z.infer<typeof Medication>
