import { BehaviorSubject } from 'rxjs'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Draft } from '../../shared/domains/forms/schema.ts'
import { changedDraft, type DraftSource, type DraftWrite } from './draft-source.ts'
import { createDraftStore, type DraftStore } from './draft-store.ts'
import { createOpenDrafts } from './open-drafts.tsx'

const empty: Draft = {
  id: '018f0000-0000-7000-8000-000000000001',
  definitionId: '018f0000-0000-7000-8000-000000000002',
  formKey: 'intake',
  title: 'Intake',
  status: 'assigned',
  assignedAt: 1,
  answers: {},
  contested: {},
  updatedAt: 1,
}

/** A replica of one document; `hold` keeps writes from finishing until it is released. */
class MemorySource implements DraftSource {
  readonly changes = new BehaviorSubject<Draft>(empty)
  readonly first = empty
  readonly writes: DraftWrite[] = []
  hold: Promise<void> | null = null
  broken = false
  async write(change: DraftWrite) {
    if (this.hold) await this.hold
    if (this.broken) throw new Error('the disk is full')
    this.writes.push(change)
    this.changes.next(changedDraft(this.changes.value, change, 2))
  }
  /** Another device's change arrives. */
  arrive(answers: Draft['answers']) {
    this.changes.next({ ...this.changes.value, answers: { ...this.changes.value.answers, ...answers } })
  }
}

