/** The snapshot of a collection: a copy that makes the next start fast, and that nothing depends on. */
import { randomUUID } from 'node:crypto'
import { IDBObjectStore } from 'fake-indexeddb'
import { describe, expect, it, vi } from 'vitest'
import type { ReplicaStore } from '../../client/replica/worker/replica-store.ts'
import type { ChangeRow } from '../../shared/protocol/messages.ts'
import { ask, diskOfTest, find, type Instance, ids, instanceOf, type Note, update } from './replica-notes.ts'
import { dump, type SealedReplica } from './sealed-replica.ts'

const disk = diskOfTest()
const { replica } = disk
const NUMBER = 6

const idOf = (index: number) => `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`
const rowsOf = (from: number, to: number, rev = 1, text = 'from the clinic') =>
  Array.from({ length: to - from }, (_, at): ChangeRow => {
    const id = idOf(from + at)
    return [NUMBER, id, rev, 0, { id, text: `${text} ${from + at}`, rank: (from + at) % 50 }]
  })
const arrive = (store: ReplicaStore, rows: readonly ChangeRow[], seq = 1) =>
  store.reconcile({ rows, pulled: { position: null }, to: { e: 1, s: seq, k: `k${seq}` } })
const pause = () => Promise.resolve()

const drafts = (on: SealedReplica) => instanceOf(on, 'drafts')
const shown = async (notes: Instance) => {
  const { documents } = await notes.query(ask({ selector: {}, sort: [{ id: 'asc' }] }))
  return documents.map(({ id, text, rank, _rev }) => ({ id, text, rank, _rev }))
}
/** What blocks and records hold, whatever a snapshot says. */
const truth = async (on: SealedReplica) => {
  const documents = (await on.store.loadCollection('drafts')).filter(({ _deleted }) => !_deleted)
  const brief = documents.map(({ id, text, rank, _rev }) => ({ id, text, rank, _rev }))
  return brief.sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1))
}
const shownAnew = async () => shown(await drafts(await replica()))

/** Three hundred documents in blocks, opened once, with a snapshot. */
async function withSnapshot() {
  const on = await replica()
  await arrive(on.store, rowsOf(0, 300))
  const notes = await drafts(on)
  await notes.count(ask({ selector: {} }))
  expect(await on.store.settle(pause)).toBe(true)
  return { on, notes }
}
const snapshotRow = async (on: SealedReplica) =>
  on.database.read(async ({ snapshots }) => (await snapshots.all())[0])

const dropSnapshot = (on: SealedReplica) =>
  on.database.write(async ({ snapshots }) => {
    snapshots.delete(NUMBER)
    return true
  })

