/**
 * An opened replica on the disk: the operations that page, push and pull need, over one sealed database. Everything
 * else in this folder that touches IndexedDB is reached through here.
 */
import type { Clock } from '../../../shared/kernel/clock.ts'
import type { Json } from '../../../shared/kernel/json.ts'
import { COLLECTION_NAMES, COLLECTIONS } from '../../../shared/protocol/collections.ts'
import type { Cursor, GrantTold, Mutation } from '../../../shared/protocol/messages.ts'
import type { Person } from '../portal-session.ts'
import type { Shape } from '../snapshot/shape.ts'
import type {
  Bodies,
  BodyPlaces,
  LoadedCollection,
  StoredDocument,
  WriteReply,
  WriteRow,
} from '../worker-port.ts'
import { makeBallast } from './ballast.ts'
import { createCollectionNumbers, isReplicated } from './collection-names.ts'
import { compact } from './compaction.ts'
import { openRecord } from './documents.ts'
import { pruneJournal, replayJournal } from './journal.ts'
import { documentsOf } from './load-collection.ts'
import { WriteRefused, writeLocally } from './local-write.ts'
import { createOpenCollections } from './open-collections.ts'
import type { OutboxEntry } from './outbox-entry.ts'
import {
  createPendingReader,
  discardRefused,
  exportUnsent,
  lowestResent,
  markHeard,
  numberPieces,
  retryRefused,
  takeBackNew,
  takeBatch,
} from './pending.ts'
import { createPulls, type PullPoint, type Pulls } from './pull-point.ts'
import { type Incoming, type Reconciled, reconcile } from './reconcile.ts'
import { dropUnseen, seenBefore } from './reset.ts'
import { createRevisions } from './revisions.ts'
import {
  type DocumentKey,
  isNotHeard,
  isUnanswered,
  type MetaKey,
  type MetaValues,
  type PullPosition,
  type RecordRow,
  readHead,
  STATE,
} from './sealed-rows.ts'
import type { Place } from './sealer.ts'
import { type Commit, readMeta, type StoreCore } from './store-core.ts'
import { createToldCommits } from './told-commits.ts'

const metaPlace = (key: string): Place => ({ table: 'meta', collection: 0, key })

export interface ReplicaStore {
  readonly name: string
  onCommit: (commit: Commit) => void
  /** What waits for something else, such as its files, and is not sent before. */
  holdsBack: (entry: OutboxEntry) => Promise<boolean>
  loadCollection(name: string): Promise<StoredDocument[]>
  /** The same for the page: its snapshot and what is newer, or blocks that it takes apart itself. */
  openCollection(name: string, shape: Shape, whole: boolean): Promise<LoadedCollection>
  readBodies(name: string, places: BodyPlaces): Promise<Bodies>
  /** Documents by key, for what another tab has written. */
  loadDocuments(
    keys: readonly DocumentKey[],
    version: number,
  ): Promise<{ number: number; documents: StoredDocument[] }[]>
  /** Another tab says that it wrote. */
  othersWrote(version: number): void
  /** Was there a commit of another tab that this one was not told of? */
  movedElsewhere(): Promise<boolean>
  /** The version of a commit that this tab was not told of, though it was told of a later one. */
  readonly untold: number | undefined
  loadReplicated(): Promise<{ number: number; documents: StoredDocument[] }[]>
  nameOf(number: number): Promise<string | undefined>
  write(collection: string, rows: readonly WriteRow[]): Promise<WriteReply>
  purge(collection: string, ids: readonly string[]): Promise<void>
  drop(collection: string): Promise<void>

  pending(): Promise<OutboxEntry[]>
  /** For the list of what waits: as this worker last saw it. */
  glance(): Promise<{ entries: OutboxEntry[]; lastSyncedAt: number | undefined }>
  /** Does anything wait for something else, such as its files? */
  isHeldBack(): Promise<boolean>
  lowestResent(): Promise<number>
  takeBatch(limit?: number, room?: number, after?: number): Promise<Mutation[]>
  reconcile(incoming: Incoming): Promise<Reconciled>
  ackedNumbers(): Promise<number[]>
  /** `whole`: what was refused as well. */
  replayJournal(whole?: boolean): Promise<void>
  readonly pulls: Pulls
  /** Documents that the first `pages` pages of the reset under way have brought, if that is known of all of them. */
  seenBefore(pages: number): Promise<string[] | undefined>
  /** After a reset: drops what the server no longer has. Documents with local changes stay. */
  dropUnseen(seen: ReadonlySet<string>, at?: PullPoint): Promise<void>
  /** Of somebody else's record: under which grant all that is here was fetched. */
  grant(): Promise<GrantTold | undefined>
  setGrant(grant: GrantTold): Promise<void>
  retry(mutation: number): Promise<void>
  discard(mutation: number): Promise<unknown>
  /** Numbers for the pieces of what is handed in as text: the same whenever it is tried. */
  numberPieces(mutation: number, count: number): Promise<readonly number[]>
  /** The server has a copy of it now. */
  markHeard(mutation: number, pieces: readonly number[]): Promise<void>
  /** A new document that cannot have left is none any more. False: it has, or may have. */
  takeBack(collection: string, id: string): Promise<boolean>
  exportUnsent(): Promise<unknown>

