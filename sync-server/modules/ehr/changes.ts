/** What changed in the practice's records, for the record system to read: in an order without gaps. SPEC: H10 to H12. */
import type { FormDefinition, Submission } from '../../../shared/domains/forms/schema.ts'
import { submissionResponse } from '../../../shared/domains/forms/submission-response.ts'
import type { Refill } from '../../../shared/domains/medications/refill-schema.ts'
import type { Request } from '../../../shared/domains/requests/schema.ts'
import type { Clock } from '../../../shared/kernel/clock.ts'
import type { JsonObject } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { COLLECTIONS, type CollectionName } from '../../../shared/protocol/collections.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import { readForm } from '../../../shared/questionnaire/expressions/read-form.ts'
import type { MachineScope } from '../../http/route.ts'
import { NO_CLIENT } from '../../platform/audit-chain.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import type { Database, Transaction } from '../../platform/database.ts'
import type { Actor } from '../../replication/actor.ts'
import type { StoredDocument } from '../../replication/collection.ts'
import { auditOf } from '../../replication/commit.ts'
import { toClient } from '../../replication/document-store.ts'
import type { ReadSession } from '../../replication/read-record.ts'
import type { Replication } from '../../replication/replication.ts'
import {
  CHANGE_TYPES,
  type ChangeRow,
  type ChangeType,
  type FeedEnd,
  findClientOf,
  lockFeed,
  numberChanges,
  readChanges,
} from './change-store.ts'
import { MAPPINGS } from './fhir/mappings.ts'
import { toTask } from './fhir/task.ts'
import { readClientNames, readNamesOf } from './link-store.ts'

export interface ChangesDeps {
  readonly database: Database
  readonly replication: Replication
  readonly clock: Clock
  /** In the transaction that numbers them: each change once. */
  readonly onNumbered: (tx: Transaction, practiceId: string, fresh: readonly ChangeRow[]) => Promise<void>
  /** After its commit. */
  readonly afterNumbering: () => void
}
export interface Change {
  readonly type: ChangeType
  readonly id: string
  readonly rev: number
  readonly client: { readonly id: string | null; readonly portalId: string }
  readonly resource: JsonObject
}
export interface Changes {
  readonly items: readonly Change[]
  /** Pass as `since` for what comes after. */
  readonly next: string
  readonly more: boolean
}
export interface AskedChanges {
  readonly since?: string | undefined
  readonly types?: readonly ChangeType[] | undefined
  readonly limit: number
}

const COLLECTION: { readonly [T in ChangeType]: CollectionName } = {
  appointments: 'appointments',
  requests: 'requests',
  refills: 'requests',
  messages: 'messages',
  submissions: 'submissions',
}
export const scopeOf = (type: ChangeType): MachineScope => `${type === 'refills' ? 'requests' : type}:read`

const noScope = refusal('not_permitted', 'The token has no scope for one of these types.')
const badCursor = refusal('invalid_message', 'The cursor is not one that this list gave out.')
const restored = refusal(
  'wrong_state',
  'A backup was put back since this cursor was given out. Begin again without `since`.',
)
const nothing = refusal('not_found', 'There is nothing of that id.')

