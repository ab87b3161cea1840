/** The contract of our RxStorage: what RxDB expects of any storage. */
import type { EventBulk, RxStorageChangeEvent } from 'rxdb'
import { describe, expect, it } from 'vitest'
import { ask, diskOfTest, find, ids, insert, instanceOf, type Note, stored, update } from './replica-notes.ts'

const disk = diskOfTest()
const { replica } = disk

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
