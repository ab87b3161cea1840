/** The page's calls about documents and pending changes: they need an open replica and nothing else. */
import type { WorkerCalls } from '../worker-port.ts'
import type { OpenedReplica } from './opened-replica.ts'
import { ReplicaClosed } from './store-core.ts'

type DocumentCalls = Pick<
  WorkerCalls,
  | 'readLocal'
  | 'writeLocal'
  | 'retry'
  | 'discard'
  | 'exportUnsent'
  | 'openCollection'
  | 'readBodies'
  | 'write'
  | 'purge'
  | 'drop'
>

/** Every call rejects with {@link ReplicaClosed} while the replica is locked. */
export function documentCalls(opened: () => OpenedReplica | null): DocumentCalls {
  const replica = (): OpenedReplica => {
    const current = opened()
    if (current === null) throw new ReplicaClosed()
    return current
  }
  return {
    readLocal: async ({ key }) => replica().store.readLocal(key),
    writeLocal: async ({ key, value }) => replica().store.writeLocal(key, value),
    async retry({ mutation }) {
      await replica().store.retry(mutation)
    },
    discard: async ({ mutation }) => replica().store.discard(mutation),
    exportUnsent: async () => replica().store.exportUnsent(),
    openCollection: async ({ collection, shape, whole }) =>
      replica().store.openCollection(collection, shape, whole),
    readBodies: async ({ collection, ...places }) => replica().store.readBodies(collection, places),
    write: async ({ collection, rows }) => replica().store.write(collection, rows),
    purge: async ({ collection, ids }) => replica().store.purge(collection, ids),
    drop: async ({ collection }) => replica().store.drop(collection),
  }
}
