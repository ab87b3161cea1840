/** The contract of our RxStorage: what RxDB expects of any storage, and what ours promises beyond it. */
import { randomUUID } from 'node:crypto'
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb'
import {
  createRevision,
  createRxDatabase,
  type EventBulk,
  fillWithDefaultSettings,
  type MangoQuery,
  normalizeMangoQuery,
  prepareQuery,
  type RxDocumentData,
  type RxStorageChangeEvent,
  type RxStorageInstance,
} from 'rxdb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { replicaCollections } from '../../client/replica/collections.ts'
import { dump, openSealedReplica, type SealedReplica } from './sealed-replica.ts'

interface Note {
  id: string
  text: string
  rank: number
}
type Instance = RxStorageInstance<Note, unknown, Record<string, never>>
type Stored = RxDocumentData<Note>

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

let disk: IDBFactory
let replicas: SealedReplica[]

const replica = async () => {
  const opened = await openSealedReplica({ indexedDB: disk })
  replicas.push(opened)
  return opened
}
const instanceOf = async (on: SealedReplica, collectionName = 'notes'): Promise<Instance> =>
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
const stored = (note: Note, previous?: Stored, deleted = false): Stored => {
  lwt += 1
  return {
    ...note,
    _deleted: deleted,
    _attachments: {},
    _meta: { lwt },
    _rev: createRevision('testtoken', previous),
  }
}
const insert = (on: Instance, ...notes: Note[]) =>
  on.bulkWrite(
    notes.map((note) => ({ document: stored(note) })),
    'test',
  )
const update = (on: Instance, previous: Stored, change: Partial<Note>, deleted = false) => {
  const document = stored(
    { id: previous.id, text: previous.text, rank: previous.rank, ...change },
    previous,
    deleted,
  )
  return on.bulkWrite([{ previous, document }], 'test')
}
const find = async (on: Instance, id: string): Promise<Stored> =>
  (await on.findDocumentsById([id], true))[0] as Stored
/** As RxDB's own queries ask: deleted documents are left out by the selector. */
const ask = (query: MangoQuery<Note>) =>
  prepareQuery<Note>(
    schema,
    normalizeMangoQuery(schema, {
      ...query,
      selector: { ...query.selector, _deleted: { $eq: false } },
    } as MangoQuery<Note>),
  )
const ids = async (on: Instance, query: MangoQuery<Note>) =>
  (await on.query(ask(query))).documents.map(({ id }) => id)

beforeEach(() => {
  disk = new IDBFactory()
  replicas = []
})
afterEach(async () => {
  vi.restoreAllMocks()
  for (const each of replicas) await each.close()
})

