/** What a message says: words, files, or both. Apart from the schemas, which screens do without. */
import type { Message } from './schema.ts'

export type Said = Pick<Message, 'body' | 'attachments'>

/** A photo may speak for itself; nothing at all is no message. */
export const saysSomething = ({ body, attachments }: Said): boolean =>
  body.trim() !== '' || attachments.length > 0

/** In a line of a list: its words, or the names of its files where it has none. */
export const saidIn = ({ body, attachments }: Said): string =>
  body === '' ? attachments.map(({ name }) => name).join(', ') : body
