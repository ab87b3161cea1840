/**
 * Sends the outbox: oldest first, one batch in flight. A lost answer costs a resend of the same numbers, nothing
 * else. A batch that the server cannot read is halved until the one bad mutation stands alone and is set aside, so
 * that it never blocks those behind it. SPEC: client/replica/SPEC.md, R12.
 */
import type { ErrorCode } from '../../../shared/protocol/errors.ts'
import { LIMITS, type Mutation, OUTCOMES } from '../../../shared/protocol/messages.ts'
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
  /** A pull is needed before the replica shows everything. */
  readonly onGap: () => void
}

/** Refusals that a smaller batch may avoid, and that a single mutation can deserve. */
const BAD_CONTENT = new Set<ErrorCode>(['invalid_message', 'too_large', 'invalid_document'])
const QUARANTINED = OUTCOMES.indexOf('quarantined')

/** Rejects when no answer came; the same mutations are sent again then. */
export async function pushAll(socket: Pick<PortalSocket, 'push'>, deps: PushDeps): Promise<PushResult> {
  let limit: number = LIMITS.mutationsPerPush
  for (;;) {
    const batch = await deps.store.takeBatch(limit, deps.portion?.size)
    if (batch.length === 0) return { done: 'empty' }
    deps.onInFlight(batch.map(([number]) => number))
    try {
      const reply = await answered(socket.push({ client: deps.client, mutations: batch }), deps.portion)
      if ('ok' in reply) {
        const { answers, changes } = reply.ok
        const reconciled = await deps.store.reconcile({
          answers,
          rows: changes.rows,
          from: changes.from,
          to: changes.to,
        })
        deps.onSettled(reconciled.settled)
        if (reconciled.gap) deps.onGap()
        limit = LIMITS.mutationsPerPush
      } else if (!BAD_CONTENT.has(reply.error)) return { done: 'refused', code: reply.error }
      else if (batch.length > 1) limit = Math.ceil(batch.length / 2)
      else {
        await setAside(deps.store, batch, reply.error)
        limit = LIMITS.mutationsPerPush
      }
    } finally {
      deps.onInFlight([])
    }
  }
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
  store.reconcile({ rows: [], answers: batch.map(([number]) => [number, QUARANTINED, 0, 0, code]) })
