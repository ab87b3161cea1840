/**
 * The head of a client's feed. Its row lock serializes that client's writes, so that feed order is commit order (I7).
 * `chk` chains every commit to the one before it. SPEC: shared/protocol/SPEC.md.
 */
import { createHash } from 'node:crypto'
import type { Cursor } from '../../shared/protocol/messages.ts'
import type { ChainEnd } from '../platform/audit-chain.ts'
import type { SqlTransaction } from '../platform/database.ts'

interface HeadRow {
  readonly epoch: number
  readonly seq: number
  readonly chk: string
}
const cursorOf = (row: HeadRow): Cursor => ({ e: row.epoch, s: row.seq, k: row.chk })

/** What its lock gives: the newest position, where the record's audit chain ends, and which keys there are. */
export interface LockedHead {
  readonly cursor: Cursor
  readonly audit: ChainEnd
  /** How often the set of data keys changed: whoever seals uses those of this very number. */
  readonly keyChanges: number
}
interface LockedRow extends HeadRow {
  readonly audit_seq: string | bigint | number
  readonly audit_hash: string
  readonly key_changes: number
}
const lockedOf = (row: LockedRow): LockedHead => ({
  cursor: cursorOf(row),
  audit: { seq: Number(row.audit_seq), hash: row.audit_hash },
  keyChanges: row.key_changes,
})

/** A client that nothing was ever written for. */
const FIRST: Cursor = { e: 1, s: 0, k: '0000000000000000' }

/** Commits whose chain value is kept, so that older cursors can still be checked. */
const LOG_KEPT = 5_000
/** … and this many more at most. */
const LOG_CUT = 100

export async function readHead(tx: SqlTransaction, clientId: string): Promise<Cursor> {
  const rows = await tx.$queryRaw<HeadRow[]>`
    SELECT epoch, seq, chk FROM portal.client_head WHERE client_id = ${clientId}::uuid`
  return rows[0] === undefined ? FIRST : cursorOf(rows[0])
}

/** Waits until no other transaction writes for this client. The client must exist. */
export async function lockHead(tx: SqlTransaction, clientId: string): Promise<LockedHead> {
  const lock = () => tx.$queryRaw<LockedRow[]>`
    SELECT epoch, seq, chk, audit_seq, encode(audit_hash, 'hex') AS audit_hash, key_changes
    FROM portal.client_head WHERE client_id = ${clientId}::uuid FOR UPDATE`
  const [known] = await lock()
  if (known !== undefined) return lockedOf(known)
  await tx.$executeRaw`
    INSERT INTO portal.client_head (client_id, epoch, seq, chk) VALUES (${clientId}::uuid, ${FIRST.e}, 0, ${FIRST.k})
    ON CONFLICT (client_id) DO NOTHING`
  const [made] = await lock()
  if (made === undefined) throw new Error('A head that was just made is gone.')
  return lockedOf(made)
}

/**
 * Locks heads all at once: those that nobody else holds at this moment, or a single one when it is its turn. A client
 * that is missing in the answer is being written for elsewhere, or for the first time: `lockHead` makes its head.
 */
export async function lockHeads(
  tx: SqlTransaction,
  clientIds: readonly string[],
  { wait }: { readonly wait: boolean },
): Promise<ReadonlyMap<string, LockedHead>> {
  const [first = ''] = clientIds
  const rows = wait
    ? await tx.$queryRaw<(LockedRow & { readonly client_id: string })[]>`
        SELECT client_id, epoch, seq, chk, audit_seq, encode(audit_hash, 'hex') AS audit_hash, key_changes
        FROM portal.client_head
        WHERE client_id = ${first}::uuid FOR UPDATE`
    : await tx.$queryRaw<(LockedRow & { readonly client_id: string })[]>`
        SELECT client_id, epoch, seq, chk, audit_seq, encode(audit_hash, 'hex') AS audit_hash, key_changes
        FROM portal.client_head
        WHERE client_id = ANY (${clientIds}::uuid[]) FOR UPDATE SKIP LOCKED`
  return new Map(rows.map((row) => [row.client_id, lockedOf(row)]))
}

export interface CommittedRow {
  readonly collection: number
  readonly id: string
  readonly rev: number
}

/** One position a changed document, in the order of `rows`. */
export function nextHead(head: Cursor, rows: readonly CommittedRow[]): Cursor {
  const seq = head.s + rows.length
  const hash = createHash('sha256').update(`${head.k}\n${seq}`)
  for (const row of rows) hash.update(`\n${row.collection},${row.id},${row.rev}`)
  return { e: head.e, s: seq, k: hash.digest('hex').slice(0, 16) }
}

