/** The reader that stands for everybody at the practice. */
export const PRACTICE = 'practice'

/** Source of the document's id (crypto/derived-id.ts, purpose `receipt`): two devices of one reader write the same document. */
export const receiptSource = (threadId: string, reader: string): string => `${threadId}/${reader}`