describe('the snapshot of a collection', () => {
  it('[R36] answers a start without opening a block, and is sealed', async () => {
    const canary = `canary-${randomUUID()}`
    const { on } = await withSnapshot()
    await arrive(on.store, rowsOf(300, 400, 1, canary), 2)
    expect(await on.store.settle(pause)).toBe(true)
    expect(await dump(disk.indexedDB)).not.toContain('canary')
    await on.database.write(async ({ blocks }) => {
      for (const row of await blocks.all())
        blocks.put({ ...row, e: row.e.map((byte, at) => (at > 40 ? byte ^ 1 : byte)) })
      return true
    })
    const anew = await drafts(await replica())
    expect((await anew.count(ask({ selector: { rank: { $lt: 25 } } }))).count).toBe(200)
    await expect(anew.query(ask({ selector: { rank: 7 } }))).rejects.toThrow('tampered')
  })

  it('[R36] is not written twice for nothing, nor for a few documents', async () => {
    const { on } = await withSnapshot()
    expect(await on.store.settle(pause)).toBe(false)
    const before = await snapshotRow(on)
    await arrive(on.store, rowsOf(0, 20, 2, 'changed'), 2)
    expect(await on.store.settle(pause)).toBe(false)
    expect(await snapshotRow(on)).toEqual(before)
    expect(await shownAnew()).toEqual(await truth(on))
  })

  const damages: { readonly [name: string]: (on: SealedReplica) => Promise<unknown> } = {
    missing: (on) => dropSnapshot(on),
    'cut off': (on) => change(on, (e) => e.subarray(0, e.length - 40)),
    flipped: (on) => change(on, (e) => e.map((byte, at) => (at === e.length >> 1 ? byte ^ 1 : byte))),
    empty: (on) => change(on, () => new Uint8Array()),
  }
  const change = async (on: SealedReplica, how: (e: Uint8Array) => Uint8Array) =>
    on.database.write(async ({ snapshots }) => {
      for (const row of await snapshots.all()) snapshots.put({ ...row, e: how(row.e) })
      return true
    })
  for (const [name, damage] of Object.entries(damages))
    it(`[R36] ${name}: every document is there, and it is written anew`, async () => {
      const { on } = await withSnapshot()
      await damage(on)
      const again = await replica()
      const notes = await drafts(again)
      expect(await shown(notes)).toEqual(await truth(on))
      expect(await again.store.settle(pause)).toBe(true)
      expect(await shownAnew()).toEqual(await truth(on))
    })

  it('[R36] an older one put back in its place hides nothing', async () => {
    const { on } = await withSnapshot()
    const old = await snapshotRow(on)
    await arrive(on.store, rowsOf(200, 400, 2, 'newer'), 2)
    expect(await on.store.settle(pause)).toBe(true)
    await on.database.write(async ({ snapshots }) => {
      if (old) snapshots.put(old)
      return true
    })
    expect(await shownAnew()).toEqual(await truth(on))
    // Nor one that says it were the newer one.
    await on.database.write(async ({ snapshots, meta }) => {
      const marks = (await meta.get('snapshots')) as { [number: number]: { v: number } }
      if (old) snapshots.put({ ...old, v: marks[NUMBER]?.v ?? 0 })
      return true
    })
    expect(await shownAnew()).toEqual(await truth(on))
  })

  it('[R36] for other indexes is not used, and is written anew', async () => {
    const { on } = await withSnapshot()
    const again = await replica()
    const shape = { primaryPath: 'id', indexes: [['_deleted', 'id']], schema: {} as never }
    const { snapshot } = await again.store.openCollection('drafts', shape, false)
    expect(snapshot).toBeDefined()
    const whole = await again.store.openCollection('drafts', shape, true)
    expect(whole.snapshot).toBeUndefined()
    expect(whole.packs.flatMap((pack) => pack.ids)).toHaveLength(300)
    expect(await shownAnew()).toEqual(await truth(on))
  })

  it('[R37] [R2] is written whole or not at all, and never over what came meanwhile', async () => {
    const { on } = await withSnapshot()
    await arrive(on.store, rowsOf(250, 350, 2, 'more'), 2)
    const before = await snapshotRow(on)
    const put = IDBObjectStore.prototype.put
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...args) {
      if (this.name === 'meta' && args[1] === 'snapshots') throw new DOMException('crash', 'AbortError')
      return put.apply(this, args)
    })
    await expect(on.store.settle(pause)).rejects.toThrow()
    vi.restoreAllMocks()
    expect(await snapshotRow(on)).toEqual(before)
    expect(await shownAnew()).toEqual(await truth(on))
    let written = false
    const meanwhile = async () => {
      if (!written) await arrive(on.store, rowsOf(0, 1, 3, 'meanwhile'), 3)
      written = true
    }
    expect(await on.store.settle(meanwhile)).toBe(false)
    expect(await snapshotRow(on)).toEqual(before)
    expect(await on.store.settle(pause)).toBe(true)
    expect(await shownAnew()).toEqual(await truth(on))
  })

  it('[R37] a change that is not noted beside it is not made', async () => {
    const { on, notes } = await withSnapshot()
    const first = await find(notes, idOf(3))
    const put = IDBObjectStore.prototype.put
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...args) {
      if (this.name === 'moved') throw new DOMException('crash', 'AbortError')
      return put.apply(this, args)
    })
    await expect(update(notes, first, { text: 'mine' })).rejects.toThrow()
    vi.restoreAllMocks()
    expect((await truth(on))[3]?.text).toBe('from the clinic 3')
    expect((await update(notes, first, { text: 'mine' })).error).toEqual([])
    expect(await shownAnew()).toEqual(await truth(on))
  })

  it('[R37] a block number that it has seen is never given again', async () => {
    const { on } = await withSnapshot()
    // The newest block goes.
    await on.store.purge(
      'drafts',
      Array.from({ length: 100 }, (_, at) => idOf(200 + at)),
    )
    const again = await replica()
    await arrive(again.store, rowsOf(400, 500, 1, 'after'), 2)
    const anew = await shownAnew()
    expect(anew).toEqual(await truth(again))
    expect(anew).toHaveLength(300)
  })

  it('[R37] [R36] whatever happens in two tabs, a start with it shows what one without it would', async () => {
    const { on } = await withSnapshot()
    const other = await replica()
    const tabs = [
      { store: on.store, notes: await drafts(on) },
      { store: other.store, notes: await drafts(other) },
    ]
    const chance = generator(77)
    for (let step = 0; step < 60; step += 1) {
      const tab = tabs[chance(2)] as (typeof tabs)[number]
      const act = chance(6)
      const from = chance(350)
      if (act === 0)
        await arrive(tab.store, rowsOf(from, from + 20 + chance(90), step + 2, `s${step}`), step + 2)
      else if (act === 1) await tab.store.settle(pause)
      else if (act === 2) await acknowledge(tab.store, step)
      else if (act === 3) await tab.store.compact()
      else {
        const [document] = await tab.notes.findDocumentsById([idOf(from)], false)
        if (document) await update(tab.notes, document, { text: `mine ${step}`, rank: chance(50) })
      }
      expect(await shownAnew(), `step ${step}, ${act}`).toEqual(await truth(on))
    }
  })
})