describe('draft store', () => {
  let source: MemorySource
  let store: DraftStore
  const answers = () => store.snapshot().draft.answers

  beforeEach(() => {
    source = new MemorySource()
    store = createDraftStore({
      source,
      // No timer fires: the tests say when something is written.
      timers: { set: () => 0, clear: () => {} },
      isText: (key) => key === 'story',
    })
  })

  it('shows a keystroke before it is written, and holds it until the write succeeded', async () => {
    source.broken = true
    store.edit('name', 'Ada')
    expect(answers().name).toBe('Ada')
    await expect(store.flush()).rejects.toThrow()
    expect(answers().name).toBe('Ada')
    expect(store.snapshot().save).toBe('failing')
    source.broken = false
    await store.flush()
    expect(source.changes.value.answers).toEqual({ name: 'Ada' })
    expect(source.changes.value.status).toBe('draft')
    expect(store.snapshot().save).toBe('saved')
  })

  it('writes a removed answer as none', async () => {
    store.edit('name', 'Ada')
    await store.flush()
    store.edit('name', null)
    await store.flush()
    expect(source.changes.value.answers).toEqual({})
  })

  it('shows what another device answered elsewhere, and not under the own hands', async () => {
    store.edit('name', 'Ada')
    source.arrive({ name: 'Grace', city: 'Arlington' })
    expect(answers()).toEqual({ name: 'Ada', city: 'Arlington' })
  })

  it('does not take the echo of its own write for news while typing goes on', async () => {
    let release = () => {}
    source.hold = new Promise((resolve) => {
      release = resolve
    })
    store.edit('story', 'I feel')
    const flushed = store.flush()
    store.edit('story', 'I feel better')
    release()
    await flushed
    expect(answers().story).toBe('I feel better')
    expect(store.snapshot().displaced.size).toBe(0)
    source.hold = null
    await store.flush()
    expect(source.changes.value.answers.story).toBe('I feel better')
  })

  it('merges long text of another device into what is being typed, by words', async () => {
    store.edit('story', 'one two three')
    await store.flush()
    source.broken = true
    store.edit('story', 'one two three four')
    source.arrive({ story: 'zero one two three' })
    expect(answers().story).toBe('zero one two three four')
    source.broken = false
    await store.flush()
    expect(source.changes.value.answers.story).toBe('zero one two three four')
  })

  it('keeps both texts where they cannot be merged', async () => {
    store.edit('story', 'one two')
    await store.flush()
    source.broken = true
    store.edit('story', 'one three')
    source.arrive({ story: 'one four' })
    expect(answers().story).toBe('one three')
    expect(store.snapshot().displaced.get('story')).toBe('one four')
    store.resolveDisplaced('story', true)
    expect(answers().story).toBe('one four')
    expect(store.snapshot().displaced.size).toBe(0)
  })

  it('shows a text that could not be merged again at the next visit, until it is decided', async () => {
    let kept: ReadonlyMap<string, string> = new Map()
    const visit = () =>
      createDraftStore({
        source,
        timers: { set: () => 0, clear: () => {} },
        isText: () => true,
        displaced: kept,
        onDisplaced: (displaced) => {
          kept = new Map(displaced)
        },
      })
    const first = visit()
    first.edit('story', 'one two')
    await first.flush()
    source.broken = true
    first.edit('story', 'one three')
    source.arrive({ story: 'one four' })
    const second = visit()
    expect(second.snapshot().displaced.get('story')).toBe('one four')
    second.resolveDisplaced('story', false)
    expect(visit().snapshot().displaced.size).toBe(0)
  })

  it('tells who asks for an answer when that one is another, and of nothing else', async () => {
    const told: string[] = []
    const leave = store.subscribeTo(['name', 'name{a}'], () => told.push('name'))
    store.subscribeTo(['city'], () => told.push('city'))
    store.edit('name', 'Ada')
    expect(told).toEqual(['name'])
    // Saving it, its echo, and the same answer again are no news.
    await store.flush()
    store.edit('name', 'Ada')
    await store.flush()
    expect(told).toEqual(['name'])
    source.arrive({ name: 'Grace', city: 'Arlington' })
    expect(told).toEqual(['name', 'name', 'city'])
    // Two answers of one question are told of once.
    store.editMany([
      ['name', null],
      ['name{a}', true],
    ])
    expect(told).toEqual(['name', 'name', 'city', 'name'])
    leave()
    store.edit('name', 'Ada')
    expect(told.length).toBe(4)
  })

  it('leaves all answers the very same ones where an edit changes none', () => {
    store.edit('name', 'Ada')
    const before = answers()
    store.editMany([
      ['name', 'Ada'],
      ['city', null],
    ])
    expect(answers()).toBe(before)
    store.edit('name', null)
    expect(before).toEqual({ name: 'Ada' })
    expect(answers()).toEqual({})
  })

  it('settles a contested question in one write with the chosen value', async () => {
    source.changes.next({
      ...empty,
      answers: { city: 'Reston' },
      contested: { city: [{ value: 'Vienna', device: empty.id, deviceName: 'Tablet', at: 1 }] },
    })
    await store.settle('city', new Map([['city', 'Vienna']]))
    expect(source.writes).toHaveLength(1)
    expect(source.changes.value).toMatchObject({ answers: { city: 'Vienna' }, contested: {} })
  })

  it('writes a text that was merged while its write was under way', async () => {
    store.edit('story', 'one two three')
    await store.flush()
    let release = () => {}
    source.hold = new Promise((resolve) => {
      release = resolve
    })
    store.edit('story', 'one two three four')
    source.arrive({ story: 'zero one two three' })
    source.hold = null
    release()
    await store.flush()
    expect(source.changes.value.answers.story).toBe('zero one two three four')
    expect(answers().story).toBe('zero one two three four')
  })

  it('keeps the words of another device that came between the reading and the writing', async () => {
    store.edit('story', 'one two three')
    await store.flush()
    let release = () => {}
    source.hold = new Promise((resolve) => {
      release = resolve
    })
    store.edit('story', 'one two three four')
    const flushed = store.flush()
    source.changes.value.answers.story = 'zero one two three'
    release()
    await flushed
    expect(source.changes.value.answers.story).toBe('zero one two three four')
  })

  it('stays open, and among the open drafts, until what is left is written', async () => {
    const drafts = createOpenDrafts()
    drafts.add(store)
    source.broken = true
    store.edit('name', 'Ada')
    drafts.remove(store)
    expect(await drafts.flushAll()).toBe(false)
    expect(source.changes.value.answers).toEqual({})
    source.broken = false
    expect(await drafts.flushAll()).toBe(true)
    expect(source.changes.value.answers).toEqual({ name: 'Ada' })
  })

  it('writes what is left when it closes', async () => {
    store.edit('name', 'Ada')
    await store.close()
    expect(source.changes.value.answers.name).toBe('Ada')
  })
})
