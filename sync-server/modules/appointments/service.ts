/**
 * Appointments as REST knows them, for clients and those who act for them. What is asked goes through the same write path
 * and the same rules as what a device asks offline. A foreign and an unknown client give the same `not_found`.
 */
import type { Appointment, AppointmentState } from '../../../shared/domains/appointments/schema.ts'
import { seenOf } from '../../../shared/domains/requests/rules.ts'
import type { Request } from '../../../shared/domains/requests/schema.ts'
import type { Json } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { COLLECTIONS, type CollectionName } from '../../../shared/protocol/collections.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { Actor } from '../../replication/actor.ts'
import { readersOf, writersOf } from '../../replication/client-access-store.ts'
import type { StoredDocument } from '../../replication/collection.ts'
import type { CommitSession } from '../../replication/commit.ts'
import { toClient } from '../../replication/document-store.ts'
import type { ReadSession } from '../../replication/read-record.ts'
import type { Replication } from '../../replication/replication.ts'
import { badCursor, changedMeanwhile, type Page, type Revised, revised } from '../../replication/revised.ts'
import { readAppointmentIds, readOpenAbout, readRequestIds } from './reader.ts'

export interface AppointmentQuery {
  readonly from?: number | undefined
  readonly to?: number | undefined
  readonly status?: AppointmentState | undefined
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
}
type Wishes = Pick<Request, 'preferredTimes' | 'visitKind' | 'reason'>
export type Wish = { readonly [field in keyof Wishes]?: Wishes[field] | undefined }

export interface AppointmentsService {
  list(
    actor: Actor,
    clientId: string,
    query: AppointmentQuery,
  ): Promise<Result<Page<Revised<Appointment>>, Refusal>>
  get(actor: Actor, clientId: string, id: string): Promise<Result<Revised<Appointment>, Refusal>>
  requests(
    actor: Actor,
    clientId: string,
    page: { readonly cursor?: string | undefined; readonly limit?: number | undefined },
  ): Promise<Result<Page<Revised<Request>>, Refusal>>
  ask(
    actor: Actor,
    clientId: string,
    asked: { readonly wish: Wish; readonly id: string },
  ): Promise<Result<Revised<Request>, Refusal>>
  askAbout(actor: Actor, clientId: string, asked: AskAbout): Promise<Result<Revised<Request>, Refusal>>
  withdraw(
    actor: Actor,
    clientId: string,
    asked: { readonly requestId: string; readonly rev: number },
  ): Promise<Result<Revised<Request>, Refusal>>
}
export interface AskAbout {
  readonly kind: 'cancel' | 'reschedule'
  readonly appointmentId: string
  /** The revision that the caller saw. */
  readonly rev: number
  readonly wish: Wish
}

const NOT_FOUND = refusal('not_found', 'There is no such appointment.')
const MOST = 100

