/** Rows of the outbox: added in the transaction that asks for the work, claimed by one server at a time. */
import type { Transaction } from './database.ts'

export interface OutboxRow {
  readonly id: string
  readonly kind: string
  readonly sealed: Uint8Array | null
  readonly attempts: number
  readonly goodUntil: Date
}
export interface NewOutboxRow {
  readonly id: string
  readonly kind: string
  readonly sealed: Uint8Array
  readonly now: Date
  readonly goodUntil: Date
}
type Outcome = 'done' | 'expired' | 'failed'

export const createOutboxStore = (tx: Transaction) => ({
  async add({ id, kind, sealed, now, goodUntil }: NewOutboxRow): Promise<void> {
    const data = { id, kind, sealed: new Uint8Array(sealed), createdAt: now, dueAt: now, goodUntil }
    await tx.outbox.create({ data })
  },

  /** The oldest row that is due, put off until `again`, so that no other server takes it meanwhile. */
  async claim(now: Date, again: Date): Promise<OutboxRow | undefined> {
    const [row] = await tx.$queryRaw<OutboxRow[]>`
      UPDATE portal.outbox SET attempts = attempts + 1, due_at = ${again}::timestamptz
      WHERE id = (
        SELECT id FROM portal.outbox WHERE done_at IS NULL AND due_at <= ${now}::timestamptz
        ORDER BY due_at, created_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
      ) AND done_at IS NULL
      RETURNING id, kind, sealed, attempts, good_until AS "goodUntil"`
    return row
  },

  /** False when it was done already. */
  async finish(row: { id: string; outcome: Outcome; now: Date; keep: boolean }): Promise<boolean> {
    const { count } = await tx.outbox.updateMany({
      where: { id: row.id, doneAt: null },
      data: { doneAt: row.now, outcome: row.outcome, ...(row.keep ? {} : { sealed: null }) },
    })
    return count > 0
  },

  async putOff(id: string, until: Date, lastError: string): Promise<void> {
    await tx.outbox.updateMany({ where: { id, doneAt: null }, data: { dueAt: until, lastError } })
  },

  async nextDue(): Promise<Date | undefined> {
    const row = await tx.outbox.findFirst({
      where: { doneAt: null },
      orderBy: { dueAt: 'asc' },
      select: { dueAt: true },
    })
    return row?.dueAt
  },

  async forget(before: Date): Promise<void> {
    await tx.outbox.deleteMany({ where: { doneAt: { lt: before } } })
  },

  /** Those that were done and whose content was kept, newest first (demo practice only). */
  kept(kind: string, limit: number) {
    return tx.outbox.findMany({
      where: { kind, outcome: 'done', sealed: { not: null } },
      orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
      take: limit,
      select: { id: true, sealed: true, createdAt: true },
    })
  },
})
