/**
 * One transaction on one client's record: authorize, lock the head, decide in memory, write everything with a handful
 * of round trips, and announce after the commit (I4, I7). Refusals by `run` write nothing but their audit row.
 */

import type { Clock } from '../../shared/kernel/clock.ts'
import { err, ok, type Result } from '../../shared/kernel/result.ts'
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import { type Refusal, refusal } from '../../shared/protocol/errors.ts'
import type { Cursor } from '../../shared/protocol/messages.ts'
import { type AuditEvent, appendAudit } from '../platform/audit-store.ts'
import type { ClientKeys } from '../platform/client-keys.ts'
import type { Database } from '../platform/database.ts'
import type { Actor } from './actor.ts'
import { applyWrite } from './apply-write.ts'
import { putFeedRows } from './change-feed-store.ts'
import { rowForOthers } from './change-rows.ts'
import { type ClientAccess, type Relation, readClientAccess } from './client-access-store.ts'
import type { Decision, Scope, Write } from './collection.ts'
import { putHistory } from './field-history-store.ts'
import { advanceHead, type CommittedRow, lockHead, nextHead } from './head-store.ts'
import type { Registry } from './registry.ts'
import type { Announce } from './sync-service.ts'
import { createWorkingSet, type Staged, type TransactionWork } from './working-set.ts'

export interface ReplicationDeps {
  readonly database: Database
  readonly registry: Registry
  readonly clientKeys: ClientKeys
  readonly clock: Clock
  readonly announce: Announce
}

/** What `run` may do inside the transaction. */
export interface CommitSession {
  readonly access: ClientAccess
  readonly head: Cursor
  readonly work: TransactionWork
  apply(write: Write): Promise<Result<Decision, Refusal>>
  /** Written in the same transaction, also when `run` refuses. */
  audit(event: AuditPart): void
}
export type AuditPart = Pick<AuditEvent, 'action' | 'outcome'> &
  Partial<Pick<AuditEvent, 'collection' | 'documentId' | 'count' | 'reason'>>

export interface Committed<T> {
  readonly value: T
  readonly from: Cursor
  readonly to: Cursor
  readonly staged: readonly Staged[]
}

export interface CommitRequest<T> {
  readonly actor: Actor
  readonly clientId: string
  /** Named in the audit trail. */
  readonly action: string
  readonly permit: readonly Relation[]
  /** Must the actor be on a registered device? */
  readonly onDevice: boolean
  /** Does the caller tell the writing device itself what changed? Then its announcement leaves that device out. */
  readonly answersDevice?: boolean
  readonly run: (session: CommitSession) => Promise<Result<T, Refusal>>
  /** What the device was signed out with is not lost with it: called instead of `run`, before the refusal. */
  readonly whenRevoked?: (scope: Scope, receivedAt: number) => Promise<void>
}

export const auditOf = (actor: Actor, clientId: string, at: number, part: AuditPart): AuditEvent => ({
  ...part,
  clientId,
  accountId: actor.accountId,
  deviceId: actor.deviceId,
  role: actor.role,
  ip: actor.ip,
  userAgent: actor.userAgent,
  at,
})

/** Null when the actor may go on. An unknown client and a foreign one give the same answer. */
export function refusedAccess(
  access: ClientAccess,
  permit: readonly Relation[],
  onDevice: boolean,
): Refusal | null {
  if (!permit.includes(access.relation)) return refusal('not_found', 'There is no such record.')
  if (access.device === 'revoked') return refusal('device_revoked', 'This device was signed out.')
  if (access.device === 'unregistered' || (onDevice && access.device === 'none'))
    return refusal('not_authenticated', 'Sign in on this device first.')
  return null
}

export async function commit<T>(
  deps: ReplicationDeps,
  request: CommitRequest<T>,
): Promise<Result<Committed<T>, Refusal>> {
  const { actor, clientId } = request
  const result = await deps.database.transaction(async (tx): Promise<Result<Committed<T>, Refusal>> => {
    const receivedAt = deps.clock.now()
    const access = await readClientAccess(tx, actor, clientId, receivedAt)
    const refused = refusedAccess(access, request.permit, request.onDevice)
    const events: AuditPart[] = []
    const recordAudit = () =>
      appendAudit(
        tx,
        events.map((part) => auditOf(actor, clientId, receivedAt, part)),
      )
    const openScope = async () => ({ tx, clientId, cipher: await deps.clientKeys.cipherOf(tx, clientId) })
    if (refused !== null) {
      if (refused.code === 'device_revoked') await request.whenRevoked?.(await openScope(), receivedAt)
      events.push({ action: request.action, outcome: 'denied', reason: refused.code })
      await recordAudit()
      return err(refused)
    }
    const from = await lockHead(tx, clientId)
    const scope = await openScope()
    const work = createWorkingSet(scope, deps.registry, actor, receivedAt)
    const ran = await request.run({
      access,
      head: from,
      work,
      apply: (write) => applyWrite(deps.registry, work, write),
      audit: (part) => void events.push(part),
    })
    if (!ran.ok) {
      if (events.length === 0)
        events.push({ action: request.action, outcome: 'denied', reason: ran.error.code })
      await recordAudit()
      return ran
    }
    const { to, staged } = await flush(deps, work, from)
    for (const { ref } of staged)
      events.push({
        action: request.action,
        outcome: 'allowed',
        collection: COLLECTIONS[ref.collection].number,
        documentId: ref.id,
      })
    await recordAudit()
    return ok({ value: ran.value, from, to, staged })
  })
  if (result.ok && result.value.staged.length > 0) {
    const { from, to, staged } = result.value
    deps.announce({
      changes: { client: clientId, from: from.s, to, rows: staged.map(rowForOthers) },
      origin: request.answersDevice === true ? actor.deviceId : null,
    })
  }
  return result
}

/** Documents, feed, history and head, in that order; positions follow the order in which documents were staged. */
async function flush(
  deps: ReplicationDeps,
  work: TransactionWork,
  from: Cursor,
): Promise<{ to: Cursor; staged: readonly Staged[] }> {
  const { scope } = work
  const all = work.staged()
  const staged = all
    .filter(({ quiet }) => !quiet)
    .map((item, index) => ({ ...item, after: { ...item.after, seq: from.s + index + 1 } }))
  const quiet = all
    .filter((item) => item.quiet)
    .map((item) => ({ ...item, after: { ...item.after, seq: item.before?.seq ?? 0 } }))
  await putHistory(scope, work.kept())
  for (const name of new Set(all.map(({ ref }) => ref.collection)))
    await deps.registry.get(name).store.put(
      scope,
      [...staged, ...quiet].filter(({ ref }) => ref.collection === name).map(({ after }) => after),
    )
  if (staged.length === 0) return { to: from, staged }
  const rows = staged.map(({ ref, after }): CommittedRow & { seq: number; deleted: boolean } => ({
    collection: COLLECTIONS[ref.collection].number,
    id: ref.id,
    rev: after.rev,
    seq: after.seq,
    deleted: after.deleted,
  }))
  await putFeedRows(
    scope.tx,
    scope.clientId,
    rows.map(({ id, ...row }) => ({ ...row, documentId: id })),
  )
  const to = nextHead(from, rows)
  await advanceHead(scope.tx, scope.clientId, to, work.receivedAt)
  return { to, staged }
}