export function createAppointmentsService({
  replication,
}: {
  readonly replication: Replication
}): AppointmentsService {
  const read = <T>(
    actor: Actor,
    clientId: string,
    what: { readonly action: string; readonly collection: CollectionName; readonly documentId?: string },
    run: (session: ReadSession) => Promise<Result<T, Refusal>>,
  ): Promise<Result<T, Refusal>> =>
    replication.read({
      actor,
      clientId,
      action: what.action,
      permit: readersOf('appointments'),
      onDevice: false,
      run,
      describe: (value) => ({
        collection: COLLECTIONS[what.collection].number,
        documentId: what.documentId ?? null,
        count: isPage(value) ? value.items.length : 1,
      }),
    })
  const list = <T>(
    actor: Actor,
    clientId: string,
    collection: CollectionName,
    find: (session: ReadSession) => Promise<{ ids: readonly string[]; next: string | null } | null>,
  ) =>
    read<Page<Revised<T>>>(actor, clientId, { action: `${collection}.list`, collection }, async (session) => {
      const page = await find(session)
      if (page === null) return err(badCursor)
      const items = (await session.documents(collection, page.ids)).map((each) => revised<T>(each))
      return ok({ items, next: page.next })
    })

  const commit = (
    actor: Actor,
    clientId: string,
    action: string,
    run: (session: CommitSession) => Promise<Result<StoredDocument, Refusal>>,
  ): Promise<Result<Revised<Request>, Refusal>> =>
    replication
      .commit({ actor, clientId, action, permit: writersOf('appointments'), onDevice: false, run })
      .then((done) => (done.ok ? ok(revised<Request>(done.value.value)) : done))

  return {
    list: (actor, clientId, { limit = 50, ...query }) =>
      list<Appointment>(actor, clientId, 'appointments', ({ scope }) =>
        readAppointmentIds(scope.tx, clientId, { ...query, limit: Math.min(limit, MOST) }),
      ),
    get: (actor, clientId, id) =>
      read(
        actor,
        clientId,
        { action: 'appointments.get', collection: 'appointments', documentId: id },
        async ({ documents }) => {
          const [found] = await documents('appointments', [id])
          return found ? ok(revised<Appointment>(found)) : err(NOT_FOUND)
        },
      ),
    requests: (actor, clientId, { cursor, limit = 50 }) =>
      list<Request>(actor, clientId, 'requests', ({ scope }) =>
        readRequestIds(scope.tx, clientId, Math.min(limit, MOST), cursor),
      ),
    ask: (actor, clientId, { wish, id }) =>
      commit(actor, clientId, 'appointments.request', async (session) => {
        const before = await session.work.load('requests', id)
        const made = await make(session, actor, { id, kind: 'new-appointment', ...wish })
        if (before !== undefined && made.ok && !isSameWish(before, wish))
          return err(refusal('already_exists', 'Something else was asked for with this Idempotency-Key.'))
        return made
      }),
    askAbout: (actor, clientId, { kind, appointmentId, rev, wish }) =>
      commit(actor, clientId, `appointments.${kind}`, async (session) => {
        const { work } = session
        const stored = await work.load('appointments', appointmentId)
        if (stored === undefined || stored.deleted) return err(NOT_FOUND)
        const open = await readOpenAbout(work.scope.tx, clientId, appointmentId)
        const same = open.find((each) => each.kind === kind)
        const before = same && (await work.load('requests', same.id))
        // PUT: the same once more is what is so already. Other wishes are another request, and refused as one.
        if (before !== undefined && hasWishes(before, wish)) return ok(before)
        if (stored.rev !== rev) return err(changedMeanwhile)
        const seen = seenOf(toClient(stored) as unknown as Appointment)
        const about = { subjectId: appointmentId, subjectRev: rev, seen: { ...seen } }
        return make(session, actor, { id: crypto.randomUUID(), kind, ...about, ...wish })
      }),
    withdraw: (actor, clientId, { requestId, rev }) =>
      commit(actor, clientId, 'appointments.withdraw', async ({ apply, work }) => {
        const stored = await work.load('requests', requestId)
        if (stored === undefined || stored.deleted || stored.body.kind === 'refill')
          return err(refusal('not_found', 'There is no such request.'))
        if (stored.body.status === 'withdrawn') return ok(stored)
        if (stored.rev !== rev) return err(changedMeanwhile)
        const edit = { field: 'status', value: 'withdrawn', at: work.receivedAt }
        const done = await apply(writeOf(actor, requestId, rev, [edit]))
        return done.ok ? found(await work.load('requests', requestId)) : done
      }),
  }
}

const isPage = (value: unknown): value is Page<unknown> =>
  typeof value === 'object' && value !== null && 'items' in value && Array.isArray(value.items)

const found = (document: StoredDocument | undefined): Result<StoredDocument, Refusal> =>
  document === undefined ? err(refusal('not_found', 'There is no such request.')) : ok(document)

const writeOf = (
  actor: Actor,
  documentId: string,
  baseRev: number,
  edits: readonly { readonly field: string; readonly value: Json; readonly at: number }[],
) =>
  ({
    collection: 'requests',
    documentId,
    baseRev,
    edits,
    by: 'client',
    writer: actor.deviceId ?? actor.accountId,
  }) as const

async function make(
  { apply, work }: CommitSession,
  actor: Actor,
  {
    id,
    ...fields
  }: { readonly id: string; readonly kind: Request['kind'] } & Partial<Record<string, unknown>>,
): Promise<Result<StoredDocument, Refusal>> {
  const at = work.receivedAt
  const edits = Object.entries({ ...fields, requestedAt: at }).flatMap(([field, value]) =>
    value === undefined ? [] : [{ field, value: value as Json, at }],
  )
  const made = await apply(writeOf(actor, id, 0, edits))
  return made.ok ? found(await work.load('requests', id)) : made
}

/** Whether this is what the request wishes now. */
const hasWishes = ({ body }: StoredDocument, wish: Wish): boolean =>
  (['preferredTimes', 'visitKind', 'reason'] as const).every(
    (field) => JSON.stringify(body[field] ?? null) === JSON.stringify(wish[field] ?? null),
  )

/** What may be said again under one key. Only while nobody has changed the request since. */
const isSameWish = (stored: StoredDocument, wish: Wish): boolean => stored.rev > 1 || hasWishes(stored, wish)
