/** Where a pull goes on. SPEC: client/replica/SPEC.md, R10. */
import { describe, expect, it } from 'vitest'
import { createPortion } from '../../client/replica/worker/portion.ts'
import { PAGE_ROWS, pullAll } from '../../client/replica/worker/pull.ts'
import type { Incoming } from '../../client/replica/worker/reconcile.ts'
import type { ReplicaStore } from '../../client/replica/worker/replica-store.ts'
import { STATE } from '../../client/replica/worker/sealed-rows.ts'
import type { PortalSocket } from '../../client/transport/socket.ts'
import type { ChangeRow, Cursor, PullAnswer, PullRequest } from '../../shared/protocol/messages.ts'
import { diskOfTest } from './replica-notes.ts'
import type { SealedReplica } from './sealed-replica.ts'

const { replica } = diskOfTest()
const MESSAGES = 3

const idOf = (index: number) => `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`
const rowsOf = (...indexes: number[]): ChangeRow[] =>
  indexes.map((index) => [MESSAGES, idOf(index), 1, 0, { id: idOf(index), updatedAt: 1 }])
const at = (e: number, s: number): Cursor => ({ e, s, k: `k${e}.${s}` })

/** Answers page after page, and breaks where there is none. */
async function pull(
  store: ReplicaStore,
  head: Cursor,
  pages: readonly (PullAnswer | Promise<PullAnswer>)[],
  mode: 'delta' | 'reset' = 'delta',
  ended: AbortSignal = new AbortController().signal,
): Promise<PullRequest[]> {
  const asked: PullRequest[] = []
  const socket = {
    pull: async (request: PullRequest) => {
      const page = pages[asked.length]
      asked.push(request)
      if (page === undefined) throw new Error('the line broke')
      return { ok: await page }
    },
  } as unknown as PortalSocket
  const deps = {
    store,
    client: idOf(0),
    http: async () => {
      throw new Error('no HTTP here')
    },
    token: async () => null,
    portion: createPortion({ most: PAGE_ROWS, least: 1 }),
    onPage: () => {},
    onProgress: () => {},
    ended,
  }
  await pullAll(socket, deps, mode, head).catch((error: Error) => {
    if (error.message !== 'the line broke') throw error
  })
  return asked
}

const held = async (store: ReplicaStore) =>
  (await store.loadReplicated())
    .flatMap(({ documents }) => documents)
    .flatMap(({ id, _deleted }) => (_deleted ? [] : [id]))
    .sort()

const firstPage = { rows: rowsOf(1, 2), next: 2, upTo: 4, done: false, head: at(1, 4) }

describe('[R10] a first pull that broke off', () => {
  it('goes on after the last page that came', async () => {
    const { store } = await replica()
    await pull(store, at(1, 4), [firstPage])
    const asked = await pull(store, at(1, 4), [
      { rows: rowsOf(3, 4), next: 4, upTo: 4, done: true, head: at(1, 4) },
    ])
    expect(asked).toMatchObject([{ after: 2, upTo: 4 }])
    expect(await held(store)).toEqual([1, 2, 3, 4].map(idOf))
    expect(await store.cursor()).toEqual(at(1, 4))
  })

  it('begins again when the server was restored meanwhile, and drops what that lost', async () => {
    const { store } = await replica()
    await pull(store, at(1, 4), [firstPage])
    const asked = await pull(store, at(2, 2), [
      { rows: rowsOf(1, 5), next: 2, upTo: 2, done: true, head: at(2, 2) },
    ])
    expect(asked).toMatchObject([{ after: 0, upTo: null }])
    expect(await held(store)).toEqual([1, 5].map(idOf))
    expect(await store.cursor()).toEqual(at(2, 2))
  })
})

describe('[R66] a server that is restored during a pull', () => {
  it('has no page of its new history taken for one of the old, and the next pull begins from the start', async () => {
    const { store } = await replica()
    await pull(store, at(1, 2), [{ rows: rowsOf(1, 2), next: 2, upTo: 2, done: true, head: at(1, 2) }])
    const middle = { rows: rowsOf(3), next: 3, upTo: 5, done: false, head: at(1, 5) }
    // What had been 4 is 2 now, and a pull that goes on after 3 would never bring it.
    const restored = { rows: rowsOf(5), next: 4, upTo: 4, done: true, head: at(2, 4) }
    await expect(pull(store, at(1, 5), [middle, restored])).rejects.toThrow('the feed began anew')
    expect(await store.cursor()).toEqual(at(1, 2))
    const whole = { rows: rowsOf(1, 4, 3, 5), next: 4, upTo: 4, done: true, head: at(2, 4) }
    expect(await pull(store, at(2, 4), [whole], 'reset')).toMatchObject([{ after: 0 }])
    expect(await held(store)).toEqual([1, 3, 4, 5].map(idOf))
    expect(await store.cursor()).toEqual(at(2, 4))
  })
})

