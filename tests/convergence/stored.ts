/** What the server has of one client, opened: documents, history and quarantine. Reads past all faults. */
import type { JsonObject } from '../../shared/kernel/json.ts'
import { type CollectionName, collectionByNumber } from '../../shared/protocol/collections.ts'
import { collections } from '../../sync-server/collections.ts'
import type { ClientKeys } from '../../sync-server/platform/client-keys.ts'
import type { Database } from '../../sync-server/platform/database.ts'
import { readFeedPage } from '../../sync-server/replication/change-feed-store.ts'
import type { Collection } from '../../sync-server/replication/collection.ts'
import { toClient } from '../../sync-server/replication/document-store.ts'
import { readHistory } from '../../sync-server/replication/field-history-store.ts'
import { readHead } from '../../sync-server/replication/head-store.ts'
import { readQuarantine } from '../../sync-server/replication/mutation-store.ts'

export interface StoredRecord {
  readonly head: number
  readonly positions: readonly number[]
  /** As devices should hold them, by `collection/id`. */
  readonly documents: ReadonlyMap<string, JsonObject>
  /** Everything that anybody typed, wherever the server keeps it. */
  readonly text: string
  /** The newest clock that a value was written by, ms. */
  readonly newestClock: number
}

const WITH_HISTORY = new Set<CollectionName>(['drafts', 'appointments'])
const LAST = 2_147_483_647

export function readStored(
  database: Database,
  clientKeys: ClientKeys,
  clientId: string,
): Promise<StoredRecord> {
  return database.transaction(async (tx) => {
    const scope = { tx, clientId, cipher: await clientKeys.cipherOf(tx, clientId) }
    const head = await readHead(tx, clientId)
    const feed = await readFeedPage(tx, clientId, { after: 0, upTo: LAST, limit: 10_000 })
    const damaged = ({ row }: { row?: string }) => {
      throw new Error(`${row} cannot be opened`)
    }
    const documents = new Map<string, JsonObject>()
    const kept: unknown[] = []
    let newestClock = 0
    for (const number of new Set(feed.map(({ collection }) => collection))) {
      const name = collectionByNumber(number)
      if (name === undefined) throw new Error(`the feed names a collection ${number}`)
      const ids = feed.filter(({ collection }) => collection === number).map(({ documentId }) => documentId)
      const { store } = collections.find((collection) => collection.name === name) as Collection
      for (const document of await store.read(scope, ids)) {
        kept.push(document.body, document.server, document.id)
        newestClock = Math.max(newestClock, ...Object.values(document.marks).map(({ at }) => at))
        if (!document.deleted) documents.set(`${name}/${document.id}`, toClient(document))
        if (WITH_HISTORY.has(name))
          kept.push(await readHistory(scope, { collection: name, id: document.id }, damaged))
      }
    }
    kept.push(await readQuarantine(scope, 10_000, undefined, damaged))
    return {
      head: head.s,
      positions: feed.map(({ seq }) => seq),
      documents,
      text: JSON.stringify(kept),
      newestClock,
    }
  })
}
