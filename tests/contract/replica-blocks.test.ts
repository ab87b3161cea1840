/** Documents that arrive in bulk: packed, sealed, edited one by one, and packed again. */
import { randomUUID } from 'node:crypto'
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb'
import { describe, expect, it, vi } from 'vitest'
import type { ReplicaStore } from '../../client/replica/worker/replica-store.ts'
import type { StoredDocument } from '../../client/replica/worker-port.ts'
import type { ChangeRow } from '../../shared/protocol/messages.ts'
import { diskOfTest } from './replica-notes.ts'
import { dump, openSealedReplica } from './sealed-replica.ts'

const disk = diskOfTest()
const { replica } = disk

const idOf = (index: number) => `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`
const row = (id: string, rev: number, text: string): ChangeRow => [
  6,
  id,
  rev,
  0,
  { id, definitionId: id, title: text, status: 'draft', answers: { a: text }, contested: {}, updatedAt: rev },
]
const rowsOf = (from: number, to: number, rev = 1, text = 'from the clinic') =>
  Array.from({ length: to - from }, (_, index) => row(idOf(from + index), rev, text))

/** As a page of a pull. */
const arrive = (store: ReplicaStore, rows: readonly ChangeRow[], seq = rows.length) =>
  store.reconcile({ rows, pulled: { position: null }, to: { e: 1, s: seq, k: `k${seq}` } })

async function shown(store: ReplicaStore): Promise<Map<string, StoredDocument>> {
  return new Map((await store.loadCollection('drafts')).map((document) => [String(document.id), document]))
}

/** As the page writes: on what it has seen. */
async function answer(store: ReplicaStore, id: string, value: string) {
  const previous = (await shown(store)).get(id)
  if (previous === undefined) throw new Error('no such draft')
  const document = {
    ...previous,
    answers: { ...(previous.answers as object), a: value },
    _rev: `${Number.parseInt(previous._rev, 10) + 1}-test`,
  }
  const reply = await store.write('drafts', [{ id, document, previous }])
  expect(reply).toEqual({ ok: true })
}
const answerOf = (document: StoredDocument | undefined) =>
  (document?.answers as { a?: string } | undefined)?.a

const countRows = async (store: 'records' | 'blocks' | 'heads') =>
  (await replica()).database.read(async (tables) => (await tables[store].all()).length)

/** Everything that waits gets its answer, a few at a time. */
async function acknowledge(store: ReplicaStore, rev: number, seq: number) {
  for (let at = seq; ; at += 1) {
    const batch = await store.takeBatch(20)
    if (batch.length === 0) return
    const answers = batch.map(([number]) => [number, 0, rev, 50] as const)
    await store.reconcile({ answers, rows: [], from: at, to: { e: 1, s: at + 1, k: `k${at + 1}` } })
  }
}

