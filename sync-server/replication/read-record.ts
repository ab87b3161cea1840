/**
 * One reading transaction on one client's record: authorized and audited inside it. What it reads is not locked; the
 * head is, at the very end, for the row in the record's audit chain.
 */
import { err, ok, type Result } from '../../shared/kernel/result.ts'
import { COLLECTIONS, type CollectionName } from '../../shared/protocol/collections.ts'
import type { Refusal } from '../../shared/protocol/errors.ts'
import type { AuditEvent } from '../platform/audit-chain.ts'
import { appendAudit, appendToRecord } from '../platform/audit-store.ts'
import { UnreadableError } from '../platform/sealing.ts'
import type { Actor } from './actor.ts'
import { unreadable } from './apply-write.ts'
import { type ClientAccess, type Permit, readClientAccess } from './client-access-store.ts'
import type { Scope, StoredDocument } from './collection.ts'
import { type AuditPart, auditOf, type ReplicationDeps, refusedAccess } from './commit.ts'
import { seesDocument } from './granted-documents.ts'
import {
  type NoteUnreadable,
  tellOperator,
  type Unreadable,
  unreadableDocument,
  unreadablePart,
} from './unreadable.ts'

export interface ReadSession {
  readonly access: ClientAccess
  readonly scope: Scope
  readonly now: number
  /** What is there and cannot be opened: for the audit trail. */
  readonly unreadable: NoteUnreadable
  /** Those of `ids` that exist, are not deleted and are within what the actor may see, in their order. */
  documents(collection: CollectionName, ids: readonly string[]): Promise<readonly StoredDocument[]>
}

export interface ReadRequest<T> {
  readonly actor: Actor
  readonly clientId: string
  readonly action: string
  readonly permit: Permit
  readonly onDevice: boolean
  /** Called again where a key was missing that is there by now. */
  readonly run: (session: ReadSession) => Promise<Result<T, Refusal>>
  /** What the audit row says of a success; null where no health data was read. */
  readonly describe: (value: T) => Omit<AuditPart, 'action' | 'outcome'> | null
}

/** Whoever asked for a document that cannot be opened is told so. */
async function run<T>(request: ReadRequest<T>, session: ReadSession): Promise<Result<T, Refusal>> {
  try {
    return await request.run(session)
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error
    const collection = COLLECTION_NAMES.find((name) => name === error.place.collection)
    if (collection !== undefined)
      session.unreadable(unreadableDocument({ collection, id: error.place.documentId }))
    return err(unreadable)
  }
}
const COLLECTION_NAMES = Object.keys(COLLECTIONS) as CollectionName[]

/** `run`, once, and what it met that cannot be opened. */
async function attempt<T>(
  { registry }: ReplicationDeps,
  request: ReadRequest<T>,
  scope: Scope,
  access: ClientAccess,
  now: number,
): Promise<{ readonly ran: Result<T, Refusal>; readonly damaged: readonly Unreadable[] }> {
  const damaged: Unreadable[] = []
  const session: ReadSession = {
    access,
    scope,
    now,
    async documents(collection, ids) {
      const found = await registry.get(collection).store.read(scope, ids)
      const byId = new Map(found.map((document) => [document.id, document]))
      return ids
        .flatMap((id) => byId.get(id) ?? [])
        .filter((document) => !document.deleted && seesDocument(access, collection, document))
    },
    unreadable: (found) => void damaged.push(found),
  }
  return { ran: await run(request, session), damaged }
}

export async function readRecord<T>(
  deps: ReplicationDeps,
  request: ReadRequest<T>,
): Promise<Result<T, Refusal>> {
  const { actor, clientId, action } = request
  const reported: AuditEvent[] = []
  const answer = await deps.database.direct(async (tx): Promise<Result<T, Refusal>> => {
    const now = deps.clock.now()
    const access = await readClientAccess(tx, actor, clientId, now)
    const event = (part: Omit<AuditPart, 'action'>) => auditOf(actor, clientId, now, { action, ...part })
    const refused = refusedAccess(access, request.permit, request.onDevice)
    if (refused !== null) {
      await appendAudit(tx, [event({ outcome: 'denied', reason: refused.code })])
      return err(refused)
    }
    let cipher = await deps.clientKeys.cipherOf(tx, clientId)
    let { ran, damaged } = await attempt(deps, request, { tx, clientId, cipher }, access, now)
    // A key that another server added meanwhile is not damage.
    while ((damaged.length > 0 || !ran.ok) && !(await deps.clientKeys.isCurrent(tx, clientId, cipher))) {
      deps.clientKeys.forget([clientId])
      cipher = await deps.clientKeys.cipherOf(tx, clientId)
      ;({ ran, damaged } = await attempt(deps, request, { tx, clientId, cipher }, access, now))
    }
    for (const found of damaged) {
      const row = auditOf(actor, clientId, now, unreadablePart(found))
      await appendToRecord(tx, row)
      reported.push(row)
    }
    if (!ran.ok) {
      await appendToRecord(tx, event({ outcome: 'denied', reason: ran.error.code }))
      return ran
    }
    const described = request.describe(ran.value)
    if (described !== null) await appendToRecord(tx, event({ outcome: 'allowed', ...described }))
    return ok(ran.value)
  })
  tellOperator(deps.onUnreadable, reported)
  return answer
}
