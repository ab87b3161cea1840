/**
 * How far somebody has read a conversation: one document per conversation and reader, the highest position wins (merge
 * SPEC, M13). Everybody at the practice is one reader.
 */
import { z } from 'zod'
import { PRACTICE } from './reader.ts'

const id = z.uuid().lowercase()
const time = z.number().int().nonnegative()

export const Receipt = z.object({
  id,
  threadId: id,
  /** Account of a client or proxy, or {@link PRACTICE}. */
  reader: z.union([id, z.literal(PRACTICE)]),
  /** `receivedAt` of the newest message that was read. */
  readUpTo: time,
  updatedAt: time,
})
export type Receipt = z.infer<typeof Receipt>
