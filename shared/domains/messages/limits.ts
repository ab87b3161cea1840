/** How long a message may be, and what its writer supplies of it. Apart from the schemas, which screens do without. */
export const SUBJECT_LENGTH = 200
export const BODY_LENGTH = 20_000
export const WRITTEN_FIELDS = ['threadId', 'subject', 'body', 'priority', 'attachments'] as const
/** Files of one message, and how long the name of one may be. What a file may be: domains/documents/limits.ts. */
export const MOST_ATTACHMENTS = 10
export const NAME_LENGTH = 200