  cursor(): Promise<Cursor | undefined>
  pullPosition(): Promise<PullPosition | undefined>
  lastSyncedAt(): Promise<number | undefined>
  markSynced(): Promise<void>
  /** Never reuses a number that the server has an answer for. */
  reserveNumbers(answered: number): Promise<void>
  person(): Promise<Person | undefined>
  setPerson(person: Person): Promise<void>
  readLocal(key: string): Promise<unknown>
  /** All small values by name. */
  locals(): Promise<{ readonly [key: string]: unknown }>
  writeLocal(key: string, value: unknown): Promise<void>
  /** Reads and writes one in one step: no other tab's change falls between. */
  changeLocal<T>(key: string, change: (before: T | undefined) => T): Promise<T>
  /** Packs what lies scattered; says whether something was done. For when nothing else is to do. */
  compact(): Promise<boolean>
  /** At opening: reads what the page will ask for. */
  prepare(): Promise<void>
  /** Writes snapshots for the next start; says whether something was done. For when nothing else is to do. */
  settle(pause: () => Promise<void>): Promise<boolean>
  /** At opening: drops what is old, and lays ballast for the day the disk is full. */
  tidy(): Promise<void>
  /**
   * Before the replica goes: nothing is unsent, and from the same moment on no tab writes to it. False: something is.
   * `whatever`: nobody takes what is unsent.
   */
  end(whatever?: boolean): Promise<boolean>
  close(): Promise<void>
}

