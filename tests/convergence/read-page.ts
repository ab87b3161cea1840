/** A collection as the product's page opens it: from its snapshot where there is one, and the documents a moment later. */
import { fillWithDefaultSettings, type RxDocumentData, type RxJsonSchema } from 'rxdb'
import { replicaCollections } from '../../client/replica/collections.ts'
import { createMemoryIndex } from '../../client/replica/memory-index.ts'
import { createBodies } from '../../client/replica/sealed-storage/bodies.ts'
import { openCollection } from '../../client/replica/sealed-storage/open-collection.ts'
import { shapeOf } from '../../client/replica/snapshot/shape.ts'
import type { ReplicaStore } from '../../client/replica/worker/replica-store.ts'
import type { StoredDocument, WorkerCalls, WorkerClient } from '../../client/replica/worker-port.ts'
import type { CollectionName } from '../../shared/protocol/collections.ts'

type Document = RxDocumentData<StoredDocument>
type Store = Pick<ReplicaStore, 'openCollection' | 'readBodies'>

const schemas = replicaCollections()
const schemaOf = (collection: CollectionName) =>
  fillWithDefaultSettings(schemas[collection]?.schema as never) as unknown as RxJsonSchema<Document>

/** The port, without a port. */
function clientOf(store: Store): WorkerClient {
  const calls = {
    openCollection: ({ collection, shape, whole }) => store.openCollection(collection, shape, whole),
    readBodies: ({ collection, ...places }) => store.readBodies(collection, places),
  } satisfies Pick<WorkerCalls, 'openCollection' | 'readBodies'>
  return { call: ((name: keyof typeof calls, input: never) => calls[name](input)) as WorkerClient['call'] }
}

/** First what the page has at once, then, after a `pause`, what it fetches when somebody looks at it. */
export async function* readPage(
  store: Store,
  collection: CollectionName,
  pause: () => Promise<void> = async () => {},
): AsyncGenerator<StoredDocument[]> {
  const client = clientOf(store)
  const schema = schemaOf(collection)
  const index = createMemoryIndex<StoredDocument>(schema, 'id')
  const { documents, columns, moved } = await openCollection(client, collection, shapeOf(schema, 'id'))
  index.load(documents as unknown as Document[], columns, moved)
  yield [...documents]
  if (columns === undefined) return
  await pause()
  const newer: Document[] = []
  const bodies = createBodies<StoredDocument>({
    client,
    collection,
    primaryPath: 'id',
    index,
    onNewer: (found) => {
      newer.push(...found)
      index.apply(found)
    },
  })
  const rows = Array.from({ length: columns.count }, (_, row) => row).filter(index.counts)
  const found: Document[] = []
  await bodies.visit(rows, (_, document) => found.push(document))
  yield [...found, ...newer] as unknown as StoredDocument[]
}