async function acknowledge(store: ReplicaStore, rev: number) {
  const batch = await store.takeBatch()
  await store.reconcile({
    answers: batch.map(([number]) => [number, 0, 1_000 + rev, 50] as const),
    rows: [],
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

describe('a collection over its snapshot', () => {
  const queries: { readonly [name: string]: Parameters<typeof ask>[0] } = {
    'an indexed field': { selector: { rank: 7 } },
    'a range, backwards': { selector: { rank: { $gte: 20 } }, sort: [{ rank: 'desc' }], limit: 17 },
    'a range, skipped': { selector: { rank: { $gt: 3 } }, sort: [{ rank: 'asc' }], skip: 30, limit: 9 },
    'ties by id': { selector: {}, sort: [{ rank: 'desc' }], skip: 2, limit: 8 },
    'indexed and more': { selector: { rank: 7, text: { $regex: '7$' } } },
    'what is not indexed': { selector: { text: { $in: ['from the clinic 12', 'mine'] } } },
    'order by what is not indexed': { selector: { rank: { $lt: 9 } }, sort: [{ text: 'desc' }], limit: 11 },
    'one or the other': { selector: { $or: [{ rank: 3 }, { text: 'mine' }] } },
    none: { selector: { rank: 99 } },
  }
  for (const [name, query] of Object.entries(queries))
    it(`[R38] a query by ${name} finds what it would without one`, async () => {
      const { on } = await withSnapshot()
      const before = await replica()
      const whole = await drafts(before)
      await whole.count(ask({ selector: {} }))
      await dropSnapshot(on)
      const plain = await drafts(await replica())
      expect(await ids(whole, query)).toEqual(await ids(plain, query))
      expect(await whole.count(ask(query))).toEqual(await plain.count(ask(query)))
    })

  it('[R38] what changed since is found where it belongs, and nowhere else', async () => {
    const { notes } = await withSnapshot()
    const on = await replica()
    const anew = await drafts(on)
    const first = await find(anew, idOf(7))
    expect((await update(anew, first, { text: 'mine', rank: 49 })).error).toEqual([])
    expect(await ids(anew, { selector: { rank: 7 } })).not.toContain(idOf(7))
    const last: Parameters<typeof ask>[0] = { selector: {}, sort: [{ rank: 'desc' }], limit: 7 }
    expect((await ids(anew, last))[0]).toBe(idOf(7))
    expect((await anew.count(ask({ selector: { rank: 49 } }))).count).toBe(7)
    expect((await notes.count(ask({ selector: { rank: 49 } }))).count).toBe(6)
  })

  it('[R38] [R16] a change of a document that was never looked at tells what it was', async () => {
    await withSnapshot()
    const on = await replica()
    const notes = await drafts(on)
    await notes.count(ask({ selector: {} }))
    const seen: { previous: Partial<Note> | undefined; now: string }[] = []
    notes.changeStream().subscribe(({ events }) => {
      for (const { previousDocumentData: previous, documentData } of events)
        seen.push({ previous, now: documentData.text })
    })
    await arrive(on.store, rowsOf(5, 6, 2, 'newer'), 2)
    await expect.poll(() => seen.length).toBe(1)
    expect(seen[0]).toMatchObject({ previous: { text: 'from the clinic 5', rank: 5 }, now: 'newer 5' })
    expect((await find(notes, idOf(5))).text).toBe('newer 5')
  })

  it('[R38] [R32] a document whose block is gone is found where it went', async () => {
    const { on } = await withSnapshot()
    const other = await replica()
    const notes = await drafts(other)
    await notes.count(ask({ selector: {} }))
    // All of it arrives anew: new blocks, and the old ones go; this page has not heard of it yet.
    await on.store.reconcile({ rows: [], pulled: { position: null } })
    await arrive(on.store, rowsOf(0, 300, 2, 'anew'), 2)
    expect((await find(notes, idOf(30))).text).toBe('anew 30')
    expect(await shown(notes)).toEqual(await truth(on))
  })
})
