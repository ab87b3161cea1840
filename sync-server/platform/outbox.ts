/**
 * Jobs: work that is asked for inside a transaction and done after its commit, at least once, now or at a later time:
 * mails, notifications, webhooks, and everything whose time must not show in an answer. With a key it is asked for once,
 * however often. What it is about is sealed in the table and wiped when it is done. A failure is tried again, later and
 * later, until the work would be of no use any more; one that no attempt can mend stays, for an admin to look at.
 * Several workers of several servers share the table. Why it is this and no library: docs/decisions/0037-jobs.md.
 */
import { hkdfSync, randomUUID } from 'node:crypto'
import { fromUtf8, utf8 } from '../../shared/crypto/bytes.ts'
import { open, sealNow } from '../../shared/crypto/envelope.ts'
import type { Clock } from '../../shared/kernel/clock.ts'
import type { Database, SqlTransaction } from './database.ts'
import { randomBytesOf } from './key-provider.ts'
import type { Logger } from './logger.ts'
import { createNodeDataKey } from './node-data-key.ts'
import type { OutboxHandler } from './outbox-handler.ts'
import { createOutboxRunner } from './outbox-runner.ts'
import { createOutboxStore, type NewJob, type OutboxRow, putJobs } from './outbox-store.ts'

export interface JobOptions {
  /** Asked for again under the same kind and key, it is one job. Ids and times only: keys are not sealed. */
  readonly key?: string | undefined
  /** Not before, ms. */
  readonly dueAt?: number | undefined
  /** Whose admins see it when it comes to nothing. */
  readonly practiceId?: string | undefined
}

export interface Outbox {
  /** `goodFor`: ms, from when it is due, after which it is not worth doing any more. */
  add(
    tx: Pick<SqlTransaction, '$executeRaw'>,
    kind: string,
    payload: unknown,
    goodFor: number,
    options?: JobOptions,
  ): Promise<void>
  /** The same in two steps, where what is written has to be ready beforehand (`putJobs`). */
  prepare(kind: string, payload: unknown, goodFor: number, options?: JobOptions): NewJob
  handle(kind: string, handler: OutboxHandler): void
  /** Something may be due: call it after the commit. */
  nudge(): void
  /** Does what is due, and what that brings, until nothing is. */
  drain(): Promise<void>
  /** What was done and kept. */
  kept(kind: string): Promise<readonly { id: string; at: number; payload: unknown }[]>
  standing(): Promise<{ waiting: number; oldestDueAt: Date | undefined; dead: number }>
  start(): void
  /** Takes nothing new, and resolves when what is under way has come to an end. */
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

const SHOWN = 200
/** By then the transaction that asked is over, as a rule; where not, the next look finds it. */
const SOON_MS = 100

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
  const opened = async (row: Pick<OutboxRow, 'id' | 'kind' | 'sealed'>): Promise<unknown> => {
    if (row.sealed === null) return undefined
    const bytes = await open(key, row.sealed, place(row.id, row.kind))
    return bytes.ok ? JSON.parse(fromUtf8(bytes.value)) : undefined
  }
  const runner = createOutboxRunner({ database, clock, logger, keep, handlers, opened })
  let soon: NodeJS.Timeout | undefined

  const prepare: Outbox['prepare'] = (kind, payload, goodFor, options = {}) => {
    const id = randomUUID()
    const createdAt = clock.now()
    const dueAt = Math.max(createdAt, options.dueAt ?? 0)
    const sealed = sealNow(key, utf8(JSON.stringify(payload)), place(id, kind), randomBytesOf)
    const { key: once = null, practiceId = null } = options
    soon ??= setTimeout(() => {
      soon = undefined
      runner.nudge()
    }, SOON_MS).unref()
    return { id, kind, sealed, createdAt, dueAt, goodUntil: dueAt + goodFor, key: once, practiceId }
  }

  return {
    prepare,
    add: (tx, kind, payload, goodFor, options) => putJobs(tx, [prepare(kind, payload, goodFor, options)]),
    handle: (kind, handler) => void handlers.set(kind, handler),
    nudge: runner.nudge,
    drain: runner.drain,
    async kept(kind) {
      const rows = await createOutboxStore(database.prisma).kept(kind, SHOWN)
      return Promise.all(
        rows.map(async (row) => ({
          id: row.id,
          at: row.createdAt.getTime(),
          payload: await opened({ ...row, kind }),
        })),
      )
    },
    standing: () => createOutboxStore(database.prisma).standing(),
    start: runner.start,
    async close() {
      clearTimeout(soon)
      await runner.close()
    },
  }
}
