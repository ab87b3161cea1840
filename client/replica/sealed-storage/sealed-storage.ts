/**
 * RxStorage for RxDB 17.6 over the worker: one per opened replica. RxDB's own bookkeeping collection (`_rxdb_internal`)
 * lives in memory and is rebuilt at every start; nothing of it is worth keeping.
 */
import type { RxDocumentData, RxStorage, RxStorageInstanceCreationParams } from 'rxdb'
import { ensureRxStorageInstanceParamsAreCorrect, getPrimaryFieldOfPrimaryKey, RXDB_VERSION } from 'rxdb'
import { getRxStorageMemory, type RxStorageMemory } from 'rxdb/plugins/storage-memory'
import { createMemoryIndex } from '../memory-index.ts'
import type { LoadedCollection, StoredDocument, WorkerClient } from '../worker-port.ts'
import { SealedStorageInstance } from './sealed-instance.ts'

export interface SealedStorageOptions {
  readonly client: WorkerClient
  /** Documents that the server or another tab changed; returns how to stop listening. */
  readonly onChanged: (listener: (collection: string, documents: StoredDocument[]) => void) => () => void
}

type Options = Record<string, never>
/** What RxDB needs of a storage; the internals are nobody else's business. */
export type SealedStorage = RxStorage<unknown, Options>

/** A replicated collection keeps its name; others are separate per schema version, as RxDB's migrations expect. */
const storedName = (name: string, version: number) => (version === 0 ? name : `${name}@${version}`)

export function createSealedStorage({ client, onChanged }: SealedStorageOptions): SealedStorage {
  // A state of its own: RxDB's default is shared by the whole process.
  const memory: RxStorageMemory = { ...getRxStorageMemory(), collectionStates: new Map() }

  const createStorageInstance = async <T>(params: RxStorageInstanceCreationParams<T, Options>) => {
    ensureRxStorageInstanceParamsAreCorrect(params)
    if (params.schema.attachments) throw new Error('attachments are no documents: not stored here')
    if (params.collectionName.startsWith('_')) return memory.createStorageInstance(params)
    const collection = storedName(params.collectionName, params.schema.version)
    const index = createMemoryIndex<T>(params.schema, getPrimaryFieldOfPrimaryKey(params.schema.primaryKey))
    const early: RxDocumentData<T>[][] = []
    let instance: SealedStorageInstance<T> | undefined
    const stop = onChanged((name, documents) => {
      if (name !== collection) return
      const changed = documents as unknown as RxDocumentData<T>[]
      if (instance === undefined) early.push(changed)
      else instance.takeForeign(changed)
    })
    const loaded = await client.call('openCollection', { collection })
    index.load(documentsIn(loaded) as unknown as RxDocumentData<T>[])
    instance = new SealedStorageInstance<T>({
      storage: memory,
      params,
      index,
      client,
      collection,
      onClose: stop,
    })
    for (const changed of early) instance.takeForeign(changed)
    return instance
  }
  return { name: 'sealed', rxdbVersion: RXDB_VERSION, createStorageInstance } as SealedStorage
}

const decoder = new TextDecoder()

/** Blocks are parsed here, where their documents are used: they cross the port as bytes. */
function documentsIn(loaded: StoredDocument[] | LoadedCollection): StoredDocument[] {
  if (Array.isArray(loaded)) return loaded
  const documents = [...loaded.documents]
  for (const { json, ids } of loaded.packs) {
    const contents = JSON.parse(decoder.decode(json)) as { readonly d: StoredDocument }[]
    for (const [at, { d }] of contents.entries()) if (ids[at]) documents.push(d)
  }
  return documents
}
