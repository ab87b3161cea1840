/**
 * A browser's IndexedDB as one tab sees it: over a store in memory that outlives the tab. A tab can die before a
 * transaction begins, before it is committed, or after that and before it hears of it; the disk can be full.
 */
import type { Life } from './life.ts'
import type { World } from './world.ts'

/** What fake-indexeddb lets tests do. */
type Breakable = IDBTransaction & { _abort(name: string | null): void }

export interface Disk {
  readonly factory: globalThis.IDBFactory
  /** The browser closes the tab's connections, as it does under storage pressure. */
  loseConnections(): void
}

export function openDisk(store: IDBFactory, life: Life, world: World): Disk {
  const connections = new Set<IDBDatabase>()
  const transactions = new Set<IDBTransaction>()
  life.onEnd(() => {
    for (const transaction of transactions) abort(transaction)
    for (const connection of connections) connection.close()
  })

  const watch = (request: IDBOpenDBRequest) => {
    world.begin()
    const done = once(() => world.end())
    for (const type of ['success', 'error', 'blocked']) request.addEventListener(type, done)
    return request
  }
  const adopt = (connection: IDBDatabase) => {
    if (!life.alive) return connection.close()
    connections.add(connection)
    const begin = connection.transaction.bind(connection)
    connection.transaction = (names, mode, options) => {
      const writes = mode === 'readwrite'
      if (!life.alive || (writes && life.pass('before'))) throw gone()
      const transaction = begin(names, mode, options)
      transactions.add(transaction)
      world.begin()
      const done = once(() => {
        transactions.delete(transaction)
        world.end()
      })
      transaction.addEventListener('abort', done)
      transaction.addEventListener('complete', (event) => {
        done()
        if (!life.alive || (writes && life.pass('after'))) event.stopImmediatePropagation()
      })
      if (writes) commitWatched(transaction as Breakable, life)
      return transaction
    }
  }

  const disk = Object.create(store) as globalThis.IDBFactory
  disk.open = (name, version) => {
    if (!life.alive) return new EventTarget() as IDBOpenDBRequest
    const request = watch(store.open(name, version))
    request.addEventListener('success', () => adopt(request.result))
    return request
  }
  disk.deleteDatabase = (name) =>
    life.alive ? watch(store.deleteDatabase(name)) : (new EventTarget() as IDBOpenDBRequest)
  return {
    factory: disk,
    loseConnections() {
      for (const connection of connections) connection.close()
      connections.clear()
    },
  }
}

function commitWatched(transaction: Breakable, life: Life): void {
  const commit = transaction.commit.bind(transaction)
  transaction.commit = () => {
    if (life.pass('in')) return
    if (life.diskFull()) transaction._abort('QuotaExceededError')
    else commit()
  }
}

const gone = () => new DOMException('the tab is gone', 'InvalidStateError')

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort()
  } catch {
    // It was over already.
  }
}

function once(run: () => void): () => void {
  let done = false
  return () => {
    if (done) return
    done = true
    run()
  }
}
