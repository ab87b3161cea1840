/** The collections this server replicates, by name. Made once by main; every wire number must have its collection. */
import { COLLECTION_NAMES, type CollectionName } from '../../shared/protocol/collections.ts'
import type { Collection } from './collection.ts'

export interface Registry {
  get(name: CollectionName): Collection
}

export function createRegistry(collections: readonly Collection[]): Registry {
  const byName = new Map(collections.map((collection) => [collection.name, collection]))
  const missing = COLLECTION_NAMES.filter((name) => !byName.has(name))
  if (missing.length > 0 || byName.size !== collections.length)
    throw new TypeError(`Collections missing or registered twice: ${missing.join(', ') || 'see the list'}.`)
  return {
    get(name) {
      const collection = byName.get(name)
      if (collection === undefined) throw new TypeError(`No collection ${name}.`)
      return collection
    },
  }
}
