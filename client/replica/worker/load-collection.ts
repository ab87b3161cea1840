/** Reading a whole collection, as it is done when a replica is opened. */
import { fromUtf8 } from '../../../shared/crypto/bytes.ts'
import type { LoadedCollection, StoredDocument } from '../worker-port.ts'
import { unpackBlock } from './blocks.ts'
import { openRecord, type RecordContent } from './documents.ts'
import type { StoreCore } from './store-core.ts'

/** One consistent read; a document that lies apart is left out of its block. */
export async function loadPacked(
  { readTables, sealer }: StoreCore,
  keyRange: typeof IDBKeyRange,
  number: number,
): Promise<LoadedCollection> {
  const ofIds = keyRange.bound([number, ''], [number, '\uffff'])
  const ofBlocks = keyRange.bound([number, 0], [number, Number.MAX_SAFE_INTEGER])
  const [records, heads, blocks] = await readTables((tables) =>
    Promise.all([tables.records.all(ofIds), tables.heads.all(ofBlocks), tables.blocks.all(ofBlocks)]),
  )
  const apart = new Set(records.map(({ id }) => id))
  const idsOf = new Map(heads.map(({ b, ids }) => [b, ids]))
  const [documents, packs] = await Promise.all([
    Promise.all(records.map(async (row) => (await openRecord(sealer, row)).d)),
    Promise.all(
      blocks.map(async (row) => ({
        json: await unpackBlock(sealer, row),
        ids: (idsOf.get(row.b) ?? []).map((id) => (apart.has(id) ? '' : id)),
      })),
    ),
  ])
  return { documents, packs }
}

export function documentsOf({ documents, packs }: LoadedCollection): StoredDocument[] {
  return [
    ...documents,
    ...packs.flatMap(({ json, ids }) =>
      (JSON.parse(fromUtf8(json)) as RecordContent[]).flatMap(({ d }, at) => (ids[at] ? [d] : [])),
    ),
  ]
}
