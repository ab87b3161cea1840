/** How far a reader has read a thread: one document per thread, the highest position wins (merge SPEC, M13). */
import { z } from 'zod'

const id = z.uuid().lowercase()
const time = z.number().int().nonnegative()

export const Receipt = z.object({
  id,
  threadId: id,
  /** `sentAt` of the newest message that was read. */
  readUpTo: time,
  updatedAt: time,
})
export type Receipt = z.infer<typeof Receipt>