describe('[R10] a reset that broke off', () => {
  const whole = { rows: rowsOf(1, 2, 3), next: 3, upTo: 3, done: true, head: at(1, 3) }
  const begun = { rows: rowsOf(1), next: 1, upTo: 3, done: false, head: at(2, 3) }

  it('goes on after the last page that came, in another session too, and drops what no page has brought', async () => {
    const { store, close } = await replica()
    await pull(store, at(1, 3), [whole])
    await pull(store, at(2, 3), [begun], 'reset')
    await close()
    const again = (await replica()).store
    const second = { rows: rowsOf(5), next: 2, upTo: 3, done: false, head: at(2, 3) }
    expect(await pull(again, at(2, 3), [second], 'reset')).toMatchObject([{ after: 1 }, { after: 2 }])
    const last = { rows: rowsOf(6), next: 3, upTo: 3, done: true, head: at(2, 3) }
    // Whatever the server says of a cursor that has not moved: what was begun is brought to its end.
    expect(await pull(again, at(2, 3), [last])).toMatchObject([{ after: 2, upTo: 3 }])
    expect(await held(again)).toEqual([1, 5, 6].map(idOf))
    expect(await again.cursor()).toEqual(at(2, 3))
    expect(await again.pullPosition()).toBeUndefined()
    expect(await again.seenBefore(1)).toBeUndefined()
  })

  it('begins again where the server was restored once more', async () => {
    const { store } = await replica()
    await pull(store, at(1, 3), [whole])
    await pull(store, at(2, 3), [begun], 'reset')
    const last = { rows: rowsOf(4), next: 1, upTo: 1, done: true, head: at(3, 1) }
    expect(await pull(store, at(3, 1), [last], 'reset')).toMatchObject([{ after: 0, upTo: null }])
    expect(await held(store)).toEqual([4].map(idOf))
    expect(await store.seenBefore(1)).toBeUndefined()
  })
})

