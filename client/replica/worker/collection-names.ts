/**
 * Numbers instead of names on the disk. Replicated collections have the protocol's numbers; others (of this device
 * only) get numbers from 1000 on, and their names are sealed.
 */
import { COLLECTIONS, type CollectionName, collectionByNumber } from '../../../shared/protocol/collections.ts'
import type { Place } from './sealer.ts'
import { readMeta, type StoreCore } from './store-core.ts'

const PLACE: Place = { table: 'meta', collection: 0, key: 'names' }
const FIRST_LOCAL = 1_000

export interface CollectionNumbers {
  /** Gives a new name a number for good. */
  numberOf(name: string): Promise<number>
  nameOf(number: number): Promise<string | undefined>
}

export const isReplicated = (name: string): name is CollectionName => Object.hasOwn(COLLECTIONS, name)

/** Is it the number of a collection that the server knows? */
export const isReplicatedNumber = (number: number) => number < FIRST_LOCAL

export function createCollectionNumbers(core: StoreCore): CollectionNumbers {
  let known: { [name: string]: number } = {}
  const readNames = async () => {
    const sealed = await core.read((reads) => readMeta(reads, 'names'))
    return sealed ? await core.sealer.open<{ [name: string]: number }>(PLACE, sealed) : {}
  }
  return {
    async numberOf(name) {
      if (isReplicated(name)) return COLLECTIONS[name].number
      if (Object.hasOwn(known, name)) return known[name] as number
      return await core.update(
        (reads) => readMeta(reads, 'names'),
        async (sealed) => {
          const names = sealed ? await core.sealer.open<{ [name: string]: number }>(PLACE, sealed) : {}
          known = { ...names, [name]: names[name] ?? FIRST_LOCAL + Object.keys(names).length }
          const number = known[name] as number
          if (Object.hasOwn(names, name)) return { changes: null, result: number }
          return { changes: { meta: { names: await core.sealer.seal(PLACE, known) } }, result: number }
        },
      )
    },
    async nameOf(number) {
      if (number < FIRST_LOCAL) return collectionByNumber(number)
      const find = () => Object.keys(known).find((name) => known[name] === number)
      if (find() === undefined) known = await readNames()
      return find()
    },
  }
}
