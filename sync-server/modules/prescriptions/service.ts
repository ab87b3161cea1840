/**
 * Medications and refills as REST knows them, for clients and those who act for them. What is asked goes through the
 * same write path and the same rules as what a device asks offline. A foreign and an unknown client give the same
 * `not_found`.
 */
import type { Refill } from '../../../shared/domains/medications/refill-schema.ts'
import type { Medication } from '../../../shared/domains/medications/schema.ts'
import type { Json } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { COLLECTIONS, type CollectionName } from '../../../shared/protocol/collections.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { IdPage } from '../../platform/list-position.ts'
import type { PageInput } from '../../replication/across-clients.ts'
import type { Actor } from '../../replication/actor.ts'
import { readersOf, writersOf } from '../../replication/client-access-store.ts'
import type { StoredDocument } from '../../replication/collection.ts'
import type { CommitSession } from '../../replication/commit.ts'
import type { ReadSession } from '../../replication/read-record.ts'
import type { Replication } from '../../replication/replication.ts'
import { badCursor, changedMeanwhile, type Page, type Revised, revised } from '../../replication/revised.ts'
import { readMedicationIds, readRefillIds } from './reader.ts'

type Answer<T> = Promise<Result<T, Refusal>>
export interface RefillWish {
  readonly medicationId: string
  readonly pharmacy?: string | undefined
  readonly note?: string | undefined
}
export type RefillEdit =
  | 'withdrawn'
  | 'done'
  | { readonly answer: string; readonly pharmacy?: string | undefined }

export interface PrescriptionsService {
  medications(
    actor: Actor,
    clientId: string,
    page: PageInput & { readonly status?: Medication['status'] | undefined },
  ): Answer<Page<Revised<Medication>>>
  refills(actor: Actor, clientId: string, page: PageInput): Answer<Page<Revised<Refill>>>
  refill(actor: Actor, clientId: string, id: string): Answer<Revised<Refill>>
  ask(actor: Actor, clientId: string, id: string, wish: RefillWish): Answer<Revised<Refill>>
  /** At the revision that the caller saw. */
  change(actor: Actor, clientId: string, id: string, rev: number, edit: RefillEdit): Answer<Revised<Refill>>
}

const NO_REFILL = refusal('not_found', 'There is no such request.')
const MOST = 100

const isRefill = (document: StoredDocument | undefined): document is StoredDocument =>
  document !== undefined && !document.deleted && document.body.kind === 'refill'