describe('as RxDB expects', () => {
  it('writes, reads by id and updates', async () => {
    const notes = await instanceOf(await replica())
    expect((await insert(notes, { id: 'a', text: 'one', rank: 1 })).error).toEqual([])
    const first = await find(notes, 'a')
    expect(first).toMatchObject({ text: 'one', _deleted: false })
    expect((await update(notes, first, { text: 'two' })).error).toEqual([])
    expect(await find(notes, 'a')).toMatchObject({ text: 'two' })
    expect(await notes.findDocumentsById(['nobody'], true)).toEqual([])
  })

  it('answers 409 with the whole document, and writes the rest of the batch', async () => {
    const notes = await instanceOf(await replica())
    await insert(notes, { id: 'a', text: 'one', rank: 1 })
    const first = await find(notes, 'a')
    await update(notes, first, { text: 'two' })
    const stale = { previous: first, document: stored({ id: 'a', text: 'stale', rank: 1 }, first) }
    const { error } = await notes.bulkWrite(
      [stale, { document: stored({ id: 'b', text: 'b', rank: 2 }) }],
      'test',
    )
    expect(error).toHaveLength(1)
    expect(error[0]).toMatchObject({
      status: 409,
      isError: true,
      documentId: 'a',
      documentInDb: { id: 'a', text: 'two', _meta: {} },
    })
    expect(await find(notes, 'a')).toMatchObject({ text: 'two' })
    expect(await find(notes, 'b')).toMatchObject({ text: 'b' })
  })

  it('queries by selector, sort, skip and limit, and counts', async () => {
    const notes = await instanceOf(await replica())
    await insert(
      notes,
      ...Array.from({ length: 20 }, (_, n) => ({ id: `n${n}`, text: n % 2 ? 'odd' : 'even', rank: n })),
    )
    expect(await ids(notes, { selector: { rank: { $gt: 15 } }, sort: [{ rank: 'asc' }] })).toEqual([
      'n16',
      'n17',
      'n18',
      'n19',
    ])
    expect(
      await ids(notes, { selector: { text: 'odd' }, sort: [{ rank: 'desc' }], skip: 1, limit: 2 }),
    ).toEqual(['n17', 'n15'])
    expect((await notes.count(ask({ selector: { rank: { $lt: 5 } } }))).count).toBe(5)
    await update(notes, await find(notes, 'n16'), { rank: 3 })
    expect(await ids(notes, { selector: { rank: { $gt: 15 } }, sort: [{ rank: 'asc' }] })).toEqual([
      'n17',
      'n18',
      'n19',
    ])
    await update(notes, await find(notes, 'n17'), {}, true)
    expect(await ids(notes, { selector: { rank: { $gt: 15 } }, sort: [{ rank: 'asc' }] })).toEqual([
      'n18',
      'n19',
    ])
  })

  it('emits what was written, once it is written, with a checkpoint', async () => {
    const notes = await instanceOf(await replica())
    const bulks: EventBulk<RxStorageChangeEvent<Note>, unknown>[] = []
    notes.changeStream().subscribe((bulk) => bulks.push(bulk))
    await insert(notes, { id: 'a', text: 'one', rank: 1 })
    const first = await find(notes, 'a')
    await update(notes, first, { text: 'two' })
    const second = await find(notes, 'a')
    await update(notes, second, {}, true)
    await notes.bulkWrite([{ document: stored({ id: 'dead', text: '', rank: 0 }, undefined, true) }], 'test')
    expect(bulks.map(({ events }) => events.map(({ operation }) => operation))).toEqual([
      ['INSERT'],
      ['UPDATE'],
      ['DELETE'],
    ])
    expect(bulks[1]).toMatchObject({
      context: 'test',
      checkpoint: { id: 'a', lwt: second._meta.lwt },
      events: [{ documentId: 'a', documentData: { text: 'two' }, previousDocumentData: { text: 'one' } }],
    })
    expect(new Set(bulks.map(({ id }) => id)).size).toBe(3)
  })

  it('keeps deleted documents until cleanup, then forgets them on the disk too', async () => {
    const on = await replica()
    const notes = await instanceOf(on)
    await insert(notes, { id: 'a', text: 'one', rank: 1 }, { id: 'b', text: 'two', rank: 2 })
    await update(notes, await find(notes, 'a'), {}, true)
    expect(await notes.findDocumentsById(['a'], false)).toEqual([])
    expect(await notes.findDocumentsById(['a'], true)).toHaveLength(1)
    lwt = Date.now()
    await notes.cleanup(1_000_000)
    expect(await notes.findDocumentsById(['a'], true)).toHaveLength(1)
    await notes.cleanup(-1_000_000)
    expect(await notes.findDocumentsById(['a'], true)).toEqual([])
    const again = await instanceOf(await replica())
    expect(await again.findDocumentsById(['a', 'b'], true)).toHaveLength(1)
  })

  it('a collection that was removed is empty under its old name; others are untouched', async () => {
    const on = await replica()
    const notes = await instanceOf(on)
    const others = await instanceOf(on, 'others')
    await insert(notes, { id: 'a', text: 'one', rank: 1 })
    await insert(others, { id: 'a', text: 'other', rank: 1 })
    await notes.remove()
    expect(await (await instanceOf(on)).findDocumentsById(['a'], true)).toEqual([])
    expect(await find(await instanceOf(await replica(), 'others'), 'a')).toMatchObject({ text: 'other' })
  })

  it('a collection closed and opened again has current data', async () => {
    const on = await replica()
    const notes = await instanceOf(on)
    await insert(notes, { id: 'a', text: 'one', rank: 1 })
    const writing = update(notes, await find(notes, 'a'), { text: 'two' })
    await notes.close()
    await writing
    await expect(insert(notes, { id: 'late', text: '', rank: 0 })).rejects.toThrow()
    expect(await find(await instanceOf(on), 'a')).toMatchObject({ text: 'two' })
  })
})

