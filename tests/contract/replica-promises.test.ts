/** The contract of our RxStorage: what it promises beyond what RxDB expects of any. */
import { randomUUID } from 'node:crypto'
import { IDBObjectStore } from 'fake-indexeddb'
import { createRxDatabase } from 'rxdb'
import { describe, expect, it, vi } from 'vitest'
import { replicaCollections } from '../../client/replica/collections.ts'
import { STATE } from '../../client/replica/worker/sealed-rows.ts'
import { OUTCOMES } from '../../shared/protocol/terms.ts'
import { assignedDraft } from '../harness/assigned-draft.ts'
import { diskOfTest, insert, instanceOf } from './replica-notes.ts'
import { dump, type SealedReplica } from './sealed-replica.ts'

const disk = diskOfTest()
const { replica } = disk

describe('as the replica promises', () => {
  const draftId = randomUUID()
  const draft = { ...assignedDraft(draftId), updatedAt: 1 }
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
    const bytes = await dump(disk.indexedDB)
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

  it('[R35] a turn to write that another tab has ended ends in nothing written, and the write is made anew', async () => {
    await takeTurns()
  })

  it('[R35] … also where a browser keeps the rest of a transaction in which a statement failed late', async () => {
    const { add } = IDBObjectStore.prototype
    vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(function (
      this: IDBObjectStore,
      ...given: Parameters<typeof add>
    ) {
      const request = add.apply(this, given)
      request.addEventListener('error', (event) => event.preventDefault())
      return request
    })
    await takeTurns()
  })

  async function takeTurns() {
    const first = await replica()
    const second = await replica()
    await fromServer(first)
    const a = await openDrafts(first)
    const put = async (value: string) => {
      const document = await a.drafts.findOne(draftId).exec(true)
      await document.incrementalPatch({ answers: { q: value } })
    }
    await put('the first one takes the turn')
    const gets = vi.spyOn(IDBObjectStore.prototype, 'get')
    await put('and goes on without a question')
    expect(gets).not.toHaveBeenCalled()
    gets.mockRestore()
    // Not told of it: the other tab's commits are found by the transaction alone.
    await first.store.writeLocal('one', 1)
    await second.store.writeLocal('two', 2)
    await first.store.writeLocal('three', 3)
    await second.store.writeLocal('four', 4)
    const locals = ['one', 'two', 'three', 'four'].map((key) => first.store.readLocal(key))
    expect(await Promise.all(locals)).toEqual([1, 2, 3, 4])
    await put('after the other tab')
    expect((await second.store.loadCollection('drafts'))[0]).toMatchObject({
      answers: { q: 'after the other tab' },
    })
    await a.database.close()
    vi.restoreAllMocks()
  }

  it('[R69] ends only where nothing is unsent, and then in the tabs that have not heard of it too', async () => {
    const on = await replica()
    await fromServer(on)
    const other = await replica()
    const type = (value: string) => async (data: object) => ({ ...data, answers: { value } })
    const [{ drafts }, { drafts: elsewhere }] = [await openDrafts(on), await openDrafts(other)]
    const [here, there] = [
      await drafts.findOne(draftId).exec(true),
      await elsewhere.findOne(draftId).exec(true),
    ]
    // The other one has the turn to write.
    await there.incrementalModify(type('typed there'))
    expect(await on.store.end()).toBe(false)
    const number = (await other.store.takeBatch(10))[0]?.[0] ?? 0
    const kept = {
      rows: [],
      answers: [[number, OUTCOMES.indexOf('quarantined'), 0, 0, 'device_revoked'] as const],
    }
    await on.store.reconcile(kept)
    expect(await on.store.end()).toBe(true)
    await expect(there.incrementalModify(type('too late'))).rejects.toThrow('locked')
    await expect(here.incrementalModify(type('too late here'))).rejects.toThrow('locked')
    expect(JSON.stringify(await other.store.exportUnsent())).not.toContain('too late')
    // Where it did not go after all, whoever opens it finds it so.
    const again = await replica()
    expect(await again.store.end()).toBe(true)
    // And what it has can be handed in once more.
    await again.store.replayJournal(true)
    expect(await again.store.end()).toBe(false)
    expect(await again.store.takeBatch(10)).toHaveLength(1)
    await again.store.reconcile(kept)
    expect(await again.store.end()).toBe(true)
    await expect((await replica()).store.writeLocal('note', 'too late')).rejects.toThrow('locked')
  })

  it('[R3] what is sent at once is marked with its write; what is typed meanwhile is a mutation of its own', async () => {
    let free = true
    const on = await replica({ sendsAtOnce: () => free })
    await fromServer(on)
    const { database, drafts } = await openDrafts(on)
    const put = async (value: string) =>
      void (await (await drafts.findOne(draftId).exec(true)).incrementalPatch({ answers: { q: value } }))
    await put('sent')
    const writes = vi.spyOn(IDBObjectStore.prototype, 'put')
    expect((await on.store.takeBatch()).map(([number]) => number)).toEqual([1])
    // Marked already: neither another mark nor a question stands between it and the socket.
    expect(writes).not.toHaveBeenCalled()
    free = false
    await put('meanwhile')
    await put('and more')
    const states = (await on.store.pending()).map(({ n, state, fields }) => [n, state, fields[0]?.[1]])
    expect(states).toEqual([
      [1, STATE.handed, 'sent'],
      [2, STATE.waiting, 'and more'],
    ])
    await database.close()
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

  it('[R9] an answer whose document does not come with it moves no cursor: a pull from there brings it', async () => {
    const on = await replica()
    await fromServer(on)
    const { database, drafts } = await openDrafts(on)
    await (await drafts.findOne(draftId).exec(true)).incrementalPatch({ answers: { mine: '1' } })
    const [sent] = await on.store.takeBatch()
    // The server says "ok, revision 4" of a draft that is at revision 1 here: two others lie between.
    const { gap } = await on.store.reconcile({
      rows: [],
      answers: [[sent?.[0] ?? 0, 0, 4, 99]],
      from: 1,
      to: { e: 1, s: 4, k: 'k4' },
    })
    expect(gap).toBe(true)
    expect(await on.store.cursor()).toMatchObject({ s: 1 })
    await database.close()
  })

  it('[R9] an answer that was lost, of what another device has changed since, takes nothing back', async () => {
    const on = await replica()
    await fromServer(on)
    const { database, drafts } = await openDrafts(on)
    const write = async (answers: object) =>
      (await drafts.findOne(draftId).exec(true)).incrementalModify((before: typeof draft) => ({
        ...before,
        answers: { ...before.answers, ...answers },
      }))
    await write({ city: 'mine' })
    await on.store.takeBatch()
    await write({ story: 'mine' })
    // The server took the first as revision 2, and another device changed that answer as revision 3.
    await on.store.reconcile({
      rows: [[6, draftId, 3, 0, { ...draft, answers: { city: 'theirs' } }]],
      from: 1,
      to: { e: 1, s: 3, k: 'k3' },
    })
    const [first, second] = (await on.store.takeBatch()).map(([number]) => number)
    await on.store.reconcile({
      answers: [
        [first ?? 0, 0, 2, 50],
        [second ?? 0, 1, 4, 99],
      ],
      rows: [[6, draftId, 4, 1, [['answers/story', 'merged']], 3, 99]],
      from: 3,
      to: { e: 1, s: 4, k: 'k4' },
    })
    expect(await on.store.cursor()).toMatchObject({ s: 4 })
    expect((await on.store.loadCollection('drafts'))[0]).toMatchObject({
      answers: { city: 'theirs', story: 'merged' },
    })
    await database.close()
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
