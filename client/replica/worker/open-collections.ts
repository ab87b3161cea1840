/**
 * The collections that the page has opened or is about to open. All of the server's are read in one go while the page
 * still gets ready, and handed out once, if nothing was written meanwhile. SPEC: client/replica/SPEC.md, R36 and R37.
 */
import { COLLECTION_NAMES, COLLECTIONS } from '../../../shared/protocol/collections.ts'
import type { Shape } from '../snapshot/shape.ts'
import type { Bodies, BodyPlaces, LoadedCollection } from '../worker-port.ts'
import { unpackBlock } from './blocks.ts'
import { openRecord } from './documents.ts'
import { openCollectionRows, readCollection } from './load-collection.ts'
import type { BlockKey, DocumentKey } from './sealed-rows.ts'
import { writeSnapshot } from './snapshot.ts'
import type { StoreCore } from './store-core.ts'

export interface OpenCollections {
  /** Reads ahead; returns the version that it read. */
  prepare(): Promise<number>
  /** What was read ahead is no longer so. */
  forget(): void
  /** `shape`: a snapshot is welcome, and one is written for it when there is time. `whole`: the last was of no use. */
  load(number: number, shape?: Shape, whole?: boolean): Promise<LoadedCollection>
  bodies(number: number, places: BodyPlaces): Promise<Bodies>
  /** Writes snapshots where much has moved; says whether one was. For when nothing else is to do. */
  settle(pause: () => Promise<void>): Promise<boolean>
}

export function createOpenCollections(core: StoreCore, KeyRange: typeof IDBKeyRange): OpenCollections {
  const wishes = new Map<number, { shape: Shape; anew: boolean }>()
  let early: Map<number, Promise<LoadedCollection | undefined>> | null = null
  let forgotten = false

  const read = async (number: number, whole: boolean) =>
    openCollectionRows(
      core.sealer,
      await core.readTables((tables) => readCollection(tables, KeyRange, number, whole)),
    )
  const takeEarly = (number: number) => {
    const found = early?.get(number)
    early?.delete(number)
    return found
  }

  return {
    async prepare() {
      const rows = await core.readTables((tables) =>
        Promise.all(
          COLLECTION_NAMES.map((name) => readCollection(tables, KeyRange, COLLECTIONS[name].number, false)),
        ),
      )
      const version = rows[0]?.version ?? 0
      if (forgotten) return version
      early = new Map(rows.map((found) => [found.number, openCollectionRows(core.sealer, found)]))
      // Whoever asks for it hears of its failure.
      for (const opening of early.values()) opening.catch(() => {})
      return version
    },
    forget() {
      forgotten = true
      early = null
    },
    async load(number, shape, whole = false) {
      if (shape === undefined) return (await read(number, true)) as LoadedCollection
      const found = whole ? undefined : await (takeEarly(number) ?? read(number, false))
      wishes.set(number, { shape, anew: found === undefined })
      return found ?? ((await read(number, true)) as LoadedCollection)
    },
    async bodies(number, { blocks, ids }) {
      const { sealer } = core
      const [found, records] = await core.readTables((tables) =>
        Promise.all([
          tables.blocks.getMany(blocks.map((b): BlockKey => [number, b])),
          tables.records.getMany(ids.map((id): DocumentKey => [number, id])),
        ]),
      )
      // They have left the place where the page looks for them.
      const elsewhere = ids.filter((_, at) => records[at] === undefined)
      const more =
        elsewhere.length === 0
          ? []
          : await core.read((reads) =>
              reads.records.getMany(elsewhere.map((id): DocumentKey => [number, id])),
            )
      const [packs, documents] = await Promise.all([
        Promise.all(
          found
            .filter((row) => row !== undefined)
            .map(async (row) => ({ block: row.b, json: await unpackBlock(sealer, row) })),
        ),
        Promise.all(
          [...records, ...more]
            .filter((row) => row !== undefined)
            .map(async (row) => (await openRecord(sealer, row)).d),
        ),
      ])
      return { packs, documents }
    },
    async settle(pause) {
      let written = false
      for (const [number, wish] of wishes) {
        if (!(await writeSnapshot(core, KeyRange, { number, ...wish }, pause))) continue
        wish.anew = false
        written = true
      }
      return written
    },
  }
}
