/** Rows of the outbox: added in the transaction that asks for the work, claimed by one server at a time. */
import type { Prisma } from '../../prisma/generated/client.ts'
import type { SqlTransaction, Transaction } from './database.ts'

export interface OutboxRow {
  readonly id: string
  readonly kind: string
  readonly sealed: Uint8Array | null
  readonly attempts: number
  readonly goodUntil: Date
}
/** Made and sealed, not written yet. */
export interface NewJob {
  readonly id: string
  readonly kind: string
  readonly sealed: Uint8Array
  /** ms */
  readonly createdAt: number
  readonly dueAt: number
  readonly goodUntil: number
  readonly key: string | null
  readonly practiceId: string | null
}
export interface DeadJob {
  readonly id: string
  readonly kind: string
  readonly outcome: string
  readonly attempts: number
  readonly createdAt: Date
  readonly doneAt: Date
  readonly lastError: string | null
  readonly retriable: boolean
}
type Outcome = 'done' | 'expired' | 'failed'

/** Any transaction: nothing is awaited in between, so that it can travel with a commit. */
export async function putJobs(
  tx: Pick<SqlTransaction, '$executeRaw'>,
  jobs: readonly NewJob[],
): Promise<void> {
  await Promise.all(
    jobs.map(
      (job) => tx.$executeRaw`
        INSERT INTO portal.outbox (id, kind, sealed, created_at, due_at, good_until, key, practice_id)
        VALUES (${job.id}::uuid, ${job.kind}, ${Buffer.from(job.sealed)}::bytea,
          ${new Date(job.createdAt)}::timestamptz, ${new Date(job.dueAt)}::timestamptz,
          ${new Date(job.goodUntil)}::timestamptz, ${job.key}, ${job.practiceId}::uuid)
        ON CONFLICT (kind, key) DO NOTHING`,
    ),
  )
}

/** Those of one's own practice, and of none: jobs about accounts name no practice. */
const deadOf = (practiceId: string): Prisma.OutboxWhereInput => ({
  OR: [{ outcome: 'failed' }, { outcome: 'expired', attempts: { gt: 0 } }],
  AND: [{ OR: [{ practiceId }, { practiceId: null }] }],
})

export const createOutboxStore = (tx: Transaction) => ({
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
  async finish(row: {
    id: string
    outcome: Outcome
    now: Date
    keep: boolean
    lastError?: string
  }): Promise<boolean> {
    const { id, outcome, now, keep, lastError } = row
    const { count } = await tx.outbox.updateMany({
      where: { id, doneAt: null },
      data: { doneAt: now, outcome, ...(keep ? {} : { sealed: null }), ...(lastError && { lastError }) },
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

  /** The latest first. */
  async dead(
    practiceId: string,
    page: {
      readonly limit: number
      readonly after: { readonly at: number; readonly id: string } | undefined
    },
  ): Promise<readonly DeadJob[]> {
    const at = page.after && new Date(page.after.at)
    const rows = await tx.outbox.findMany({
      where: {
        ...deadOf(practiceId),
        ...(page.after &&
          at && {
            NOT: { OR: [{ doneAt: { gt: at } }, { doneAt: at, id: { lte: page.after.id } }] },
          }),
      },
      orderBy: [{ doneAt: 'desc' }, { id: 'asc' }],
      take: page.limit,
    })
    return rows.map(({ doneAt, outcome, sealed, ...row }) => ({
      ...row,
      doneAt: doneAt ?? row.createdAt,
      outcome: outcome ?? '',
      retriable: outcome === 'failed' && sealed !== null,
    }))
  },

  /** From the start, with all its attempts. False where there is no such dead job, or nothing of it is left. */
  async revive(practiceId: string, id: string, now: Date, goodUntil: Date): Promise<boolean> {
    const { count } = await tx.outbox.updateMany({
      where: { ...deadOf(practiceId), id, outcome: 'failed', sealed: { not: null } },
      data: { doneAt: null, outcome: null, attempts: 0, dueAt: now, goodUntil },
    })
    return count > 0
  },

  async dismiss(practiceId: string, id: string): Promise<boolean> {
    const { count } = await tx.outbox.deleteMany({ where: { ...deadOf(practiceId), id } })
    return count > 0
  },

  async standing(): Promise<{ waiting: number; oldestDueAt: Date | undefined; dead: number }> {
    const [waiting, oldestDueAt, dead] = await Promise.all([
      tx.outbox.count({ where: { doneAt: null } }),
      this.nextDue(),
      tx.outbox.count({ where: { outcome: 'failed' } }),
    ])
    return { waiting, oldestDueAt, dead }
  },
})
