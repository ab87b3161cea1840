/** Notes in a collection of the sealed storage, as RxDB would write and ask for them. */
import { randomUUID } from 'node:crypto'
import { IDBFactory } from 'fake-indexeddb'
import {
  createRevision,
  fillWithDefaultSettings,
  type MangoQuery,
  normalizeMangoQuery,
  prepareQuery,
  type RxDocumentData,
  type RxStorageInstance,
} from 'rxdb'
import { afterEach, beforeEach, vi } from 'vitest'
import { openSealedReplica, type ReplicaOptions, type SealedReplica } from './sealed-replica.ts'

export interface Note {
  id: string
  text: string
  rank: number
}
export type Instance = RxStorageInstance<Note, unknown, Record<string, never>>
export type Stored = RxDocumentData<Note>

const schema = fillWithDefaultSettings<Note>({
  version: 0,
  type: 'object',
  primaryKey: 'id',
  properties: {
    id: { type: 'string', maxLength: 64 },
    text: { type: 'string', maxLength: 100 },
    rank: { type: 'number', minimum: 0, maximum: 1000, multipleOf: 1 },
  },
  required: ['id', 'text', 'rank'],
  indexes: ['rank'],
})

/** Replicas over one disk of the test's own, closed after it. */
export function diskOfTest() {
  let indexedDB: IDBFactory
  let replicas: SealedReplica[] = []
  beforeEach(() => {
    indexedDB = new IDBFactory()
    replicas = []
  })
  afterEach(async () => {
    vi.restoreAllMocks()
    for (const each of replicas) await each.close()
  })
  return {
    get indexedDB(): IDBFactory {
      return indexedDB
    },
    async replica(options: Omit<ReplicaOptions, 'indexedDB'> = {}): Promise<SealedReplica> {
      const opened = await openSealedReplica({ ...options, indexedDB })
      replicas.push(opened)
      return opened
    },
  }
}

export const instanceOf = async (on: SealedReplica, collectionName = 'notes'): Promise<Instance> =>
  (await on.storage.createStorageInstance<Note>({
    databaseInstanceToken: randomUUID(),
    databaseName: 'notes',
    collectionName,
    schema,
    options: {},
    multiInstance: false,
    devMode: false,
  })) as unknown as Instance

let lwt = Date.now()
export const stored = (note: Note, previous?: Stored, deleted = false): Stored => {
  lwt += 1
  return {
    ...note,
    _deleted: deleted,
    _attachments: {},
    _meta: { lwt },
    _rev: createRevision('testtoken', previous),
  }
}
export const insert = (on: Instance, ...notes: Note[]) =>
  on.bulkWrite(
    notes.map((note) => ({ document: stored(note) })),
    'test',
  )
export const update = (on: Instance, previous: Stored, change: Partial<Note>, deleted = false) => {
  const document = stored(
    { id: previous.id, text: previous.text, rank: previous.rank, ...change },
    previous,
    deleted,
  )
  return on.bulkWrite([{ previous, document }], 'test')
}
export const find = async (on: Instance, id: string): Promise<Stored> =>
  (await on.findDocumentsById([id], true))[0] as Stored
/** As RxDB's own queries ask: deleted documents are left out by the selector. */
export const ask = (query: MangoQuery<Note>) =>
  prepareQuery<Note>(
    schema,
    normalizeMangoQuery(schema, {
      ...query,
      selector: { ...query.selector, _deleted: { $eq: false } },
    } as MangoQuery<Note>),
  )
export const ids = async (on: Instance, query: MangoQuery<Note>) =>
  (await on.query(ask(query))).documents.map(({ id }) => id)
