/**
 * The hash chain of the audit trail, pure: what a row's hash covers, and how it hangs on the row before it. No two
 * different rows have the same bytes, because each column stands after its length. SPEC: sync-server/platform/SPEC.md.
 */
import { createHash } from 'node:crypto'

/** Stands where no record is concerned (a failed sign-in of an unknown address). */
export const NO_CLIENT = '00000000-0000-0000-0000-000000000000'

export interface AuditEvent {
  /** Absent or null: no record is concerned. */
  readonly clientId?: string | null
  readonly practiceId?: string | null
  readonly accountId?: string | null
  readonly deviceId?: string | null
  readonly role?: string | null
  /** `sync.pull`, `forms.review`, … */
  readonly action: string
  readonly outcome: 'allowed' | 'denied'
  /** Wire number of the collection. */
  readonly collection?: number | null
  readonly documentId?: string | null
  /** Documents concerned, where one row stands for several. */
  readonly count?: number
  /** For people; never health data. */
  readonly reason?: string | null
  readonly ip: string
  readonly userAgent: string
  /** ms */
  readonly at: number
}

/** Where a chain ends: its last row's number and hash (hex). */
export interface ChainEnd {
  readonly seq: number
  readonly hash: string
}
export const CHAIN_START: ChainEnd = { seq: 0, hash: '00'.repeat(32) }

export interface LinkedEvent {
  readonly event: AuditEvent
  readonly chain: string
  readonly seq: number
  readonly prevHash: string
  readonly hash: string
}

const FORMAT = 'mentalspace.audit.v1'
const USER_AGENT = 500
/** What is kept of what a browser says it is. */
export const keptUserAgent = (userAgent: string): string => userAgent.slice(0, USER_AGENT)

/** Everything a row says, in the order of the columns. */
export function contentHash(chain: string, event: AuditEvent): Buffer {
  const texts = [
    FORMAT,
    chain,
    event.clientId ?? NO_CLIENT,
    String(Math.trunc(event.at)),
    event.practiceId,
    event.accountId,
    event.deviceId,
    event.role,
    event.action,
    event.outcome,
    event.collection === null || event.collection === undefined ? null : String(event.collection),
    event.documentId,
    String(event.count ?? 1),
    event.reason,
    event.ip,
    keptUserAgent(event.userAgent),
  ]
  const bytes = Buffer.allocUnsafe(texts.reduce((size, text) => size + 4 + Buffer.byteLength(text ?? ''), 0))
  let at = 0
  for (const text of texts) {
    const length = bytes.write(text ?? '', at + 4)
    bytes.writeInt32BE(text === null || text === undefined ? ABSENT : length, at)
    at += 4 + length
  }
  return createHash('sha256').update(bytes).digest()
}
/** Is no length: a column without a value is not one with an empty text. */
const ABSENT = -1

/** The same as the statement in audit-store.ts that appends a single row. */
export function linkHash(prevHash: string, seq: number, content: Uint8Array): string {
  const place = Buffer.alloc(8)
  place.writeBigInt64BE(BigInt(seq))
  return createHash('sha256').update(Buffer.from(prevHash, 'hex')).update(place).update(content).digest('hex')
}

/** The rows that follow `end`, and where the chain ends with them. */
export function link(
  chain: string,
  end: ChainEnd,
  events: readonly AuditEvent[],
): { readonly rows: readonly LinkedEvent[]; readonly end: ChainEnd } {
  let last = end
  const rows = events.map((event): LinkedEvent => {
    const seq = last.seq + 1
    const hash = linkHash(last.hash, seq, contentHash(chain, event))
    const row = { event, chain, seq, prevHash: last.hash, hash }
    last = { seq, hash }
    return row
  })
  return { rows, end: last }
}
