/** Apart from the schemas, which stay out of the pages' first files. */
export const LONGEST_NOTE = 2_000
export const LONGEST_PHARMACY = 300
/** What happened to one request; more than this is a conversation, not a request. */
export const MAX_STEPS = 40
