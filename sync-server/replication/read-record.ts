/** One reading transaction on one client's record: authorized and audited inside it, no lock on the head. */
import { err, ok, type Result } from '../../shared/kernel/result.ts'
import type { CollectionName } from '../../shared/protocol/collections.ts'
import type { Refusal } from '../../shared/protocol/errors.ts'
import { appendAudit } from '../platform/audit-store.ts'
import type { Actor } from './actor.ts'
import { type ClientAccess, type Relation, readClientAccess } from './client-access-store.ts'
import type { Scope, StoredDocument } from './collection.ts'
import { type AuditPart, auditOf, type ReplicationDeps, refusedAccess } from './commit.ts'

export interface ReadSession {
  readonly access: ClientAccess
  readonly scope: Scope
  readonly now: number
  /** Those of `ids` that exist and are not deleted, in their order. */
  documents(collection: CollectionName, ids: readonly string[]): Promise<readonly StoredDocument[]>
}

export interface ReadRequest<T> {
  readonly actor: Actor
  readonly clientId: string
  readonly action: string
  readonly permit: readonly Relation[]
  readonly onDevice: boolean
  readonly run: (session: ReadSession) => Promise<Result<T, Refusal>>
  /** What the audit row says of a success; null where no health data was read. */
  readonly describe: (value: T) => Omit<AuditPart, 'action' | 'outcome'> | null
}

export function readRecord<T>(deps: ReplicationDeps, request: ReadRequest<T>): Promise<Result<T, Refusal>> {
  const { actor, clientId, action } = request
  return deps.database.direct(async (tx): Promise<Result<T, Refusal>> => {
    const now = deps.clock.now()
    const access = await readClientAccess(tx, actor, clientId, now)
    const audit = (part: Omit<AuditPart, 'action'>) =>
      appendAudit(tx, [auditOf(actor, clientId, now, { action, ...part })])
    const refused = refusedAccess(access, request.permit, request.onDevice)
    if (refused !== null) {
      await audit({ outcome: 'denied', reason: refused.code })
      return err(refused)
    }
    const scope = { tx, clientId, cipher: await deps.clientKeys.cipherOf(tx, clientId) }
    const documents = async (collection: CollectionName, ids: readonly string[]) => {
      const found = await deps.registry.get(collection).store.read(scope, ids)
      const byId = new Map(found.map((document) => [document.id, document]))
      return ids.flatMap((id) => byId.get(id) ?? []).filter((document) => !document.deleted)
    }
    const ran = await request.run({ access, scope, now, documents })
    if (!ran.ok) {
      await audit({ outcome: 'denied', reason: ran.error.code })
      return ran
    }
    const described = request.describe(ran.value)
    if (described !== null) await audit({ outcome: 'allowed', ...described })
    return ok(ran.value)
  })
}
