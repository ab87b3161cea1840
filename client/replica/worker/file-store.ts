/**
 * The bytes of files that a person keeps on the device, part by part in envelopes, in a database of their own beside the
 * replica's: 20 MB of pictures never stand before a keystroke. The key of each file is sealed in the replica; where that
 * is gone, these are noise. SPEC: client/replica/SPEC.md, R52.
 */
import { Dexie } from 'dexie'
import type { WorkerEnvironment } from './environment.ts'

type Databases = Pick<WorkerEnvironment, 'indexedDB' | 'IDBKeyRange'>

interface PartRow {
  readonly id: string
  readonly n: number
  readonly e: Uint8Array
}

const STORES = { parts: '[id+n],id', unsent: 'id' }
const nameOf = (replica: string) => `${replica}-files`

export interface FileStore {
  put(id: string, part: number, sealed: Uint8Array): Promise<void>
  get(id: string, part: number): Promise<Uint8Array | undefined>
  remove(id: string): Promise<void>
  /** In the clear, so that it is counted without a key: this file would be lost with the replica. */
  mark(id: string): Promise<void>
  unmark(id: string): Promise<void>
  close(): void
}

/** Opened when it is needed first: most people keep nothing. */
export function createFileStore(replica: string, { indexedDB, IDBKeyRange }: Databases): FileStore {
  let opened: Promise<Dexie> | undefined
  const open = () => {
    opened ??= (async () => {
      const dexie = new Dexie(nameOf(replica), { indexedDB, IDBKeyRange, cache: 'disabled' })
      dexie.version(2).stores(STORES)
      dexie.on('versionchange', () => {
        dexie.close()
        return false
      })
      return dexie.open()
    })()
    return opened
  }
  const parts = async () => (await open()).table<PartRow, [string, number]>('parts')
  const unsent = async () => (await open()).table<{ id: string }, string>('unsent')
  return {
    put: async (id, n, e) => void (await (await parts()).put({ id, n, e })),
    get: async (id, n) => (await (await parts()).get([id, n]))?.e,
    remove: async (id) => void (await (await parts()).where('id').equals(id).delete()),
    mark: async (id) => void (await (await unsent()).put({ id })),
    unmark: async (id) => (await unsent()).delete(id),
    close: () => void opened?.then((dexie) => dexie.close()).catch(() => {}),
  }
}

/** Files that would be lost with this replica. Needs no key. */
export async function countMarked(replica: string, { indexedDB, IDBKeyRange }: Databases): Promise<number> {
  // Looked at, it would be made: most people have none.
  const there = await indexedDB.databases?.()
  if (there?.every(({ name }) => name !== nameOf(replica))) return 0
  const dexie = new Dexie(nameOf(replica), { indexedDB, IDBKeyRange, cache: 'disabled' })
  dexie.version(2).stores(STORES)
  try {
    return await (await dexie.open()).table('unsent').count()
  } finally {
    dexie.close()
  }
}

/** A replica's database, and that of its files. */
export async function deleteDatabases(replica: string, { indexedDB, IDBKeyRange }: Databases): Promise<void> {
  for (const name of [replica, nameOf(replica)]) await new Dexie(name, { indexedDB, IDBKeyRange }).delete()
}
