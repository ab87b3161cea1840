/** How much waits in the server's tables: counted for the metrics, across all practices. */
import type { Database } from './database.ts'

export interface Backlog {
  readonly kind: string
  readonly waiting: number
  /** Since the oldest of them was asked for. */
  readonly oldestSeconds: number
}

export const readOutboxBacklog = ({ ask }: Database, now: number): Promise<Backlog[]> => ask<Backlog[]>`
  SELECT kind, count(*)::integer AS waiting,
    greatest(0, extract(epoch FROM ${new Date(now)}::timestamptz - min(created_at)))::float8 AS "oldestSeconds"
  FROM portal.outbox WHERE done_at IS NULL GROUP BY kind`

/** What no attempt could mend, until an admin tries it again or puts it away, or a week has gone. */
export const countDeadJobs = ({ ask }: Database): Promise<{ kind: string; dead: number }[]> => ask<
  { kind: string; dead: number }[]
>`
  SELECT kind, count(*)::integer AS dead FROM portal.outbox WHERE outcome IN ('failed', 'expired') GROUP BY kind`

export async function countQuarantined({ ask }: Database): Promise<number> {
  const rows = await ask<{ count: number }[]>`SELECT count(*)::integer AS count FROM portal.quarantine`
  return rows[0]?.count ?? 0
}
