/**
 * RxStorage for RxDB 17.6 over the worker: one per opened replica. RxDB's own bookkeeping collection (`_rxdb_internal`)
 * lives in memory and is rebuilt at every start; nothing of it is worth keeping.
 */
import type { RxDocumentData, RxStorage, RxStorageInstanceCreationParams } from 'rxdb'
import { ensureRxStorageInstanceParamsAreCorrect, getPrimaryFieldOfPrimaryKey, RXDB_VERSION } from 'rxdb'
import { getRxStorageMemory, type RxStorageMemory } from 'rxdb/plugins/storage-memory'
import { createMemoryIndex } from '../memory-index.ts'
import { shapeOf } from '../snapshot/shape.ts'
import type { StoredDocument, WorkerClient } from '../worker-port.ts'
import { openCollection } from './open-collection.ts'
import { SealedStorageInstance } from './sealed-instance.ts'

export interface SealedStorageOptions {
  readonly client: WorkerClient
  /** The worker has opened the replica. Collections are created before that, and read after it. */
  readonly opened?: Promise<unknown>
  /** Documents that the server or another tab changed; returns how to stop listening. */
  readonly onChanged: (listener: (collection: string, documents: StoredDocument[]) => void) => () => void
}

type Options = Record<string, never>
/** What RxDB needs of a storage; the internals are nobody else's business. */
export type SealedStorage = RxStorage<unknown, Options> & {
  /** All collections that were created so far can be read. RxDB does not wait for it, whoever opens a replica should. */
  loaded(): Promise<void>
}

/** A replicated collection keeps its name; others are separate per schema version, as RxDB's migrations expect. */
const storedName = (name: string, version: number) => (version === 0 ? name : `${name}@${version}`)

export function createSealedStorage(options: SealedStorageOptions): SealedStorage {
  const { client, onChanged, opened } = options
  // A state of its own: RxDB's default is shared by the whole process.
  const memory: RxStorageMemory = { ...getRxStorageMemory(), collectionStates: new Map() }
  const loads: Promise<void>[] = []

  const createStorageInstance = async <T>(params: RxStorageInstanceCreationParams<T, Options>) => {
    ensureRxStorageInstanceParamsAreCorrect(params)
    if (params.schema.attachments) throw new Error('attachments are no documents: not stored here')
    if (params.collectionName.startsWith('_')) return memory.createStorageInstance(params)
    const collection = storedName(params.collectionName, params.schema.version)
    const primaryPath = getPrimaryFieldOfPrimaryKey(params.schema.primaryKey)
    const index = createMemoryIndex<T>(params.schema, primaryPath)
    let isLoaded = false
    const early: RxDocumentData<T>[][] = []
    const stop = onChanged((name, documents) => {
      if (name !== collection) return
      const changed = documents as unknown as RxDocumentData<T>[]
      if (isLoaded) instance.takeForeign(changed)
      else early.push(changed)
    })
    const load = async () => {
      await opened
      const { documents, columns, moved } = await openCollection(
        client,
        collection,
        shapeOf(params.schema, primaryPath),
      )
      index.load(documents as unknown as RxDocumentData<T>[], columns, moved)
      isLoaded = true
      for (const changed of early) instance.takeForeign(changed)
    }
    // The page gets ready meanwhile.
    const loaded = load()
    loaded.catch(() => {})
    loads.push(loaded)
    const instance = new SealedStorageInstance<T>({
      storage: memory,
      params,
      index,
      client,
      collection,
      loaded,
      onClose: stop,
    })
    return instance
  }
  return {
    name: 'sealed',
    rxdbVersion: RXDB_VERSION,
    createStorageInstance,
    loaded: async () => void (await Promise.all(loads)),
  } as SealedStorage
}