describe('as the replica promises', () => {
  const draftId = randomUUID()
  const draft = {
    id: draftId,
    definitionId: randomUUID(),
    formKey: 'x',
    title: 'X',
    status: 'assigned',
    assignedAt: 1,
    answers: {},
    contested: {},
    updatedAt: 1,
  }
  const openDrafts = async (on: SealedReplica) => {
    const database = await createRxDatabase({
      name: `db-${randomUUID()}`,
      storage: on.storage,
      multiInstance: false,
    })
    const { drafts } = await database.addCollections(replicaCollections(['drafts']))
    if (!drafts) throw new Error('no drafts')
    return { database, drafts }
  }
  const fromServer = (on: SealedReplica) =>
    on.store.reconcile({ rows: [[6, draftId, 1, 0, draft]], from: 0, to: { e: 1, s: 1, k: 'k' } })

  it('[R1] nothing readable reaches the disk', async () => {
    const canary = `canary-${randomUUID()}`
    const on = await replica()
    await fromServer(on)
    const { database, drafts } = await openDrafts(on)
    await (await drafts.findOne(draftId).exec(true)).incrementalPatch({
      answers: { [`${canary}-key`]: `${canary}-value` },
    })
    await on.store.writeLocal(`${canary}-local`, canary)
    await insert(await instanceOf(on, `${canary}-collection`), { id: 'a', text: canary, rank: 1 })
    const bytes = await dump(disk)
    expect(bytes.length).toBeGreaterThan(1_000)
    expect(bytes).not.toContain('canary')
    expect(bytes).not.toContain('answers')
    expect(JSON.stringify(await on.store.exportUnsent())).toContain(canary)
    await database.close()
  })

  it('[R1] a record moved to another place does not open', async () => {
    const on = await replica()
    const notes = await instanceOf(on)
    await insert(notes, { id: 'a', text: 'mine', rank: 1 }, { id: 'b', text: 'other', rank: 2 })
    await on.database.write(async ({ records }) => {
      const [a, b] = await records.all()
      if (a && b) records.put({ ...a, e: b.e })
      return true
    })
    await expect((await replica()).store.loadCollection('notes')).rejects.toThrow('tampered')
  })

  it('[R2] document and outbox entry are written together or not at all', async () => {
    const on = await replica()
    await fromServer(on)
    const { database, drafts } = await openDrafts(on)
    const open = await drafts.findOne(draftId).exec(true)
    const put = IDBObjectStore.prototype.put
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...args) {
      if (this.name === 'outbox') throw new DOMException('full', 'QuotaExceededError')
      return put.apply(this, args)
    })
    await expect(open.incrementalPatch({ answers: { q: 'lost?' } })).rejects.toThrow()
    vi.restoreAllMocks()
    expect(open.getLatest().toJSON().answers).toEqual({})
    expect(await on.store.pending()).toEqual([])
    expect((await on.store.loadCollection('drafts'))[0]).toMatchObject({ answers: {} })
    await open.getLatest().incrementalPatch({ answers: { q: 'kept' } })
    expect(
      (await on.store.pending()).map(({ fields }) => fields.map(([field, value]) => [field, value])),
    ).toEqual([[['answers/q', 'kept']]])
    expect((await (await replica()).store.loadCollection('drafts'))[0]).toMatchObject({
      answers: { q: 'kept' },
    })
    await database.close()
  })

  it('[R2] a full disk gives the ballast back and keeps the write', async () => {
    const on = await replica()
    await on.store.tidy()
    await fromServer(on)
    const { database, drafts } = await openDrafts(on)
    const open = await drafts.findOne(draftId).exec(true)
    const put = IDBObjectStore.prototype.put
    let full = true
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (
      this: IDBObjectStore,
      ...args: Parameters<typeof put>
    ) {
      if (full && this.name === 'outbox') throw new DOMException('full', 'QuotaExceededError')
      return put.apply(this, args)
    })
    const remove = IDBObjectStore.prototype.delete
    vi.spyOn(IDBObjectStore.prototype, 'delete').mockImplementation(function (
      this: IDBObjectStore,
      key: Parameters<typeof remove>[0],
    ) {
      if (key === 'ballast') full = false
      return remove.call(this, key)
    })
    await open.incrementalPatch({ answers: { q: 'kept' } })
    vi.restoreAllMocks()
    expect((await on.store.loadCollection('drafts'))[0]).toMatchObject({ answers: { q: 'kept' } })
    await database.close()
  })

  it('[R2] two tabs: the slower writer gets the newer document, no number is used twice', async () => {
    const first = await replica()
    const second = await replica()
    await fromServer(first)
    const a = await openDrafts(first)
    const b = await openDrafts(second)
    const bump = async ({ drafts }: typeof a) => {
      const document = await drafts.findOne(draftId).exec(true)
      await document.incrementalModify((data: { answers: { n?: number } }) => ({
        ...data,
        answers: { n: (data.answers.n ?? 0) + 1 },
      }))
    }
    await Promise.all(Array.from({ length: 40 }, (_, n) => bump(n % 2 ? a : b)))
    expect((await first.store.loadCollection('drafts'))[0]).toMatchObject({ answers: { n: 40 } })
    const pending = await second.store.pending()
    expect(new Set(pending.map(({ n }) => n)).size).toBe(pending.length)
    await a.database.close()
    await b.database.close()
  })

  it('[R7] a change of the server reaches the page under pending local changes', async () => {
    const on = await replica()
    await fromServer(on)
    const { database, drafts } = await openDrafts(on)
    await (await drafts.findOne(draftId).exec(true)).incrementalPatch({ answers: { mine: '1' } })
    const { gap } = await on.store.reconcile({
      rows: [[6, draftId, 2, 1, [['answers/theirs', '2']], 1, 99]],
      from: 1,
      to: { e: 1, s: 2, k: 'k2' },
    })
    expect(gap).toBe(false)
    await expect
      .poll(async () => (await drafts.findOne(draftId).exec(true)).toJSON().answers)
      .toEqual({ mine: '1', theirs: '2' })
    await database.close()
  })

  it('[R9] a change that builds on a revision this device lacks asks for a pull and moves no cursor', async () => {
    const on = await replica()
    await fromServer(on)
    const { gap } = await on.store.reconcile({
      rows: [[6, draftId, 3, 1, [['title', 'Y']], 2, 99]],
      from: 1,
      to: { e: 1, s: 3, k: 'k3' },
    })
    expect(gap).toBe(true)
    expect(await on.store.cursor()).toMatchObject({ s: 1 })
    expect((await on.store.loadCollection('drafts'))[0]).toMatchObject({ title: 'X' })
  })

  it('refuses writes that no device may make', async () => {
    const on = await replica()
    await fromServer(on)
    const { database, drafts } = await openDrafts(on)
    await expect((await drafts.findOne(draftId).exec(true)).remove()).rejects.toThrow()
    expect((await on.store.loadCollection('drafts'))[0]).toMatchObject({ _deleted: false })
    await database.close()
  })
})