describe('documents that arrive in bulk', () => {
  it('[R31] lie in blocks, unreadable, and open again', async () => {
    const canary = `canary-${randomUUID()}`
    const on = await replica()
    await arrive(on.store, rowsOf(0, 250, 1, canary))
    expect(await countRows('blocks')).toBe(3)
    expect(await countRows('records')).toBe(0)
    const bytes = await dump(disk.indexedDB)
    expect(bytes).not.toContain('canary')
    expect(bytes).not.toContain('answers')
    const again = await shown((await replica()).store)
    expect(again.size).toBe(250)
    expect([...again.values()].every((document) => answerOf(document) === canary)).toBe(true)
  })

  it('[R31] a block in the place of another does not open', async () => {
    const on = await replica()
    await arrive(on.store, rowsOf(0, 200))
    await on.database.write(async ({ blocks }) => {
      const [a, b] = await blocks.all()
      if (a && b) blocks.put({ ...a, e: b.e })
      return true
    })
    await expect((await replica()).store.loadCollection('drafts')).rejects.toThrow('tampered')
  })

  it('[R31] [R9] come whole with their cursor, or not at all', async () => {
    const on = await replica()
    const put = IDBObjectStore.prototype.put
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...args) {
      if (this.name === 'meta') throw new DOMException('crash', 'AbortError')
      return put.apply(this, args)
    })
    await expect(arrive(on.store, rowsOf(0, 200))).rejects.toThrow()
    vi.restoreAllMocks()
    expect((await shown((await replica()).store)).size).toBe(0)
    expect(await on.store.cursor()).toBeUndefined()
    await arrive(on.store, rowsOf(0, 200))
    expect((await shown((await replica()).store)).size).toBe(200)
  })

  it('[R32] an edit overrides the block, and a refused tab gets the newer document', async () => {
    const [one, two] = [await replica(), await replica()]
    await arrive(one.store, rowsOf(0, 150))
    const old = (await shown(two.store)).get(idOf(7))
    await answer(one.store, idOf(7), 'mine')
    expect(answerOf((await shown((await replica()).store)).get(idOf(7)))).toBe('mine')
    if (old === undefined) throw new Error('not there')
    const reply = await two.store.write('drafts', [
      { id: idOf(7), document: { ...old, title: 'late', _rev: '2-other' }, previous: old },
    ])
    expect(reply.ok).toBe(false)
    expect('newer' in reply && answerOf(reply.newer[0])).toBe('mine')
    const [entry] = await two.store.pending()
    expect(entry?.fields.map(([field, value]) => [field, value])).toEqual([['answers/a', 'mine']])
  })

  it('[R32] what was edited and answered goes back into blocks as it is, what waits stays', async () => {
    const on = await replica()
    await arrive(on.store, rowsOf(0, 300))
    for (let index = 0; index < 120; index += 1) await answer(on.store, idOf(index), `edit ${index}`)
    expect(await on.store.compact()).toBe(false)
    await acknowledge(on.store, 2, 300)
    await answer(on.store, idOf(5), 'waits')
    const before = await shown(on.store)
    expect(await on.store.compact()).toBe(true)
    expect(await on.store.compact()).toBe(false)
    expect(await shown(on.store)).toEqual(before)
    expect(await shown((await replica()).store)).toEqual(before)
    expect(await countRows('records')).toBe(1)
    expect((await on.store.pending()).map(({ id }) => id)).toEqual([idOf(5)])
    await answer(on.store, idOf(6), 'later')
    expect(answerOf((await shown((await replica()).store)).get(idOf(6)))).toBe('later')
  })

  it('[R32] [R10] a reset packs anew and leaves no old block, and what is gone stays gone', async () => {
    const on = await replica()
    await arrive(on.store, rowsOf(0, 300))
    await answer(on.store, idOf(3), 'mine')
    const rows = rowsOf(0, 200, 2, 'anew')
    await on.store.dropUnseen(new Set(rows.map(([c, id]) => `${c}|${id}`)))
    await on.store.reconcile({ rows, pulled: { position: null }, to: { e: 2, s: 200, k: 'x' }, force: true })
    const living = [...(await shown((await replica()).store)).values()].filter(({ _deleted }) => !_deleted)
    expect(living.length).toBe(200)
    expect(living.map(answerOf).sort()).toEqual(['mine', ...Array.from({ length: 199 }, () => 'anew')].sort())
    await on.store.purge(
      'drafts',
      Array.from({ length: 100 }, (_, index) => idOf(200 + index)),
    )
    expect((await shown((await replica()).store)).size).toBe(200)
    expect(await countRows('heads')).toBe(await countRows('blocks'))
    expect(await countRows('blocks')).toBe(2)
  })

  it('[R33] [R2] memory and disk never part, whatever two tabs do', async () => {
    const tabs = [(await replica()).store, (await replica()).store] as const
    const model = new Map<string, string>()
    const chance = generator(2_026)
    for (let step = 0; step < 120; step += 1) {
      const store = tabs[chance(2)] as ReplicaStore
      const known = [...model.keys()]
      const act = known.length === 0 ? 0 : chance(6)
      if (act === 0) await serverSends(store, model, step + 2, chance(200), 20 + chance(100))
      else if (act === 4) await serverAnswers(store, model, step + 2)
      else if (act === 5) await store.compact()
      else {
        const id = known[chance(known.length)] as string
        await answer(store, id, `edit ${step}`)
        model.set(id, `edit ${step}`)
      }
      const expected = new Map([...model].sort())
      const seen = [...(await shown(store))].map(([id, it]) => [id, answerOf(it)] as const)
      expect(new Map(seen.sort()), `step ${step}, ${act}`).toEqual(expected)
      const [remembered] = await store.loadDocuments(
        [...model.keys()].map((id) => [6, id]),
        0,
      )
      const byKey = (remembered?.documents ?? []).map((it) => [String(it.id), answerOf(it)] as const)
      expect(new Map(byKey.sort()), `step ${step}, ${act}`).toEqual(expected)
    }
    expect(await tabs[0].pending()).toEqual(await (await replica()).store.pending())
  })
})

