/** Where a pull goes on. SPEC: client/replica/SPEC.md, R10. */
import { describe, expect, it } from 'vitest'
import { createPortion } from '../../client/replica/worker/portion.ts'
import { PAGE_ROWS, pullAll } from '../../client/replica/worker/pull.ts'
import type { ReplicaStore } from '../../client/replica/worker/replica-store.ts'
import type { PortalSocket } from '../../client/transport/socket.ts'
import type { ChangeRow, Cursor, PullAnswer, PullRequest } from '../../shared/protocol/messages.ts'
import { diskOfTest } from './replica-notes.ts'

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
  pages: readonly PullAnswer[],
  mode: 'delta' | 'reset' = 'delta',
): Promise<PullRequest[]> {
  const asked: PullRequest[] = []
  const socket = {
    pull: async (request: PullRequest) => {
      const page = pages[asked.length]
      asked.push(request)
      if (page === undefined) throw new Error('the line broke')
      return { ok: page }
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
    expect(await again.seenBefore(3)).toEqual([])
  })

  it('begins again where the server was restored once more', async () => {
    const { store } = await replica()
    await pull(store, at(1, 3), [whole])
    await pull(store, at(2, 3), [begun], 'reset')
    const last = { rows: rowsOf(4), next: 1, upTo: 1, done: true, head: at(3, 1) }
    expect(await pull(store, at(3, 1), [last], 'reset')).toMatchObject([{ after: 0, upTo: null }])
    expect(await held(store)).toEqual([4].map(idOf))
    expect(await store.seenBefore(3)).toEqual([])
  })
})
