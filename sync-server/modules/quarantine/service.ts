/**
 * Changes that were refused, or came from a device after it was signed out: kept as they were sent, for the client and
 * their clinician to read. They change nothing. SPEC: shared/protocol/SPEC.md, P12, P23.
 */
import type { Json } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type CollectionName, collectionByNumber } from '../../../shared/protocol/collections.ts'
import { type ErrorCode, type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import { parsePosition, positionText } from '../../platform/list-position.ts'
import type { Actor } from '../../replication/actor.ts'
import { type ClientAccess, type Permit, REPLICA_HOLDERS } from '../../replication/client-access-store.ts'
import { seesDocument } from '../../replication/granted-documents.ts'
import { readQuarantine, type SetAside } from '../../replication/mutation-store.ts'
import type { Replication } from '../../replication/replication.ts'

export interface SetAsideChange {
  readonly id: string
  readonly deviceName: string
  /** Undefined for a collection that this server does not know. */
  readonly collection: CollectionName | undefined
  readonly documentId: string
  readonly reason: ErrorCode
  readonly detail: string
  /** By the clock of the device, and of the server. ms */
  readonly changedAt: number
  readonly receivedAt: number
  readonly fields: readonly { readonly field: string; readonly value: Json }[]
}
interface Page {
  readonly items: readonly SetAsideChange[]
  readonly next: string | null
}
interface Paging {
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
}

export type QuarantineService = ReturnType<typeof createQuarantineService>

export function createQuarantineService({ replication }: { readonly replication: Replication }) {
  const list = (
    actor: Actor,
    clientId: string,
    { cursor, limit = 50 }: Paging,
    permit: Permit,
  ): Promise<Result<Page, Refusal>> =>
    replication.read<Page>({
      actor,
      clientId,
      action: 'quarantine.list',
      permit,
      onDevice: false,
      describe: ({ items }) => ({ count: items.length }),
      run: async ({ access, scope, unreadable }) => {
        const after = cursor === undefined ? undefined : parsePosition(cursor)
        if (cursor !== undefined && after === undefined)
          return err(refusal('invalid_message', 'The cursor is not one that this list gave out.'))
        const found = await readQuarantine(scope, limit, after, unreadable)
        const last = found.at(-1)
        const next =
          last && found.length === limit ? positionText({ at: last.receivedAt, id: last.id }) : null
        return ok({ items: found.flatMap(changesOf).filter((change) => isTheirs(access, change)), next })
      },
    })
  return {
    ofClient: (actor: Actor, clientId: string, paging: Paging) =>
      list(actor, clientId, paging, REPLICA_HOLDERS),
    forClinician: (actor: Actor, clientId: string, paging: Paging) =>
      list(actor, clientId, paging, ['assigned-clinician']),
  }
}

/** A proxy reads what is of the areas that are granted; of what this server does not know, nothing. */
const isTheirs = (access: ClientAccess, { collection, fields }: SetAsideChange): boolean =>
  access.grant === undefined ||
  (collection !== undefined &&
    seesDocument(access, collection, {
      deleted: false,
      body: Object.fromEntries(fields.map(({ field, value }) => [field, value])),
    }))

/** None of one that cannot be opened. */
function changesOf({ mutation, ...kept }: SetAside): readonly SetAsideChange[] {
  if (mutation === null) return []
  const [, collection, documentId, , changedAt, changes] = mutation
  const fields = changes.map(([field, value]) => ({ field, value }))
  return [{ ...kept, collection: collectionByNumber(collection), documentId, changedAt, fields }]
}