export function createReplicaStore(
  core: StoreCore,
  clock: Clock,
  keyRange: typeof IDBKeyRange,
): ReplicaStore {
  const { database, sealer } = core
  const numbers = createCollectionNumbers(core)
  const revisions = createRevisions(clock, core.writer)
  const pending = createPendingReader(core)
  const collections = createOpenCollections(core, keyRange)

  // Of the tables, not through the mirror: nobody should wait for all that is where, only to learn whose it is.
  const readSealed = async <T>(key: MetaKey): Promise<T | undefined> => {
    const envelope = (await core.readTables(({ meta }) => meta.get(key))) as Uint8Array | undefined
    return envelope && (await sealer.open<T>(metaPlace(key), envelope))
  }
  const writeMeta = (meta: Partial<MetaValues>) =>
    core.update(
      async () => undefined,
      async () => ({ changes: { meta }, result: undefined }),
    )

  const changeLocal = <T>(key: string, change: (before: T | undefined) => T): Promise<T> =>
    core.update(
      (reads) => readMeta(reads, 'locals'),
      async (envelope) => {
        const locals = envelope ? await sealer.open<{ [key: string]: T }>(metaPlace('locals'), envelope) : {}
        const after = change(locals[key])
        const sealed = await sealer.seal(metaPlace('locals'), { ...locals, [key]: after })
        return { changes: { meta: { locals: sealed } }, result: after }
      },
    )

  const told = createToldCommits()
  const opened = async (rows: readonly RecordRow[]) => {
    const result = new Map<number, StoredDocument[]>()
    for (const row of rows)
      result.set(row.c, [...(result.get(row.c) ?? []), (await openRecord(sealer, row)).d])
    return [...result].map(([number, documents]) => ({ number, documents }))
  }

  const store: ReplicaStore = {
    name: database.name,
    onCommit: () => {},
    holdsBack: async () => false,
    nameOf: numbers.nameOf,

    async loadCollection(name) {
      return documentsOf(await collections.load(await numbers.numberOf(name)))
    },

    async openCollection(name, shape, whole) {
      return await collections.load(await numbers.numberOf(name), shape, whole)
    },

    async readBodies(name, places) {
      return await collections.bodies(await numbers.numberOf(name), places)
    },

    async loadDocuments(keys, version) {
      collections.forget()
      told.tell(version)
      const rows = await core.read((reads) => reads.records.getMany(keys))
      return await opened(rows.filter((row) => row !== undefined))
    },

    othersWrote: core.othersWrote,

    get untold() {
      return told.missing
    },

    async movedElsewhere() {
      const { version } = await core.readTables(readHead)
      const moved = version > told.upTo
      told.read(version)
      return moved
    },

    async loadReplicated() {
      const found = await Promise.all(
        COLLECTION_NAMES.map(async (name) => {
          const { number } = COLLECTIONS[name]
          return { number, documents: documentsOf(await collections.load(number)) }
        }),
      )
      return found.filter(({ documents }) => documents.length > 0)
    },

    async write(name, rows) {
      return await writeLocally(core, clock, { name, number: await numbers.numberOf(name) }, rows)
    },

    async purge(name, ids) {
      const number = await numbers.numberOf(name)
      const dropRecords = ids.map((id): DocumentKey => [number, id])
      await core.update(
        // A tombstone with local changes is still needed: it says what they were made to.
        async (reads) => (await reads.outbox.ofDocuments(dropRecords)).map(({ id }) => id),
        async (needed) => ({
          changes: { dropRecords: dropRecords.filter(([, id]) => !needed.includes(id)) },
          result: undefined,
        }),
      )
    },

    async drop(name) {
      if (isReplicated(name)) throw new WriteRefused(`${name} is replicated and cannot be removed`)
      const number = await numbers.numberOf(name)
      await core.update(
        (reads) => reads.records.keys(),
        async (keys) => ({
          changes: { dropRecords: keys.filter(([c]) => c === number) },
          result: undefined,
        }),
      )
    },

    pending: () => pending(core.read),
    async glance() {
      const [entries, lastSyncedAt] = await Promise.all([
        pending(core.glance),
        core.glance((reads) => readMeta(reads, 'lastSyncedAt')),
      ])
      return { entries, lastSyncedAt }
    },
    async isHeldBack() {
      for (const entry of await pending(core.read))
        if (isUnanswered(entry.state) && (await store.holdsBack(entry))) return true
      return false
    },
    lowestResent: () => lowestResent(core),
    takeBatch: (limit, room, after) => takeBatch(core, store.holdsBack, { limit, room, after }),
    reconcile: (incoming) => reconcile(core, revisions, clock.now(), incoming),
    ackedNumbers: () =>
      core.read(async (reads) =>
        (await reads.outbox.all()).filter(({ t }) => t === STATE.acked).map(({ n }) => n),
      ),
    replayJournal: (whole) => replayJournal(core, whole),
    pulls: createPulls(core),
    seenBefore: (pages) => seenBefore(core, pages),
    dropUnseen: (seen, at) => dropUnseen(core, revisions, seen, at),
    grant: () => readSealed<GrantTold>('grant'),
    setGrant: async (grant) => writeMeta({ grant: await sealer.seal(metaPlace('grant'), grant) }),
    retry: (mutation) => retryRefused(core, mutation, clock.now()),
    discard: (mutation) => discardRefused(core, revisions, mutation),
    numberPieces: (mutation, count) => numberPieces(core, mutation, count),
    markHeard: (mutation, pieces) => markHeard(core, mutation, pieces),
    takeBack: async (name, id) => takeBackNew(core, revisions, [await numbers.numberOf(name), id]),
    exportUnsent: () => exportUnsent(core, pending),

    cursor: () => core.read((reads) => readMeta(reads, 'cursor')),
    pullPosition: () => core.read((reads) => readMeta(reads, 'pull')),
    lastSyncedAt: () => core.read((reads) => readMeta(reads, 'lastSyncedAt')),
    markSynced: () => writeMeta({ lastSyncedAt: clock.now() }),
    async reserveNumbers(answered) {
      await core.update(
        (reads) => reads.head(),
        async ({ next }) => ({
          changes: next <= answered ? { next: answered + 1 } : null,
          result: undefined,
        }),
      )
    },
    person: () => readSealed<Person>('person'),
    setPerson: async (person) => writeMeta({ person: await sealer.seal(metaPlace('person'), person) }),
    async readLocal(key) {
      return (await store.locals())[key]
    },
    locals: async () => (await readSealed<{ [key: string]: Json }>('locals')) ?? {},
    async writeLocal(key, value) {
      await changeLocal(key, () => value)
    },
    changeLocal,
    async tidy() {
      await pruneJournal(core, clock.now())
      await core.update(
        (reads) => readMeta(reads, 'ballast'),
        async (ballast) => ({
          changes: ballast === undefined ? { meta: { ballast: makeBallast() } } : null,
          result: undefined,
        }),
      )
    },
    compact: () => compact(core),
    async prepare() {
      told.read(await collections.prepare())
    },
    settle: (pause) => collections.settle(pause),
    end: (whatever = false) =>
      core.update(
        (reads) => reads.outbox.all(),
        async (rows) =>
          whatever || !rows.some(isNotHeard)
            ? { changes: { ended: true }, result: true }
            : { changes: null, result: false },
      ),
    close: () => core.close(),
  }
  core.onCommit = (commit) => {
    collections.forget()
    told.tell(commit.version)
    store.onCommit(commit)
  }
  return store
}