describe('[R66] a pull that is not the one under way any more', () => {
  const whole = { rows: rowsOf(1, 2, 3, 4), next: 4, upTo: 4, done: true, head: at(1, 4) }
  const page = (index: number, more: Partial<PullAnswer> = {}): PullAnswer => ({
    rows: rowsOf(index),
    next: index,
    upTo: 4,
    done: index === 4,
    head: at(2, 4),
    ...more,
  })
  const last = () => {
    let give: (page: PullAnswer) => void = () => {}
    return {
      coming: new Promise<PullAnswer>((resolve) => (give = resolve)),
      give: (one: PullAnswer) => give(one),
    }
  }

  it('writes no page beside the one that went on with it: nothing that came before is dropped', async () => {
    const { store } = await replica()
    await pull(store, at(1, 4), [whole])
    const late = last()
    const first = pull(store, at(2, 4), [page(1), page(2), late.coming], 'reset')
    await expect.poll(async () => (await store.pullPosition())?.after).toBe(2)
    const second = last()
    const after = pull(store, at(2, 4), [second.coming], 'reset')
    // It has taken it over.
    await expect.poll(async () => (await store.pullPosition())?.by).toMatch(/2$|3$/)
    late.give(page(3, { rows: rowsOf(3, 4), next: 4, done: true }))
    await expect(first).rejects.toThrow('another pull has gone on')
    second.give(page(3))
    await after
    expect(await pull(store, at(2, 4), [page(4)])).toMatchObject([{ after: 3, upTo: 4 }])
    expect(await held(store)).toEqual([1, 2, 3, 4].map(idOf))
    expect(await store.cursor()).toEqual(at(2, 4))
  })

  it('writes no page where another tab has brought it to its end', async () => {
    const frozen = (await replica()).store
    await pull(frozen, at(1, 4), [whole])
    const late = last()
    const first = pull(frozen, at(2, 4), [late.coming], 'reset')
    await expect.poll(async () => (await frozen.pullPosition())?.pages).toBe(0)
    const { store } = await replica()
    const newer: ChangeRow[] = rowsOf(1).map(([c, id]) => [c, id, 7, 0, { id, updatedAt: 7 }])
    await pull(store, at(2, 9), [{ rows: newer, next: 9, upTo: 9, done: true, head: at(2, 9) }], 'reset')
    late.give(page(1))
    await expect(first).rejects.toThrow('another pull has gone on')
    expect(await store.cursor()).toEqual(at(2, 9))
    expect(await store.pullPosition()).toBeUndefined()
    const [message] = await store.loadCollection('messages')
    expect(message).toMatchObject({ id: idOf(1), updatedAt: 7 })
  })

  it('stops with its connection', async () => {
    const { store } = await replica()
    const ending = new AbortController()
    const late = last()
    const running = pull(store, at(1, 4), [firstPage, late.coming], 'delta', ending.signal)
    await expect.poll(async () => (await store.pullPosition())?.after).toBe(2)
    ending.abort()
    late.give({ rows: rowsOf(3, 4), next: 4, upTo: 4, done: true, head: at(1, 4) })
    await running
    expect(await store.cursor()).toBeUndefined()
  })

  it('begins a reset anew where not all of its pages are known', async () => {
    const { store, database } = await replica()
    await pull(store, at(1, 4), [whole])
    // As builds before left it.
    await database.write(async ({ meta }) => {
      meta.put({ e: 2, after: 2, upTo: 4, pages: 2 }, 'pull')
      meta.put([`${MESSAGES}|${idOf(2)}`], 'seen/1')
      return true
    })
    const again = (await replica()).store
    const asked = await pull(again, at(2, 4), [{ ...whole, head: at(2, 4) }])
    expect(asked).toMatchObject([{ after: 0, upTo: null }])
    expect(await held(again)).toEqual([1, 2, 3, 4].map(idOf))
    expect(await again.seenBefore(2)).toBeUndefined()
  })

  it('takes the cursor back to nothing that came meanwhile', async () => {
    const { store } = await replica()
    await pull(store, at(1, 4), [whole])
    const late = last()
    const running = pull(store, at(1, 5), [late.coming])
    await store.reconcile({ rows: rowsOf(5), from: 4, to: at(1, 5) })
    await store.reconcile({ rows: rowsOf(6), from: 5, to: at(1, 6) })
    late.give({ rows: rowsOf(5), next: 5, upTo: 5, done: true, head: at(1, 5) })
    await running
    expect(await store.cursor()).toEqual(at(1, 6))
  })
})

describe('[R67] an answer from before a restore', () => {
  const write = async (on: SealedReplica) => {
    const reply = await on.store.write('messages', [{ id: idOf(9), document: stored(idOf(9)) }])
    expect(reply).toMatchObject({ ok: true })
    const [mutation] = await on.store.takeBatch()
    return mutation?.[0] ?? 0
  }
  const stored = (id: string) =>
    ({
      id,
      body: 'hello',
      updatedAt: 1,
      _rev: '1-a',
      _deleted: false,
      _meta: { lwt: 1 },
      _attachments: {},
    }) as never
  const whole = { rows: rowsOf(1), next: 1, upTo: 1, done: true, head: at(1, 1) }
  const states = async (store: ReplicaStore) => (await store.pending()).map(({ n, state }) => [n, state])

  it('is not believed once the reset has begun: the mutation is sent again', async () => {
    const frozen = await replica()
    await pull(frozen.store, at(1, 1), [whole])
    const number = await write(frozen)
    const late = { answers: [[number, 0, 1, 50]], rows: [], from: 1, to: at(1, 2) } satisfies Incoming
    const { store } = await replica()
    // Broken off before its first page …
    await pull(store, at(2, 1), [], 'reset')
    await expect(frozen.store.reconcile(late)).rejects.toThrow('the feed began anew')
    expect(await states(store)).toEqual([[number, STATE.handed]])
    // … and through.
    await pull(store, at(2, 1), [{ ...whole, head: at(2, 1) }], 'reset')
    await expect(frozen.store.reconcile(late)).rejects.toThrow('the feed began anew')
    expect((await store.takeBatch()).map(([n]) => n)).toEqual([number])
  })

  it('of a server that was restored meanwhile is not believed before the hello says so', async () => {
    const on = await replica()
    await pull(on.store, at(1, 1), [whole])
    const number = await write(on)
    const answers = [[number, 0, 1, 50]] as const
    await expect(on.store.reconcile({ answers, rows: [], from: 1, to: at(2, 2) })).rejects.toThrow('anew')
    expect(await on.store.cursor()).toEqual(at(1, 1))
    expect(await states(on.store)).toEqual([[number, STATE.handed]])
  })
})
