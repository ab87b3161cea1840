/**
 * What the record system feeds of one client's record, in one transaction: each item with a result of its own, through
 * the one write path, so that devices see it at once. What says nothing new writes nothing. SPEC: H5 to H8.
 */
import { derivedId } from '../../../shared/crypto/derived-id.ts'
import { equalJson, type Json, type JsonObject } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { fieldValue } from '../../../shared/merge/fields.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { SqlTransaction } from '../../platform/database.ts'
import type { Actor } from '../../replication/actor.ts'
import type { CommitSession } from '../../replication/commit.ts'
import type { Replication } from '../../replication/replication.ts'
import { type FedType, MAPPINGS } from './fhir/mappings.ts'
import { type Link, putLinks } from './link-store.ts'

export interface FedItem {
  readonly type: FedType
  readonly externalId: string
  /** Mapped: of fields that are the record system's. */
  readonly fields: JsonObject
  readonly ifMatch: number | undefined
}
export interface Fed {
  readonly id: string
  readonly portalId: string
  readonly rev: number
  readonly outcome: 'created' | 'updated' | 'unchanged'
}
/** What follows from an appointment that changed: in the same transaction. */
export interface Visits {
  changed(
    tx: SqlTransaction,
    visit: { readonly clientId: string; readonly appointmentId: string; readonly startsAt: number | null },
  ): Promise<void>
}

export const fedDocumentId = (practiceId: string, type: string, externalId: string): string =>
  derivedId(`ehr-${type}`, JSON.stringify([practiceId, externalId]))

const STALE = refusal('precondition_failed', 'It has changed since. Nothing was written.')
const OTHERS = refusal('wrong_state', 'This id is that of something of another client.')
const FIXED = refusal('already_exists', 'Another message has this id, and messages are not changed.')

/** Its name was taken by another client's while this transaction ran: none of it stands. */
export class NameTaken extends Error {}

interface FeedDeps {
  readonly replication: Replication
  readonly visits: Visits
}

interface Settled {
  readonly items: readonly FedItem[]
  /** In the order of `items`. */
  readonly results: readonly Result<Fed, Refusal>[]
  readonly isLinked: (item: FedItem) => boolean
}

export const createFeed =
  ({ replication, visits }: FeedDeps) =>
  async (
    actor: Actor,
    clientId: string,
    items: readonly FedItem[],
    known: readonly Link[],
  ): Promise<Result<readonly Result<Fed, Refusal>[], Refusal>> => {
    /** Names, and what follows from visits: last, when nothing refuses any more. */
    const settle = async (
      session: CommitSession,
      clientId: string,
      { items, results, isLinked }: Settled,
    ): Promise<void> => {
      const links = new Map<string, Link>()
      for (const [place, item] of items.entries()) {
        const fed = results[place]
        if (!fed?.ok || (fed.value.outcome === 'unchanged' && isLinked(item))) continue
        const { portalId: documentId, rev } = fed.value
        const { type: resource, externalId } = item
        links.set(documentId, { clientId, resource, externalId, documentId, rev })
      }
      const { tx } = session.work.scope
      const put = await putLinks(tx, actor.practiceId, [...links.values()])
      if (put !== links.size) throw new NameTaken()
      for (const { resource, documentId } of links.values())
        if (resource === 'appointments')
          await visits.changed(tx, await visitOf(session, clientId, documentId))
    }
    const idOf = ({ type, externalId }: FedItem) => fedDocumentId(actor.practiceId, type, externalId)
    const linkOf = ({ type, externalId }: FedItem) =>
      known.find((link) => link.resource === type && link.externalId === externalId)
    try {
      const done = await replication.commit<readonly Result<Fed, Refusal>[]>({
        actor,
        clientId,
        action: 'ehr.put',
        permit: ['ehr'],
        onDevice: false,
        needs: () => ({
          mutations: [],
          documents: items.map((item) => ({ collection: MAPPINGS[item.type].collection, id: idOf(item) })),
        }),
        async run(session) {
          const results: Result<Fed, Refusal>[] = []
          for (const item of items) {
            const link = linkOf(item)
            const isOthers = link !== undefined && link.clientId !== clientId
            results.push(isOthers ? err(OTHERS) : await feedOne(session, actor, item, idOf(item)))
          }
          await settle(session, clientId, { items, results, isLinked: (item) => linkOf(item) !== undefined })
          return ok(results)
        },
      })
      return done.ok ? ok(done.value.value) : done
    } catch (error) {
      if (error instanceof NameTaken) return err(OTHERS)
      throw error
    }
  }

async function visitOf({ work }: CommitSession, clientId: string, appointmentId: string) {
  const body = (await work.load('appointments', appointmentId))?.body
  const startsAt = body?.status === 'cancelled' ? null : Number(body?.startsAt)
  return { clientId, appointmentId, startsAt }
}

async function feedOne(
  { apply, work }: CommitSession,
  actor: Actor,
  { type, externalId, fields, ifMatch }: FedItem,
  documentId: string,
): Promise<Result<Fed, Refusal>> {
  const { collection, owned } = MAPPINGS[type]
  const stored = await work.load(collection, documentId)
  if (ifMatch !== undefined && ifMatch !== (stored?.rev ?? 0)) return err(STALE)
  const edits = owned.flatMap((field) => {
    const value: Json = fields[field] ?? null
    const before = stored === undefined ? null : fieldValue(stored.body, field)
    return equalJson(before, value) ? [] : [{ field, value, at: work.receivedAt }]
  })
  const answer = { id: externalId, portalId: documentId }
  if (stored !== undefined && edits.length === 0)
    return ok({ ...answer, rev: stored.rev, outcome: 'unchanged' })
  if (stored !== undefined && type === 'messages') return err(FIXED)
  const applied = await apply({
    collection,
    documentId,
    baseRev: stored?.rev ?? 0,
    edits,
    by: 'server',
    writer: actor.accountId,
  })
  if (!applied.ok) return applied
  return ok({ ...answer, rev: applied.value.rev, outcome: stored === undefined ? 'created' : 'updated' })
}