type Model = Map<string, string>

async function serverSends(store: ReplicaStore, model: Model, rev: number, from: number, count: number) {
  // What waits stays on top of what the server says.
  const waiting = new Set((await store.pending()).map(({ id }) => id))
  const rows = rowsOf(from, from + count, rev, `server ${rev}`)
  await arrive(store, rows)
  for (const [, id] of rows) if (!waiting.has(id)) model.set(id, `server ${rev}`)
}

async function serverAnswers(store: ReplicaStore, model: Model, rev: number) {
  const batch = await store.takeBatch()
  await store.reconcile({
    answers: batch.map(([number]) => [number, 1, rev, rev] as const),
    rows: batch.map(([, , id]) => row(id, rev, model.get(id) ?? '')),
    pulled: { position: null },
  })
}

function generator(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

describe('a database of version 1', () => {
  it('[R33] opens with all its documents and 50 unsent mutations', async () => {
    // As version 1 wrote it: the same tables without blocks.
    const indexedDB = new IDBFactory()
    const old = await openSealedReplica({ indexedDB })
    for (let index = 0; index < 60; index += 1) await arrive(old.store, rowsOf(index, index + 1), index + 1)
    for (let index = 0; index < 50; index += 1) await answer(old.store, idOf(index), `unsent ${index}`)
    const before = { documents: await shown(old.store), pending: await old.store.pending() }
    const first = await downgrade(indexedDB, old.database.name)
    await old.close()
    const now = await openSealedReplica({ indexedDB: first })
    expect(before.documents.size).toBe(60)
    expect(before.pending.length).toBe(50)
    expect(await shown(now.store)).toEqual(before.documents)
    const strip = (entries: typeof before.pending) => entries.map(({ writer: _, ...entry }) => entry)
    expect(strip(await now.store.pending())).toEqual(strip(before.pending))
    await answer(now.store, idOf(55), 'new')
    await arrive(now.store, rowsOf(100, 200), 200)
    expect((await shown(now.store)).size).toBe(160)
    expect((await now.store.takeBatch()).length).toBe(51)
    await now.close()
  })
})

/** Copies a database into one of version 1 (Dexie counts in tens) on a disk of its own. */
async function downgrade(indexedDB: IDBFactory, name: string): Promise<IDBFactory> {
  const from = await settled(indexedDB.open(name))
  expect(from.version).toBe(60)
  const disk1 = new IDBFactory()
  const request = disk1.open(name, 10)
  request.onupgradeneeded = () => {
    const made = request.result
    made.createObjectStore('records', { keyPath: ['c', 'id'] })
    made.createObjectStore('shadow', { keyPath: ['c', 'id'] })
    made.createObjectStore('outbox', { keyPath: 'n' }).createIndex('[c+id]', ['c', 'id'])
    made.createObjectStore('journal', { keyPath: 'n' }).createIndex('at', 'at')
    made.createObjectStore('meta')
  }
  const to = await settled(request)
  for (const store of to.objectStoreNames) {
    const source = from.transaction(store).objectStore(store)
    const [keys, values] = await Promise.all([settled(source.getAllKeys()), settled(source.getAll())])
    const target = to.transaction(store, 'readwrite').objectStore(store)
    for (const [index, value] of values.entries())
      await settled(target.keyPath === null ? target.put(value, keys[index]) : target.put(value))
  }
  // The head was three of the small values.
  const head = await settled(from.transaction('turns').objectStore('turns').get('head'))
  const small = to.transaction('meta', 'readwrite').objectStore('meta')
  for (const name of ['turn', 'version', 'next']) await settled(small.put(head[name], name))
  expect(await settled(from.transaction('blocks').objectStore('blocks').count())).toBe(0)
  from.close()
  to.close()
  return disk1
}

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
