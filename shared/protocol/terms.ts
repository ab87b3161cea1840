/**
 * What both sides agree on besides the messages: versions, limits, outcomes, addresses. No package is imported here: a
 * device needs these and none of the parsers, which made its worker half as large again.
 */
/** The protocol this build speaks; a server accepts it and the two before it. */
export const PROTOCOL = 2
export const OLDEST_PROTOCOL = 1
/** Version of the document schemas below `shared/domains`. */
export const SCHEMA_VERSION = 1

export const LIMITS = {
  mutationsPerPush: 500,
  fieldsPerMutation: 1_000,
  fieldPathLength: 512,
  /** Bytes of one socket packet or HTTP body. */
  messageBytes: 1_000_000,
  /** Of one mutation: what a packet has room for beside client and frame. */
  mutationBytes: 999_000,
  pullPage: 1_000,
  jsonDepth: 32,
} as const

/** What became of a mutation. The first four are final successes; `quarantined` is a final refusal. */
export const OUTCOMES = ['ok', 'merged', 'conflict-kept', 'duplicate', 'quarantined'] as const
export type Outcome = (typeof OUTCOMES)[number]

export const SOCKET_PATH = '/api/v1/portal/sync/v1/socket'
export const SYNC_HTTP = '/api/v1/portal/sync/v1'
