/** The page's calls about documents and pending changes: they need an open replica and nothing else. */
import type { WorkerCalls } from '../worker-port.ts'
import type { OpenedReplica } from './opened-replica.ts'
import { ReplicaClosed } from './store-core.ts'

type DocumentCalls = Pick<
  WorkerCalls,
  | 'openFile'
  | 'keepFile'
  | 'letFileGo'
  | 'attachFile'
  | 'detachFiles'
  | 'openAttachment'
  | 'takeBackMessage'
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

/** What is on the screen now, under the name that the page knows it by. */
export interface Shown {
  readonly replica: OpenedReplica | null
  readonly opening: string
}

/**
 * Every call rejects with {@link ReplicaClosed} while the replica is locked, and when it is about another one than is on
 * the screen by now: what was typed for one record never lands in another's.
 */
export function documentCalls(shown: () => Shown): DocumentCalls {
  const replica = (of: string | undefined): OpenedReplica => {
    const { replica: current, opening } = shown()
    if (current === null || (of !== undefined && of !== opening)) throw new ReplicaClosed()
    return current
  }
  return {
    openFile: async ({ id, replica: of }) => replica(of).files.kept.open(id),
    keepFile: async ({ id, replica: of }) => replica(of).files.kept.keep(id),
    letFileGo: async ({ id, replica: of }) => replica(of).files.kept.letGo([id]),
    attachFile: async ({ file, replica: of }) => replica(of).files.attachments.attach(file),
    detachFiles: async ({ ids, replica: of }) => replica(of).files.attachments.detach(ids),
    openAttachment: async ({ id, of: kind, replica: of }) => replica(of).files.openAttachment(id, kind),
    takeBackMessage: async ({ id, replica: of }) => replica(of).store.takeBack('messages', id),
    readLocal: async ({ key, replica: of }) => replica(of).store.readLocal(key),
    writeLocal: async ({ key, value, replica: of }) => replica(of).store.writeLocal(key, value),
    async retry({ mutation, replica: of }) {
      await replica(of).files.tryAgain()
      await replica(of).store.retry(mutation)
    },
    discard: async ({ mutation, replica: of }) => replica(of).store.discard(mutation),
    exportUnsent: async ({ replica: of }) => replica(of).files.exportUnsent(),
    openCollection: async ({ collection, shape, whole, replica: of }) =>
      replica(of).store.openCollection(collection, shape, whole),
    readBodies: async ({ collection, replica: of, ...places }) =>
      replica(of).store.readBodies(collection, places),
    write: async ({ collection, rows, replica: of }) => replica(of).store.write(collection, rows),
    purge: async ({ collection, ids, replica: of }) => replica(of).store.purge(collection, ids),
    drop: async ({ collection, replica: of }) => replica(of).store.drop(collection),
  }
}
