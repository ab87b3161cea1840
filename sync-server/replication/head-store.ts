/**
 * The head of a client's feed. Its row lock serializes that client's writes, so that feed order is commit order (I7).
 * `chk` chains every commit to the one before it. SPEC: shared/protocol/SPEC.md.
 */
import { createHash } from 'node:crypto'
import type { Cursor } from '../../shared/protocol/messages.ts'
import type { Transaction } from '../platform/database.ts'

interface HeadRow {
  readonly epoch: number
  readonly seq: number
  readonly chk: string
}
const cursorOf = (row: HeadRow): Cursor => ({ e: row.epoch, s: row.seq, k: row.chk })

/** A client that nothing was ever written for. */
const FIRST: Cursor = { e: 1, s: 0, k: '0000000000000000' }

/** Commits whose chain value is kept, so that older cursors can still be checked. */
const LOG_KEPT = 5_000

export async function readHead(tx: Transaction, clientId: string): Promise<Cursor> {
  const rows = await tx.$queryRaw<HeadRow[]>`
    SELECT epoch, seq, chk FROM portal.client_head WHERE client_id = ${clientId}::uuid`
  return rows[0] === undefined ? FIRST : cursorOf(rows[0])
}

/** Waits until no other transaction writes for this client. The client must exist. */
export async function lockHead(tx: Transaction, clientId: string): Promise<Cursor> {
  const lock = () => tx.$queryRaw<HeadRow[]>`
    SELECT epoch, seq, chk FROM portal.client_head WHERE client_id = ${clientId}::uuid FOR UPDATE`
  const [known] = await lock()
  if (known !== undefined) return cursorOf(known)
  await tx.$executeRaw`
    INSERT INTO portal.client_head (client_id, epoch, seq, chk) VALUES (${clientId}::uuid, ${FIRST.e}, 0, ${FIRST.k})
    ON CONFLICT (client_id) DO NOTHING`
  const [made] = await lock()
  if (made === undefined) throw new Error('A head that was just made is gone.')
  return cursorOf(made)
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

export async function advanceHead(
  tx: Transaction,
  clientId: string,
  next: Cursor,
  at: number,
): Promise<void> {
  await tx.$executeRaw`
    WITH head AS (
      UPDATE portal.client_head SET seq = ${next.s}, chk = ${next.k} WHERE client_id = ${clientId}::uuid RETURNING client_id
    ), forgotten AS (
      DELETE FROM portal.client_head_log WHERE client_id = ${clientId}::uuid AND seq < ${next.s - LOG_KEPT}
    )
    INSERT INTO portal.client_head_log (client_id, seq, epoch, chk, at)
    SELECT client_id, ${next.s}, ${next.e}, ${next.k}, ${new Date(at)}::timestamptz FROM head`
}

/** The heads of those clients that are at another position than the one given. */
export async function readMovedHeads(
  tx: Transaction,
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

/** The newest commit of the log at or below `seq` in this epoch. */
export async function readLog(
  tx: Transaction,
  clientId: string,
  epoch: number,
  seq: number,
): Promise<Cursor | undefined> {
  const rows = await tx.$queryRaw<HeadRow[]>`
    SELECT epoch, seq, chk FROM portal.client_head_log
    WHERE client_id = ${clientId}::uuid AND epoch = ${epoch} AND seq <= ${seq} ORDER BY seq DESC LIMIT 1`
  return rows[0] === undefined ? undefined : cursorOf(rows[0])
}
