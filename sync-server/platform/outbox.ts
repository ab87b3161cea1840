/**
 * Work that is asked for inside a transaction and done after its commit, at least once: mails, and everything whose
 * time must not show in an answer. What it is about is sealed in the table and wiped when it is done. A failure is tried
 * again, later and later, until the work would be of no use any more. The table is the whole interface to whatever
 * runs it: a queue of another kind can take its place.
 */
import { hkdfSync, randomUUID } from 'node:crypto'
import type { z } from 'zod'
import { fromUtf8, utf8 } from '../../shared/crypto/bytes.ts'
import { open, seal } from '../../shared/crypto/envelope.ts'
import type { Clock } from '../../shared/kernel/clock.ts'
import type { Database, Transaction } from './database.ts'
import { randomBytesOf } from './key-provider.ts'
import type { Logger } from './logger.ts'
import { createNodeDataKey } from './node-data-key.ts'
import { outageReason } from './outage.ts'
import { createOutboxStore, type OutboxRow } from './outbox-store.ts'

/** `inside`: in the transaction that marks it done, so exactly once. `outside`: may happen twice. */
export type OutboxHandler =
  | { readonly schema: z.ZodType; readonly inside: (tx: Transaction, payload: never) => Promise<void> }
  | { readonly schema: z.ZodType; readonly outside: (payload: never) => Promise<void> }

export interface Outbox {
  /** `goodFor`: ms after which it is not worth doing any more. */
  add(tx: Transaction, kind: string, payload: unknown, goodFor: number): Promise<void>
  handle(kind: string, handler: OutboxHandler): void
  /** Something may be due: call it after the commit. */
  nudge(): void
  /** Does what is due, and what that brings, until nothing is. */
  drain(): Promise<void>
  /** What was done and kept. */
  kept(kind: string): Promise<readonly { id: string; at: number; payload: unknown }[]>
  start(): void
  close(): Promise<void>
}

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly logger: Logger
  /** What the key of the sealed rows is made from. */
  readonly secret: Uint8Array
  /** Keep what was done readable (the demo's page of mails); never in production. */
  readonly keep: boolean
}

/** Longer than any attempt takes; then another server may try. */
const CLAIM_MS = 120_000
const LOOK_EVERY_MS = 15_000
const FIRST_WAIT_MS = 5_000
const LONGEST_WAIT_MS = 60 * 60_000
const KEPT_MS = 7 * 24 * 3_600_000
const FORGET_EVERY_MS = 3_600_000

/** How long to wait after so many failed attempts, ms. */
export const outboxWait = (attempts: number): number =>
  Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 4 ** Math.max(0, attempts - 1))

export function createOutbox({ database, clock, logger, secret, keep }: Deps): Outbox {
  const key = createNodeDataKey(
    new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(), 'portal outbox v1', 32)),
    'outbox-1',
  )
  const handlers = new Map<string, OutboxHandler>()
  const place = (id: string, kind: string) => ({
    account: 'server',
    client: '',
    collection: `outbox:${kind}`,
    documentId: id,
    schemaVersion: 1,
  })
  let running: Promise<void> | undefined
  let again = false
  let closed = false
  let timer: NodeJS.Timeout | undefined
  let forgotAt = 0

  const opened = async (row: Pick<OutboxRow, 'id' | 'kind' | 'sealed'>): Promise<unknown> => {
    if (row.sealed === null) return undefined
    const bytes = await open(key, row.sealed, place(row.id, row.kind))
    return bytes.ok ? JSON.parse(fromUtf8(bytes.value)) : undefined
  }

  const perform = async (row: OutboxRow): Promise<void> => {
    const finish = (outcome: 'done' | 'expired' | 'failed') => (tx: Transaction) =>
      createOutboxStore(tx).finish({ id: row.id, outcome, now: new Date(clock.now()), keep })
    if (row.goodUntil.getTime() <= clock.now()) {
      await database.transaction(finish('expired'))
      return
    }
    const handler = handlers.get(row.kind)
    const payload = handler?.schema.safeParse(await opened(row))
    if (handler === undefined || payload?.success !== true) {
      // Sealed under another key, or of a version that is gone: nobody will ever be able to do it.
      logger.error({ outbox: row.id, kind: row.kind }, 'outbox row cannot be read')
      await database.transaction(finish('failed'))
      return
    }
    try {
      if ('inside' in handler)
        await database.transaction(async (tx) => {
          if (await finish('done')(tx)) await handler.inside(tx, payload.data as never)
        })
      else {
        await handler.outside(payload.data as never)
        await database.transaction(finish('done'))
      }
    } catch (error) {
      const wait = outboxWait(row.attempts)
      logger.warn({ outbox: row.id, kind: row.kind, attempts: row.attempts, err: error }, 'outbox: later')
      const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
      await database.transaction((tx) =>
        createOutboxStore(tx).putOff(row.id, new Date(clock.now() + wait), String(code ?? 'error')),
      )
    }
  }

  const sweep = async (): Promise<void> => {
    while (!closed) {
      const now = clock.now()
      const row = await database.transaction((tx) =>
        createOutboxStore(tx).claim(new Date(now), new Date(now + CLAIM_MS)),
      )
      if (row === undefined) break
      await perform(row)
    }
    if (!closed && clock.now() - forgotAt > FORGET_EVERY_MS) {
      forgotAt = clock.now()
      await database.transaction((tx) => createOutboxStore(tx).forget(new Date(forgotAt - KEPT_MS)))
    }
  }

  const plan = async (): Promise<void> => {
    if (closed) return
    const due = await createOutboxStore(database.prisma).nextDue()
    if (closed) return
    const wait = due === undefined ? LOOK_EVERY_MS : due.getTime() - clock.now()
    clearTimeout(timer)
    timer = setTimeout(() => nudge(), Math.min(LOOK_EVERY_MS, Math.max(100, wait)))
    timer.unref()
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
      timer = setTimeout(() => nudge(), LOOK_EVERY_MS)
      timer.unref()
    }
  }

  const nudge = (): void => {
    if (closed) return
    again = true
    running ??= run().finally(() => {
      running = undefined
      // Asked for while it was coming to rest.
      if (again) nudge()
    })
  }

  return {
    async add(tx, kind, payload, goodFor) {
      const id = randomUUID()
      const now = clock.now()
      const sealed = await seal(key, utf8(JSON.stringify(payload)), place(id, kind), randomBytesOf)
      const goodUntil = new Date(now + goodFor)
      await createOutboxStore(tx).add({ id, kind, sealed, now: new Date(now), goodUntil })
    },
    handle: (kind, handler) => void handlers.set(kind, handler),
    nudge,
    async drain() {
      await running
      await sweep()
    },
    async kept(kind) {
      const rows = await createOutboxStore(database.prisma).kept(kind, 200)
      return Promise.all(
        rows.map(async (row) => ({
          id: row.id,
          at: row.createdAt.getTime(),
          payload: await opened({ ...row, kind }),
        })),
      )
    },
    start: nudge,
    async close() {
      closed = true
      clearTimeout(timer)
      await running
    },
  }
}
