/**
 * Runs what is due in the outbox: several workers, each with one job at a time, on every server. A job is claimed by
 * putting it off for longer than any attempt takes, so that a server that dies leaves it to the others.
 */
import type { Clock } from '../../shared/kernel/clock.ts'
import type { Database, Transaction } from './database.ts'
import type { Logger } from './logger.ts'
import { outageReason } from './outage.ts'
import { type OutboxHandler, outboxWait, PermanentFailure } from './outbox-handler.ts'
import { createOutboxStore, type OutboxRow } from './outbox-store.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly keep: boolean
  readonly handlers: ReadonlyMap<string, OutboxHandler>
  readonly opened: (row: OutboxRow) => Promise<unknown>
}

/** Longer than any attempt takes; then another server may try. */
const CLAIM_MS = 120_000
const LOOK_EVERY_MS = 15_000
/** What failed for good stays as long, for an admin to see. */
const KEPT_MS = 7 * 24 * 3_600_000
const FORGET_EVERY_MS = 3_600_000
/** One that waits for a slow receiver does not hold up the others. The embedded database has one connection. */
const WORKERS = { postgres: 4, pglite: 2 } as const

const codeOf = (error: unknown): string => {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
  return String(code ?? 'error').slice(0, 60)
}

export function createOutboxRunner({ database, clock, logger, keep, handlers, opened }: Deps) {
  let running: Promise<void> | undefined
  let again = false
  let started = false
  let closed = false
  let timer: NodeJS.Timeout | undefined
  let forgotAt = 0

  const finish = (row: OutboxRow, outcome: 'done' | 'expired') => (tx: Transaction) =>
    createOutboxStore(tx).finish({ id: row.id, outcome, now: new Date(clock.now()), keep })
  const bury = (row: OutboxRow, lastError: string) =>
    database.transaction((tx) =>
      createOutboxStore(tx).finish({
        id: row.id,
        outcome: 'failed',
        now: new Date(clock.now()),
        keep: true,
        lastError,
      }),
    )

  const perform = async (row: OutboxRow): Promise<void> => {
    if (row.goodUntil.getTime() <= clock.now()) {
      await database.transaction(finish(row, 'expired'))
      return
    }
    const handler = handlers.get(row.kind)
    const payload = handler?.schema.safeParse(await opened(row))
    const about = { outbox: row.id, kind: row.kind, attempts: row.attempts }
    if (handler === undefined || payload?.success !== true) {
      // Sealed under another key, or of a version that is gone: nobody will ever be able to do it.
      logger.error(about, 'outbox row cannot be read')
      await bury(row, 'unreadable')
      return
    }
    try {
      if ('inside' in handler)
        await database.transaction(async (tx) => {
          if (await finish(row, 'done')(tx)) await handler.inside(tx, payload.data as never)
        })
      else {
        await handler.outside(payload.data as never)
        await database.transaction(finish(row, 'done'))
      }
    } catch (error) {
      if (error instanceof PermanentFailure) {
        logger.error({ ...about, code: error.code }, 'outbox: given up')
        await bury(row, error.code)
        return
      }
      logger.warn({ ...about, err: error }, 'outbox: later')
      const until = new Date(clock.now() + outboxWait(row.attempts))
      await database.transaction((tx) => createOutboxStore(tx).putOff(row.id, until, codeOf(error)))
    }
  }

  const work = async (): Promise<void> => {
    while (!closed) {
      const now = clock.now()
      const row = await database.transaction((tx) =>
        createOutboxStore(tx).claim(new Date(now), new Date(now + CLAIM_MS)),
      )
      if (row === undefined) return
      await perform(row)
    }
  }
  const sweep = async (): Promise<void> => {
    const workers = Array.from({ length: WORKERS[database.kind] }, work)
    // All of them come to an end before it is told that one failed: closing must not leave one behind.
    const failed = (await Promise.allSettled(workers)).find((each) => each.status === 'rejected')
    if (failed !== undefined) throw failed.reason
    if (!closed && clock.now() - forgotAt > FORGET_EVERY_MS) {
      forgotAt = clock.now()
      await database.transaction((tx) => createOutboxStore(tx).forget(new Date(forgotAt - KEPT_MS)))
    }
  }

  const later = (ms: number): void => {
    clearTimeout(timer)
    timer = setTimeout(nudge, ms).unref()
  }
  const plan = async (): Promise<void> => {
    if (closed) return
    const due = await createOutboxStore(database.prisma).nextDue()
    if (closed) return
    const wait = due === undefined ? LOOK_EVERY_MS : due.getTime() - clock.now()
    later(Math.min(LOOK_EVERY_MS, Math.max(100, wait)))
  }

  const run = async (): Promise<void> => {
    try {
      do {
        again = false
        await sweep()
      } while (again && !closed)
      await plan()
    } catch (error) {
      if (closed) return
      if (outageReason(error) === undefined) logger.error({ err: error }, 'outbox stopped')
      later(LOOK_EVERY_MS)
    }
  }

  /** Nothing runs before the server does: handlers come one after the other. */
  function nudge(): void {
    if (closed || !started) return
    again = true
    running ??= run().finally(() => {
      running = undefined
      // Asked for while it was coming to rest.
      if (again) nudge()
    })
  }

  return {
    nudge,
    async drain(): Promise<void> {
      await running
      await sweep()
    },
    start(): void {
      started = true
      nudge()
    },
    async close(): Promise<void> {
      closed = true
      clearTimeout(timer)
      await running
    },
  }
}
