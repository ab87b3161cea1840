/**
 * Sends the outbox: oldest first, one batch in flight. A lost answer costs a resend of the same numbers, nothing
 * else. A batch that the server cannot read is halved until the one bad mutation stands alone and is set aside, so
 * that it never blocks those behind it; what no packet carries is set aside unsent. SPEC: client/replica/SPEC.md, R12, R62.
 */
import type { ErrorCode } from '../../../shared/protocol/errors.ts'
import type { Mutation, PushAnswer } from '../../../shared/protocol/messages.ts'
import { fitsPacket } from '../../../shared/protocol/packet-size.ts'
import { LIMITS, OUTCOMES } from '../../../shared/protocol/terms.ts'
import type { PortalSocket } from '../../transport/socket.ts'
import type { Portion } from './portion.ts'
import type { ReplicaStore } from './replica-store.ts'

export type PushResult =
  /** Nothing is left to send. */
  | { readonly done: 'empty' }
  /** The server's refusal of the whole request: the link decides. */
  | { readonly done: 'refused'; readonly code: ErrorCode }

export interface PushDeps {
  readonly store: ReplicaStore
  readonly client: string
  readonly onInFlight: (numbers: readonly number[]) => void
  readonly onSettled: (settled: readonly { collection: number; id: string; at: number }[]) => void
  /** Bytes at a time. */
  readonly portion?: Portion
  /** The server's epoch, where what is here is of another one, and is not pulled before. */
  readonly history?: number | undefined
  /** A pull is needed before the replica shows everything. */
  readonly onGap: () => void
}

/** Refusals that a smaller batch may avoid, and that a single mutation can deserve. */
const BAD_CONTENT = new Set<ErrorCode>(['invalid_message', 'too_large', 'invalid_document'])
const QUARANTINED = OUTCOMES.indexOf('quarantined')

/** From so many mutations on there may be a next batch: it is made ready while this one is on its way. */
const BULK = 50

/** Rejects when no answer came; the same mutations are sent again then. */
export async function pushAll(socket: Pick<PortalSocket, 'push'>, deps: PushDeps): Promise<PushResult> {
  const { store, portion } = deps
  let limit: number = LIMITS.mutationsPerPush
  /** What was answered is written while the next batch is on its way. */
  let writing: Promise<void> = Promise.resolve()
  let batch = await store.takeBatch(limit, portion?.size)
  while (batch.length > 0) {
    if (isTooLarge(batch)) {
      await writing
      await setAside(store, batch, 'too_large')
      batch = await store.takeBatch(limit, portion?.size)
      continue
    }
    deps.onInFlight(batch.map(([number]) => number))
    const asked = answered(socket.push({ client: deps.client, mutations: batch }), portion)
    const next = batch.length < BULK ? NONE : store.takeBatch(limit, portion?.size, batch.at(-1)?.[0])
    next.catch(() => {})
    let reply: Awaited<typeof asked>
    try {
      reply = await asked
    } finally {
      deps.onInFlight([])
    }
    await writing
    if ('ok' in reply) {
      writing = take(deps, reply.ok)
      writing.catch(() => {})
      limit = LIMITS.mutationsPerPush
      batch = await next
      if (batch.length > 0) continue
    } else if (!BAD_CONTENT.has(reply.error)) return { done: 'refused', code: reply.error }
    else if (batch.length > 1) limit = Math.ceil(batch.length / 2)
    else {
      await setAside(store, batch, reply.error)
      limit = LIMITS.mutationsPerPush
    }
    await writing
    batch = await store.takeBatch(limit, portion?.size)
  }
  return { done: 'empty' }
}

/** A batch holds more than its share only where it is one mutation (pending.ts). */
const isTooLarge = (batch: readonly Mutation[]) => batch.length === 1 && !batch.every(fitsPacket)

const NONE: Promise<Mutation[]> = Promise.resolve([])

async function take(deps: PushDeps, { answers, changes }: PushAnswer): Promise<void> {
  const { store, history, onSettled, onGap } = deps
  const { rows, from, to } = changes
  const reconciled = await store.reconcile({ answers, rows, from, to, history })
  onSettled(reconciled.settled)
  if (reconciled.gap) onGap()
}

/** Without an answer, the next attempt is smaller: on a line that breaks, a large batch never gets through. */
async function answered<T>(asked: Promise<T>, portion: Portion | undefined): Promise<T> {
  try {
    const reply = await asked
    portion?.answered()
    return reply
  } catch (error) {
    portion?.cut()
    throw error
  }
}

const setAside = (store: ReplicaStore, batch: readonly Mutation[], code: ErrorCode) =>
  store.reconcile({
    rows: [],
    answers: batch.map(([number]) => [number, QUARANTINED, 0, 0, code]),
    unheard: true,
  })
