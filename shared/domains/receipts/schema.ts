/**
 * How far somebody has read a conversation: one document per conversation and reader, the highest position wins (merge
 * SPEC, M13). Everybody at the practice is one reader.
 */
import { z } from 'zod'

const id = z.uuid().lowercase()
const time = z.number().int().nonnegative()

/** The reader that stands for everybody at the practice. */
export const PRACTICE = 'practice'

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

/** Source of the document's id (crypto/derived-id.ts, purpose `receipt`): two devices of one reader write the same document. */
export const receiptSource = (threadId: string, reader: string): string => `${threadId}/${reader}`
