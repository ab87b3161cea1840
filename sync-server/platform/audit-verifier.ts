/**
 * Walks the audit chains and names the first row of each that is not as it was written. SPEC: sync-server/platform/SPEC.md.
 * Each chain is read in one snapshot, with its head, so that it may be verified while servers write to it.
 */
import { type AuditEvent, CHAIN_START, type ChainEnd, contentHash, linkHash } from './audit-chain.ts'
import type { SignedHeads } from './audit-heads.ts'
import type { Database, ScriptConnection } from './database.ts'

export interface BrokenRow {
  readonly chain: string
  readonly seq: number
  readonly kind: 'edited' | 'deleted' | 'out of place' | 'cut off' | 'beyond its head' | 'rewritten'
  readonly says: string
}
export interface Verified {
  readonly chains: number
  readonly rows: number
  readonly broken: readonly BrokenRow[]
}

const PAGE = 2_000

export function verifyAudit(
  database: Database,
  options: {
    readonly signed: SignedHeads
    /** Only this record's chain. */
    readonly clientId?: string | undefined
    readonly onProgress?: (chains: number, of: number, rows: number) => void
  },
): Promise<Verified> {
  return database.withScripts(async (connection) => {
    const chains =
      options.clientId === undefined ? await allChains(connection, options.signed) : [options.clientId]
    const broken: BrokenRow[] = []
    let rows = 0
    for (const [index, chain] of chains.entries()) {
      await connection.exec('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
      try {
        const walked = await walk(connection, chain, options.signed.get(chain) ?? [])
        rows += walked.rows
        if (walked.broken !== undefined) broken.push(walked.broken)
      } finally {
        await connection.exec('ROLLBACK')
      }
      options.onProgress?.(index + 1, chains.length, rows)
    }
    return { chains: chains.length, rows, broken }
  })
}

/** By rows as well as by heads: a head may have been taken away with what it stands for. */
async function allChains(connection: ScriptConnection, signed: SignedHeads): Promise<readonly string[]> {
  const rows = await connection.query<{ chain: string }>(
    `SELECT client_id::text AS chain FROM portal.client_head WHERE audit_seq > 0
     UNION SELECT chain::text FROM portal.audit_lane WHERE seq > 0
     UNION SELECT chain::text FROM portal.audit_event`,
  )
  return [...new Set([...rows.map(({ chain }) => chain), ...signed.keys()])].sort()
}

/** Why this row cannot stand where it stands; undefined where it can. */
function faultOf(
  chain: string,
  row: Row,
  { last, head, signedAt }: { last: ChainEnd; head: ChainEnd; signedAt: ReadonlyMap<number, string> },
): Pick<BrokenRow, 'seq' | 'kind' | 'says'> | undefined {
  const seq = Number(row.seq)
  if (seq > head.seq)
    return {
      seq,
      kind: 'beyond its head',
      says: `the head of this chain ends at row ${head.seq}; this one was put in`,
    }
  if (seq !== last.seq + 1)
    return {
      seq: last.seq + 1,
      kind: 'deleted',
      says: `row ${last.seq + 1} is missing; row ${seq} follows row ${last.seq}`,
    }
  if (row.hash !== linkHash(row.prev_hash, seq, contentHash(chain, eventOf(row))))
    return { seq, kind: 'edited', says: 'what it says is not what its hash was made of' }
  if (row.prev_hash !== last.hash)
    return {
      seq,
      kind: 'out of place',
      says: 'it does not follow the row before it: one of the two was put in or moved',
    }
  if ((signedAt.get(seq) ?? row.hash) !== row.hash)
    return { seq, kind: 'rewritten', says: 'the chain was made anew: this row was signed with another hash' }
  return undefined
}

async function walk(
  connection: ScriptConnection,
  chain: string,
  signed: readonly ChainEnd[],
): Promise<{ readonly rows: number; readonly broken?: BrokenRow }> {
  const head = await readEnd(connection, chain)
  const signedAt = new Map(signed.map(({ seq, hash }) => [seq, hash]))
  let last = CHAIN_START
  const name = (seq: number, kind: BrokenRow['kind'], says: string) => ({
    rows: last.seq,
    broken: { chain, seq, kind, says },
  })
  for (;;) {
    const rows = await readRows(connection, chain, last.seq)
    for (const row of rows) {
      const fault = faultOf(chain, row, { last, head, signedAt })
      if (fault !== undefined) return name(fault.seq, fault.kind, fault.says)
      last = { seq: Number(row.seq), hash: row.hash }
    }
    if (rows.length < PAGE) break
  }
  const furthest = Math.max(head.seq, ...signedAt.keys())
  if (last.seq < furthest)
    return name(last.seq + 1, 'cut off', `the chain ends at row ${last.seq} and was at row ${furthest}`)
  if (last.hash !== head.hash)
    return name(last.seq, 'rewritten', 'the head of the chain has another hash than its last row')
  return { rows: last.seq }
}

async function readEnd(connection: ScriptConnection, chain: string): Promise<ChainEnd> {
  const [end] = await connection.query<{ seq: string; hash: string }>(
    `SELECT audit_seq::text AS seq, encode(audit_hash, 'hex') AS hash FROM portal.client_head WHERE client_id = $1::uuid
     UNION ALL SELECT seq::text, encode(hash, 'hex') FROM portal.audit_lane WHERE chain = $1::uuid`,
    [chain],
  )
  return end === undefined ? CHAIN_START : { seq: Number(end.seq), hash: end.hash }
}

interface Row {
  readonly seq: string
  readonly prev_hash: string
  readonly hash: string
  readonly client_id: string
  readonly at: string
  readonly practice_id: string | null
  readonly account_id: string | null
  readonly device_id: string | null
  readonly role: string | null
  readonly action: string
  readonly outcome: AuditEvent['outcome']
  readonly collection: number | null
  readonly document_id: string | null
  readonly count: number
  readonly reason: string | null
  readonly ip: string
  readonly user_agent: string
}

/** Both halves have an index of their own: a record's rows lead with it, those of a lane are of anybody. */
const readRows = (connection: ScriptConnection, chain: string, after: number): Promise<Row[]> =>
  connection.query<Row>(
    `SELECT seq::text, encode(prev_hash, 'hex') AS prev_hash, encode(hash, 'hex') AS hash, client_id::text,
       round(extract(epoch FROM at) * 1000)::bigint::text AS at, practice_id::text, account_id::text, device_id::text,
       role, action, outcome, collection, document_id::text, count, reason, ip, user_agent
     FROM (
       (SELECT * FROM portal.audit_event WHERE client_id = $1::uuid AND chain = $1::uuid AND seq > $2
         ORDER BY seq LIMIT ${PAGE})
       UNION ALL
       (SELECT * FROM portal.audit_event WHERE chain = $1::uuid AND chain <> client_id AND seq > $2
         ORDER BY seq LIMIT ${PAGE})
     ) AS rows ORDER BY rows.seq LIMIT ${PAGE}`,
    [chain, after],
  )

const eventOf = (row: Row): AuditEvent => ({
  clientId: row.client_id,
  practiceId: row.practice_id,
  accountId: row.account_id,
  deviceId: row.device_id,
  role: row.role,
  action: row.action,
  outcome: row.outcome,
  collection: row.collection,
  documentId: row.document_id,
  count: row.count,
  reason: row.reason,
  ip: row.ip,
  userAgent: row.user_agent,
  at: Number(row.at),
})
