/** Secure messages: inserted once, edited by nobody, in the server's order. */
import { z } from 'zod'
import { BODY_LENGTH, MOST_ATTACHMENTS, NAME_LENGTH, SUBJECT_LENGTH } from './limits.ts'
import { saysSomething } from './said.ts'

const id = z.uuid().lowercase()
const time = z.number().int().nonnegative()
const text = (max: number) => z.string().max(max)

/** `documentId`: of the file, as it was uploaded. */
export const Attachment = z.object({
  documentId: id,
  name: text(NAME_LENGTH),
  bytes: z.number().int().nonnegative(),
})
export type Attachment = z.infer<typeof Attachment>

export const Message = z.object({
  id,
  /** Of a conversation's first message: the message's own id, or one that its writer made. */
  threadId: id,
  subject: text(SUBJECT_LENGTH),
  body: text(BODY_LENGTH),
  priority: z.enum(['normal', 'urgent']),
  author: z.enum(['client', 'proxy', 'staff']),
  authorName: text(200),
  attachments: z.array(Attachment).max(MOST_ATTACHMENTS),
  /** When its writer pressed Send, by the writer's clock (cut where that runs ahead). */
  sentAt: time,
  /** By the server's clock; absent until the practice has it. */
  receivedAt: time.optional(),
  updatedAt: time,
})
export type Message = z.infer<typeof Message>

const words = (max: number) => z.string().trim().min(1).max(max)

/** What a writer supplies of a message, part by part; the rest is the server's to say. */
export const WrittenParts = z.strictObject({
  threadId: id,
  subject: words(SUBJECT_LENGTH),
  body: z.string().trim().max(BODY_LENGTH).default('').meta({ description: 'May be empty beside files.' }),
  priority: z.enum(['normal', 'urgent']),
  attachments: z.array(Attachment).max(MOST_ATTACHMENTS).default([]),
  sentAt: time,
})
export const NewMessage = WrittenParts.refine(saysSomething, { path: ['body'] })
export type NewMessage = z.infer<typeof NewMessage>
