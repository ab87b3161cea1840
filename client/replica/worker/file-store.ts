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

const nameOf = (replica: string) => `${replica}-files`

export interface FileStore {
  put(id: string, part: number, sealed: Uint8Array): Promise<void>
  get(id: string, part: number): Promise<Uint8Array | undefined>
  remove(id: string): Promise<void>
  /** Ids of which there is anything. */
  ids(): Promise<readonly string[]>
  close(): void
}

/** Opened when it is needed first: most people keep nothing. */
export function createFileStore(replica: string, { indexedDB, IDBKeyRange }: Databases): FileStore {
  let opened: Promise<Dexie> | undefined
  const open = () => {
    opened ??= (async () => {
      const dexie = new Dexie(nameOf(replica), { indexedDB, IDBKeyRange, cache: 'disabled' })
      dexie.version(1).stores({ parts: '[id+n],id' })
      dexie.on('versionchange', () => {
        dexie.close()
        return false
      })
      return dexie.open()
    })()
    return opened
  }
  const parts = async () => (await open()).table<PartRow, [string, number]>('parts')
  return {
    put: async (id, n, e) => void (await (await parts()).put({ id, n, e })),
    get: async (id, n) => (await (await parts()).get([id, n]))?.e,
    remove: async (id) => void (await (await parts()).where('id').equals(id).delete()),
    ids: async () => (await (await parts()).orderBy('id').uniqueKeys()).map(String),
    close: () => void opened?.then((dexie) => dexie.close()).catch(() => {}),
  }
}

/** A replica's database, and that of its files. */
export async function deleteDatabases(replica: string, { indexedDB, IDBKeyRange }: Databases): Promise<void> {
  for (const name of [replica, nameOf(replica)]) await new Dexie(name, { indexedDB, IDBKeyRange }).delete()
}