export function createPrescriptionsService({
  replication,
}: {
  readonly replication: Replication
}): PrescriptionsService {
  const read = <T>(
    actor: Actor,
    clientId: string,
    what: { readonly action: string; readonly collection: CollectionName; readonly documentId?: string },
    count: (value: T) => number,
    run: (session: ReadSession) => Promise<Result<T, Refusal>>,
  ): Answer<T> =>
    replication.read({
      actor,
      clientId,
      action: what.action,
      permit: readersOf('prescriptions'),
      onDevice: false,
      run,
      describe: (value) => ({
        collection: COLLECTIONS[what.collection].number,
        documentId: what.documentId ?? null,
        count: count(value),
      }),
    })
  const list = <T>(
    actor: Actor,
    clientId: string,
    what: { readonly action: string; readonly collection: CollectionName },
    find: (session: ReadSession) => Promise<IdPage | null>,
  ) =>
    read<Page<Revised<T>>>(
      actor,
      clientId,
      what,
      ({ items }) => items.length,
      async (session) => {
        const page = await find(session)
        if (page === null) return err(badCursor)
        const items = await session.documents(what.collection, page.ids)
        return ok({ items: items.map((each) => revised<T>(each)), next: page.next })
      },
    )
  const commit = (
    actor: Actor,
    clientId: string,
    action: string,
    run: (session: CommitSession) => Promise<Result<StoredDocument, Refusal>>,
  ): Answer<Revised<Refill>> =>
    replication
      .commit({ actor, clientId, action, permit: writersOf('prescriptions'), onDevice: false, run })
      .then((done) => (done.ok ? ok(revised<Refill>(done.value.value)) : done))

  return {
    medications: (actor, clientId, { limit = 50, ...query }) =>
      list<Medication>(
        actor,
        clientId,
        { action: 'prescriptions.list', collection: 'medications' },
        ({ scope }) => readMedicationIds(scope.tx, clientId, { ...query, limit: Math.min(limit, MOST) }),
      ),
    refills: (actor, clientId, { cursor, limit = 50 }) =>
      list<Refill>(
        actor,
        clientId,
        { action: 'prescriptions.refills', collection: 'requests' },
        ({ scope }) => readRefillIds(scope.tx, clientId, { cursor, limit: Math.min(limit, MOST) }),
      ),
    refill: (actor, clientId, id) =>
      read(
        actor,
        clientId,
        { action: 'prescriptions.refill-get', collection: 'requests', documentId: id },
        () => 1,
        async ({ documents }) => {
          const [found] = await documents('requests', [id])
          return isRefill(found) ? ok(revised<Refill>(found)) : err(NO_REFILL)
        },
      ),
    ask: (actor, clientId, id, wish) =>
      commit(actor, clientId, 'prescriptions.refill', async (session) => {
        const { work } = session
        const before = await work.load('requests', id)
        const medication = await work.load('medications', wish.medicationId)
        const { name, dose } = medication?.body ?? {}
        const made = await write(session, actor, id, 0, {
          kind: 'refill',
          subjectId: wish.medicationId,
          ...(name === undefined || dose === undefined ? {} : { medication: { name, dose } }),
          ...(wish.pharmacy === undefined ? {} : { pharmacy: wish.pharmacy }),
          ...(wish.note === undefined ? {} : { note: wish.note }),
          requestedAt: work.receivedAt,
        })
        if (before !== undefined && made.ok && !isSameWish(before, wish))
          return err(refusal('already_exists', 'Something else was asked for with this Idempotency-Key.'))
        return made
      }),
    change: (actor, clientId, id, rev, edit) =>
      commit(actor, clientId, `prescriptions.refill-${actionOf(edit)}`, async (session) => {
        const stored = await session.work.load('requests', id)
        if (!isRefill(stored)) return err(NO_REFILL)
        if (edit === stored.body.status) return ok(stored)
        if (stored.rev !== rev) return err(changedMeanwhile)
        return write(session, actor, id, rev, fieldsOf(edit))
      }),
  }
}

const actionOf = (edit: RefillEdit) => {
  if (edit === 'withdrawn') return 'withdraw'
  return edit === 'done' ? 'received' : 'answer'
}

const fieldsOf = (edit: RefillEdit): Record<string, Json> =>
  typeof edit === 'string'
    ? { status: edit }
    : {
        status: 'requested',
        answer: edit.answer,
        ...(edit.pharmacy === undefined ? {} : { pharmacy: edit.pharmacy }),
      }

async function write(
  { apply, work }: CommitSession,
  actor: Actor,
  documentId: string,
  baseRev: number,
  fields: Readonly<Record<string, Json>>,
): Promise<Result<StoredDocument, Refusal>> {
  const at = work.receivedAt
  const done = await apply({
    collection: 'requests',
    documentId,
    baseRev,
    edits: Object.entries(fields).map(([field, value]) => ({ field, value, at })),
    by: 'client',
    writer: actor.deviceId ?? actor.accountId,
  })
  if (!done.ok) return done
  const after = await work.load('requests', documentId)
  return after === undefined ? err(NO_REFILL) : ok(after)
}

/** What may be said again under one key. Only while nobody has changed the request since. */
const isSameWish = ({ rev, body }: StoredDocument, wish: RefillWish): boolean =>
  rev > 1 || (['pharmacy', 'note'] as const).every((field) => (body[field] ?? null) === (wish[field] ?? null))
