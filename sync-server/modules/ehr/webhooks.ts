/**
 * Telling the record system that something changed: which and whose, and nothing of what it says. Signed as Standard
 * Webhooks have it, through the outbox: at least once, later and later, for three days. SPEC: H13 to H15.
 */
import { createHmac, hkdfSync, randomBytes, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { open, seal } from '../../../shared/crypto/envelope.ts'
import type { Clock } from '../../../shared/kernel/clock.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import { NO_CLIENT } from '../../platform/audit-chain.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import type { Database, SqlTransaction, Transaction } from '../../platform/database.ts'
import { randomBytesOf } from '../../platform/key-provider.ts'
import { createNodeDataKey } from '../../platform/node-data-key.ts'
import type { Outbox } from '../../platform/outbox.ts'
import { outboxWait } from '../../platform/outbox-handler.ts'
import type { OutgoingAddresses } from '../../platform/outgoing-address.ts'
import { postOnce } from '../../platform/outgoing-post.ts'
import type { Actor } from '../../replication/actor.ts'
import { auditOf } from '../../replication/commit.ts'
import type { ChangeRow, ChangeType } from './change-store.ts'
import {
  addDelivery,
  addWebhook,
  type DeliveryRow,
  noteAttempt,
  readDeliveries,
  readWebhooks,
  removeWebhook,
  replaceSecret,
  type WebhookRow,
} from './webhook-store.ts'

export interface WebhookDeps {
  readonly database: Database
  readonly clock: Clock
  readonly outbox: Outbox
  readonly pepper: Uint8Array
  readonly addresses: OutgoingAddresses
}
const DAY = 24 * 3_600_000
const GOOD_FOR = 3 * DAY
/** The secret before signs as well, so that the other side can change over. */
const OVERLAP = DAY
const MOST_WEBHOOKS = 10
const MOST_IN_ONE = 100

const Task = z.object({ practiceId: z.uuid(), webhookId: z.uuid(), deliveryId: z.uuid(), body: z.string() })
type Task = z.infer<typeof Task>

const noWebhook = refusal('not_found', 'There is no such webhook.')
const tooMany = refusal('wrong_state', `An account has ${MOST_WEBHOOKS} webhooks at most.`)

/** Not now: it did not answer a moment ago. */
class LaterError extends Error {
  readonly code = 'resting'
}
class NotTaken extends Error {
  readonly code: string
  constructor(code: string) {
    super(`The webhook was not taken: ${code}`)
    this.code = code
  }
}

export interface ShownWebhook {
  readonly id: string
  readonly url: string
  readonly types: readonly ChangeType[]
  readonly createdAt: number
  readonly failures: number
  readonly lastStatus: string | null
}
export interface ShownDelivery {
  readonly id: string
  readonly changes: number
  readonly state: 'delivered' | 'waiting' | 'dead'
  readonly attempts: number
  readonly createdAt: number
  readonly deliveredAt: number | null
  readonly lastStatus: string | null
}

export function createWebhooks({ database, clock, outbox, pepper, addresses }: WebhookDeps) {
  const raw = new Uint8Array(hkdfSync('sha256', pepper, new Uint8Array(), 'webhook secrets v1', 32))
  const key = createNodeDataKey(raw, 'webhook-1')
  const place = (id: string) => ({
    account: 'server',
    client: '',
    collection: 'ehr_webhook',
    documentId: id,
    schemaVersion: 1,
  })
  const newSecret = async (id: string) => {
    const secret = new Uint8Array(randomBytes(32))
    const text = `whsec_${Buffer.from(secret).toString('base64')}`
    return { text, sealed: await seal(key, secret, place(id), randomBytesOf) }
  }
  const opened = async (id: string, sealed: Uint8Array): Promise<Uint8Array> => {
    const secret = await open(key, sealed, place(id))
    if (!secret.ok) throw new NotTaken('secret_unreadable')
    return secret.value
  }

  outbox.handle('ehr.webhook', { schema: Task, outside: deliver })

  async function deliver({ practiceId, webhookId, deliveryId, body }: Task): Promise<void> {
    const [hook] = await database.direct((tx) => readWebhooks(tx, { practiceId, id: webhookId }))
    if (hook === undefined) return
    if (hook.retryAt !== null && hook.retryAt.getTime() > clock.now()) throw new LaterError('later')
    const status = await send(hook, deliveryId, body)
    const delivered = /^2\d\d$/.test(status)
    const now = clock.now()
    const retryAt = delivered ? null : now + outboxWait(hook.failures + 1) / 2
    const attempt = { webhookId, deliveryId, status, delivered, now, retryAt }
    await database.direct((tx) => noteAttempt(tx, attempt))
    if (!delivered) throw new NotTaken(status)
  }

  /** The answer's status, or why there was none. */
  async function send(hook: WebhookRow, deliveryId: string, body: string): Promise<string> {
    const seconds = Math.floor(clock.now() / 1000)
    const id = `msg_${deliveryId}`
    const stillGood = hook.previousUntil !== null && hook.previousUntil.getTime() > clock.now()
    const sealed = [hook.secret, ...(stillGood && hook.previousSecret ? [hook.previousSecret] : [])]
    try {
      const secrets = await Promise.all(sealed.map((each) => opened(hook.id, each)))
      const signed = secrets.map((secret) => `v1,${signature(secret, `${id}.${seconds}.${body}`)}`)
      const url = new URL(hook.url)
      addresses.check(url)
      return await postOnce(url, addresses, body, {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(seconds),
        'webhook-signature': signed.join(' '),
      })
    } catch (error) {
      const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
      return String(code ?? 'error').slice(0, 60)
    }
  }

  const act = async <T>(
    actor: Actor,
    action: string,
    run: (tx: SqlTransaction) => Promise<Result<T, Refusal>>,
  ): Promise<Result<T, Refusal>> =>
    database.direct(async (tx): Promise<Result<T, Refusal>> => {
      const done = await run(tx)
      const part = done.ok
        ? ({ action, outcome: 'allowed' } as const)
        : ({ action, outcome: 'denied', reason: done.error.code } as const)
      await appendAudit(tx, [auditOf(actor, NO_CLIENT, clock.now(), part)])
      return done
    })

  return {
    /** In the transaction that numbers the changes: each is told once. */
    async announce(tx: Transaction, practiceId: string, fresh: readonly ChangeRow[]): Promise<void> {
      const now = clock.now()
      for (const hook of await readWebhooks(tx, { practiceId })) {
        const told = fresh.filter(({ type }) => hook.types.includes(type))
        for (let from = 0; from < told.length; from += MOST_IN_ONE) {
          const changes = told
            .slice(from, from + MOST_IN_ONE)
            .map(({ type, documentId, clientId }) => ({ type, id: documentId, client: clientId }))
          const deliveryId = randomUUID()
          const data = { changes }
          const body = JSON.stringify({ type: 'changes', timestamp: new Date(now).toISOString(), data })
          const delivery = { id: deliveryId, webhookId: hook.id, changes: changes.length, now }
          await addDelivery(tx, { ...delivery, goodUntil: now + GOOD_FOR })
          const task: Task = { practiceId, webhookId: hook.id, deliveryId, body }
          await outbox.add(tx, 'ehr.webhook', task, GOOD_FOR, { practiceId })
        }
      }
    },

    async create(
      actor: Actor,
      { url, types }: { readonly url: string; readonly types: readonly ChangeType[] },
    ): Promise<Result<ShownWebhook & { readonly secret: string }, Refusal>> {
      const problem = addresses.problemOf(url)
      if (problem !== undefined) return err(refusal('invalid_document', problem))
      const { accountId, practiceId } = actor
      const id = randomUUID()
      const secret = await newSecret(id)
      const now = clock.now()
      const hook = { id, practiceId, accountId, url, types, secret: secret.sealed, now }
      return act(actor, 'ehr.webhook-created', async (tx) =>
        (await addWebhook(tx, { ...hook, most: MOST_WEBHOOKS }))
          ? ok({ id, url, types, createdAt: now, failures: 0, lastStatus: null, secret: secret.text })
          : err(tooMany),
      )
    },

    list: ({ accountId, practiceId }: Actor): Promise<Result<{ items: ShownWebhook[] }, Refusal>> =>
      database.direct(async (tx) =>
        ok({ items: (await readWebhooks(tx, { practiceId, accountId })).map(shown) }),
      ),

    remove: (actor: Actor, id: string): Promise<Result<null, Refusal>> =>
      act(actor, 'ehr.webhook-removed', async (tx) =>
        (await removeWebhook(tx, actor.accountId, id)) ? ok(null) : err(noWebhook),
      ),

    async rotate(actor: Actor, id: string): Promise<Result<{ readonly secret: string }, Refusal>> {
      const { text, sealed } = await newSecret(id)
      const { accountId } = actor
      const until = clock.now() + OVERLAP
      return act(actor, 'ehr.webhook-secret', async (tx) =>
        (await replaceSecret(tx, { id, accountId, secret: sealed, until }))
          ? ok({ secret: text })
          : err(noWebhook),
      )
    },

    deliveries: (
      { accountId, practiceId }: Actor,
      id: string,
      undelivered: boolean,
    ): Promise<Result<{ items: ShownDelivery[] }, Refusal>> =>
      database.direct(async (tx): Promise<Result<{ items: ShownDelivery[] }, Refusal>> => {
        const [hook] = await readWebhooks(tx, { practiceId, accountId, id })
        if (hook === undefined) return err(noWebhook)
        const rows = await readDeliveries(tx, id, undelivered)
        return ok({ items: rows.map((row) => shownDelivery(row, clock.now())) })
      }),
  }
}
export type Webhooks = ReturnType<typeof createWebhooks>

const shown = ({ id, url, types, createdAt, failures, lastStatus }: WebhookRow): ShownWebhook => ({
  id,
  url,
  types: types as readonly ChangeType[],
  createdAt: createdAt.getTime(),
  failures,
  lastStatus,
})
const shownDelivery = (row: DeliveryRow, now: number): ShownDelivery => ({
  id: row.id,
  changes: row.changes,
  attempts: row.attempts,
  lastStatus: row.lastStatus,
  createdAt: row.createdAt.getTime(),
  deliveredAt: row.deliveredAt?.getTime() ?? null,
  state: row.deliveredAt !== null ? 'delivered' : row.goodUntil.getTime() <= now ? 'dead' : 'waiting',
})

const signature = (secret: Uint8Array, text: string): string =>
  createHmac('sha256', secret).update(text).digest('base64')
