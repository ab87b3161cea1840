/** Things that need the client's attention, made by the server; the client marks them as seen. */
import { z } from 'zod'

const id = z.uuid().lowercase()
const time = z.number().int().nonnegative()
const text = (max: number) => z.string().max(max)

export const Notice = z.object({
  id,
  kind: z.enum(['conflict', 'refused', 'amendment', 'reviewed', 'assigned']),
  /** What it is about. */
  collection: text(40),
  documentId: id,
  /** Stable code for the words (shared/protocol/errors.ts for refusals). */
  code: text(60).optional(),
  createdAt: time,
  seenAt: time.optional(),
  updatedAt: time,
})
export type Notice = z.infer<typeof Notice>
