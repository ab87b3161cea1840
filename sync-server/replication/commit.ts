/** What somebody wants changed in one client's record, and what becomes of it. `commit-group.ts` does it. */

import type { Granted } from '../../shared/domains/grants/scopes.ts'
import type { Clock } from '../../shared/kernel/clock.ts'
import type { Result } from '../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../shared/protocol/errors.ts'
import type { Cursor } from '../../shared/protocol/messages.ts'
import type { AuditEvent } from '../platform/audit-chain.ts'
import type { ClientKeys } from '../platform/client-keys.ts'
import type { Database } from '../platform/database.ts'
import type { NewJob } from '../platform/outbox-store.ts'
import type { Actor } from './actor.ts'
import { type ClientAccess, isPermitted, type Permit } from './client-access-store.ts'
import type { Decision, DocumentRef, Scope, Write } from './collection.ts'
import type { Given, NewAnswer, Refused } from './mutation-store.ts'
import type { Registry } from './registry.ts'
import type { Announce } from './sync-service.ts'
import type { Staged, TransactionWork } from './working-set.ts'

export interface ReplicationDeps {
  readonly database: Database
  readonly registry: Registry
  readonly clientKeys: ClientKeys
  readonly clock: Clock
  readonly announce: Announce
  /** What is to be done for a change after its commit; written in its transaction. */
  readonly jobsOf?: ((change: ChangedRecord) => readonly NewJob[]) | undefined
  /** Told after the commit of each row that says that something sealed cannot be opened. */
  readonly onUnreadable?: ((event: AuditEvent) => void) | undefined
}

export interface ChangedRecord {
  readonly actor: Actor
  readonly clientId: string
  /** Receipt time, ms. */
  readonly at: number
  readonly staged: readonly Staged[]
}

/** What `run` may do inside the transaction. */
export interface CommitSession {
  readonly access: ClientAccess
  readonly head: Cursor
  readonly work: TransactionWork
  /** Of the mutations in `needs`, those that were answered before. */
  readonly answered: Map<number, Given>
  apply(write: Write): Promise<Result<Decision, Refusal>>
  /** Written in the same transaction, also when `run` refuses. */
  audit(event: AuditPart): void
  /** Written in the same transaction, for the actor's device. */
  answer(answer: NewAnswer): void
  setAside(refused: Refused): void
}
export type AuditPart = Pick<AuditEvent, 'action' | 'outcome'> &
  Partial<Pick<AuditEvent, 'collection' | 'documentId' | 'count' | 'reason'>>

export interface Needs {
  readonly mutations: readonly number[]
  readonly documents: readonly DocumentRef[]
}

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
  readonly permit: Permit
  /** Must the actor be on a registered device? */
  readonly onDevice: boolean
  /** Does the caller tell the writing device itself what changed? Then its announcement leaves that device out. */
  readonly answersDevice?: boolean
  /** What `run` is going to ask for: read for a whole group of requests at once. */
  readonly needs?: (receivedAt: number) => Needs
  /** May be called again, with a new session, when the transaction of a group came to nothing. */
  readonly run: (session: CommitSession) => Promise<Result<T, Refusal>>
  /** What the device was signed out with is not lost with it: called instead of `run`, before the refusal. */
  readonly whenRevoked?: (scope: Scope, receivedAt: number) => Promise<void>
  /** The same for what somebody had not sent whose access to the record has ended: as far as it went. */
  readonly whenEnded?: (scope: Scope, receivedAt: number, granted: Granted) => Promise<void>
}

export const auditOf = (actor: Actor, clientId: string, at: number, part: AuditPart): AuditEvent => ({
  ...part,
  clientId,
  practiceId: actor.practiceId,
  accountId: actor.accountId,
  deviceId: actor.deviceId,
  role: actor.role,
  ip: actor.ip,
  userAgent: actor.userAgent,
  at,
})

/** Null when the actor may go on. An unknown client and a foreign one give the same answer. */
export function refusedAccess(access: ClientAccess, permit: Permit, onDevice: boolean): Refusal | null {
  if (!isPermitted(access, permit)) return refusal('not_found', 'There is no such record.')
  if (access.device === 'revoked') return refusal('device_revoked', 'This device was signed out.')
  if (access.device === 'unregistered' || (onDevice && access.device === 'none'))
    return refusal('not_authenticated', 'Sign in on this device first.')
  return null
}
