/** Secure messages: inserted once, edited by nobody, in the server's order. */
import { z } from 'zod'

const id = z.uuid().lowercase()
const time = z.number().int().nonnegative()
const text = (max: number) => z.string().max(max)

export const Message = z.object({
  id,
  threadId: id,
  subject: text(200),
  body: text(20_000),
  priority: z.enum(['normal', 'urgent']),
  author: z.enum(['client', 'proxy', 'staff']),
  authorName: text(200),
  attachments: z
    .array(z.object({ documentId: id, name: text(200), bytes: z.number().int().nonnegative() }))
    .max(10),
  sentAt: time,
  receivedAt: time.optional(),
  updatedAt: time,
})
export type Message = z.infer<typeof Message>