export function createChanges(deps: ChangesDeps) {
  const { database, replication, clock } = deps

  /** False where more may be waiting for a number. */
  const advance = async (practiceId: string): Promise<boolean> => {
    const { fresh, more } = await database.transaction(async (tx) => {
      const numbered = await numberChanges(tx, practiceId, await lockFeed(tx, practiceId))
      if (numbered.fresh.length > 0) await deps.onNumbered(tx, practiceId, numbered.fresh)
      return numbered
    })
    if (fresh.length > 0) deps.afterNumbering()
    return !more
  }

  /** Of one client, in one transaction with its row in the audit trail. */
  const open = (
    actor: Actor,
    clientId: string,
    rows: readonly Pick<ChangeRow, 'type' | 'documentId'>[],
  ): Promise<Result<readonly Shown[], Refusal>> =>
    replication.read<readonly Shown[]>({
      actor,
      clientId,
      action: 'ehr.changes',
      permit: ['ehr'],
      onDevice: false,
      describe: (shown) => ({ count: shown.length }),
      run: async (session) => {
        const names = await readClientNames(session.scope.tx, actor.practiceId, [clientId])
        const subject = `Patient/${names.get(clientId) ?? clientId}`
        const shown: Shown[] = []
        for (const { type, documentId } of rows) {
          const [stored] = await session.documents(COLLECTION[type], [documentId])
          if (stored === undefined) continue
          shown.push({
            id: documentId,
            rev: stored.rev,
            resource: await resourceOf(session, type, stored, subject),
          })
        }
        return ok(shown)
      },
    })

  /** Undefined: the cursor is from before a backup was put back. */
  const readPage = (
    practiceId: string,
    { after, types, limit }: { after: FeedEnd | undefined; types: readonly ChangeType[]; limit: number },
  ) =>
    database.direct(async (tx) => {
      const end = await lockFeed(tx, practiceId)
      const { position = 0, epoch = end.epoch } = after ?? {}
      if (epoch !== end.epoch || position > end.position) return undefined
      const found = await readChanges(tx, practiceId, { after: position, types, limit: limit + 1 })
      const rows = found.slice(0, limit)
      const names = await readClientNames(tx, practiceId, clientsOf(rows))
      return { end, rows, names, more: found.length > limit }
    })

  const openAll = async (actor: Actor, rows: readonly ChangeRow[]): Promise<ReadonlyMap<string, Shown>> => {
    const shown = new Map<string, Shown>()
    for (const clientId of clientsOf(rows)) {
      const ofClient = rows.filter((row) => row.clientId === clientId)
      const opened = await open(actor, clientId, ofClient)
      // Erased meanwhile, or damaged: the audit trail has it, and the others are not held up.
      if (opened.ok) for (const each of opened.value) shown.set(`${clientId} ${each.id}`, each)
    }
    return shown
  }

  return {
    advance,

    async read(
      actor: Actor,
      { since, types, limit }: AskedChanges,
      scopes: ReadonlySet<MachineScope>,
    ): Promise<Result<Changes, Refusal>> {
      const wanted = types ?? CHANGE_TYPES.filter((type) => scopes.has(scopeOf(type)))
      if (wanted.some((type) => !scopes.has(scopeOf(type)))) return err(noScope)
      const [, epoch, position] = /^(\d{1,9})\.(\d{1,15})$/.exec(since ?? '') ?? []
      if (since !== undefined && position === undefined) return err(badCursor)
      while (!(await advance(actor.practiceId)));
      const after = position === undefined ? undefined : { epoch: Number(epoch), position: Number(position) }
      const page = await readPage(actor.practiceId, { after, types: wanted, limit })
      if (page === undefined) return err(restored)
      const { end, names, more, rows } = page
      const shown = await openAll(actor, rows)
      const items = rows.flatMap(({ clientId, documentId, type }): Change[] => {
        const found = shown.get(`${clientId} ${documentId}`)
        const client = { id: names.get(clientId) ?? null, portalId: clientId }
        return found === undefined ? [] : [{ type, client, ...found }]
      })
      const last = more ? (rows.at(-1)?.position ?? end.position) : end.position
      return ok({ items, next: `${end.epoch}.${last}`, more })
    },

    /** One of them, by the portal's id. */
    async get(actor: Actor, type: ChangeType, documentId: string): Promise<Result<Change, Refusal>> {
      const clientId = await database.direct((tx) =>
        findClientOf(tx, actor.practiceId, COLLECTIONS[COLLECTION[type]].number, documentId),
      )
      if (clientId === undefined) {
        const part = { action: 'ehr.changes', outcome: 'denied', reason: nothing.code } as const
        await database.direct((tx) => appendAudit(tx, [auditOf(actor, NO_CLIENT, clock.now(), part)]))
        return err(nothing)
      }
      const opened = await open(actor, clientId, [{ type, documentId }])
      if (!opened.ok) return opened
      const [found] = opened.value
      const names = await database.direct((tx) => readClientNames(tx, actor.practiceId, [clientId]))
      const client = { id: names.get(clientId) ?? null, portalId: clientId }
      return found === undefined ? err(nothing) : ok({ type, client, ...found })
    },
  }
}
export type ChangesService = ReturnType<typeof createChanges>

const clientsOf = (rows: readonly ChangeRow[]) => [...new Set(rows.map(({ clientId }) => clientId))]

interface Shown {
  readonly id: string
  readonly rev: number
  readonly resource: JsonObject
}

async function resourceOf(
  session: ReadSession,
  type: ChangeType,
  stored: StoredDocument,
  subject: string,
): Promise<JsonObject> {
  const body = toClient(stored)
  const meta = { versionId: String(stored.rev), lastUpdated: new Date(stored.updatedAt).toISOString() }
  const { tx, clientId } = session.scope
  const named = async (id: string) => (await readNamesOf(tx, clientId, [id])).get(id)
  if (type === 'messages' || type === 'appointments')
    return { ...MAPPINGS[type].toResource(body, subject), id: (await named(stored.id)) ?? stored.id, meta }
  if (type === 'submissions') {
    const submission = body as unknown as Submission
    const [definition] = await session.documents('definitions', [submission.definitionId])
    if (definition === undefined) throw new Error('A submission has lost its form.')
    const form = toClient(definition) as unknown as FormDefinition
    const read = await readForm(form.questionnaire)
    if (!read.ok) throw new Error(`The published form ${form.id} cannot be read any more.`)
    return { ...submissionResponse(submission, form, read.value, subject), meta }
  }
  const request = body as unknown as Request | Refill
  const about = request.subjectId
  const kind = request.kind === 'refill' ? 'MedicationRequest' : 'Appointment'
  const focus = about === undefined ? undefined : `${kind}/${(await named(about)) ?? about}`
  return { ...toTask(request, subject, focus), id: stored.id, meta }
}