export interface Advance {
  readonly clientId: string
  readonly from: Cursor
  /** The same where no document moved. */
  readonly to: Cursor
  readonly audit: ChainEnd
}

/** Heads of any clients. */
export async function advanceHeads(
  tx: SqlTransaction,
  advances: readonly Advance[],
  at: number,
): Promise<void> {
  if (advances.length === 0) return
  // The end of the log is cut now and then: there is seldom anything to cut.
  const cut = advances.filter(({ from, to }) => Math.floor(from.s / LOG_CUT) !== Math.floor(to.s / LOG_CUT))
  await Promise.all([
    // A commit in which no document moved has its rows in the audit trail, and no place in the log.
    tx.$executeRaw`
      WITH head AS (
        UPDATE portal.client_head h SET seq = next.seq, chk = next.chk, audit_seq = next.audit_seq,
          audit_hash = decode(next.audit_hash, 'hex')
        FROM unnest(${advances.map(({ clientId }) => clientId)}::uuid[], ${advances.map(({ to }) => to.s)}::integer[],
          ${advances.map(({ to }) => to.k)}::text[], ${advances.map(({ audit }) => audit.seq)}::bigint[],
          ${advances.map(({ audit }) => audit.hash)}::text[], ${advances.map(({ from, to }) => from.s !== to.s)}::boolean[])
          AS next(client_id, seq, chk, audit_seq, audit_hash, moved)
        WHERE h.client_id = next.client_id RETURNING h.client_id, h.seq, h.epoch, h.chk, next.moved
      )
      INSERT INTO portal.client_head_log (client_id, seq, epoch, chk, at)
      SELECT client_id, seq, epoch, chk, ${new Date(at)}::timestamptz FROM head WHERE moved`,
    cut.length > 0 &&
      tx.$executeRaw`
        DELETE FROM portal.client_head_log l
        USING unnest(${cut.map(({ clientId }) => clientId)}::uuid[], ${cut.map(({ to }) => to.s - LOG_KEPT)}::integer[])
          AS old(client_id, below)
        WHERE l.client_id = old.client_id AND l.seq < old.below`,
  ])
}

/** The heads of those clients that are at another position than the one given. */
export async function readMovedHeads(
  tx: Pick<SqlTransaction, '$queryRaw'>,
  known: ReadonlyMap<string, Pick<Cursor, 'e' | 's'>>,
): Promise<readonly { readonly client: string; readonly head: Cursor }[]> {
  const cursors = [...known.values()]
  const rows = await tx.$queryRaw<(HeadRow & { client: string })[]>`
    SELECT h.client_id::text AS client, h.epoch, h.seq, h.chk
    FROM unnest(${[...known.keys()]}::uuid[], ${cursors.map(({ e }) => e)}::int[], ${cursors.map(({ s }) => s)}::int[])
      AS known (client_id, epoch, seq)
    JOIN portal.client_head h USING (client_id)
    WHERE h.epoch <> known.epoch OR h.seq <> known.seq`
  return rows.map((row) => ({ client: row.client, head: cursorOf(row) }))
}

/** The newest commit of the log at or below `seq`; in one epoch, or in whichever it was made. */
export async function readLog(
  tx: SqlTransaction,
  clientId: string,
  seq: number,
  epoch: number | null = null,
): Promise<Cursor | undefined> {
  const rows = await tx.$queryRaw<HeadRow[]>`
    SELECT epoch, seq, chk FROM portal.client_head_log
    WHERE client_id = ${clientId}::uuid AND seq <= ${seq} AND (${epoch}::integer IS NULL OR epoch = ${epoch}::integer)
    ORDER BY seq DESC LIMIT 1`
  return rows[0] === undefined ? undefined : cursorOf(rows[0])
}

/**
 * After the database was put back to an earlier state: every feed goes on under a new epoch, higher than any that was
 * given out since the backup was made, and than the one that a restore of the same backup got a moment ago. Devices find
 * out at their next hello and hand in again what was lost. How many.
 */
export function beginNewEpoch(tx: SqlTransaction, now: number): Promise<number> {
  const seconds = Math.floor((now - Date.UTC(2026, 0, 1)) / 1_000)
  return tx.$executeRaw`UPDATE portal.client_head SET epoch = greatest(epoch + 1, ${seconds}::integer)`
}
