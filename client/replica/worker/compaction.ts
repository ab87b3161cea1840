/**
 * Puts documents that were edited, and have been answered, back into blocks; their content stays as it is. Nobody
 * waits for it. SPEC: client/replica/SPEC.md, R32.
 */
import { sealDocuments } from './blocks.ts'
import { openRecord, readRows } from './documents.ts'
import type { Packing } from './packing.ts'
import type { DocumentKey } from './sealed-rows.ts'
import type { StoreCore } from './store-core.ts'

/** True: something was done, and there may be more. */
export async function compact(core: StoreCore): Promise<boolean> {
  return await core.update(
    async (reads) => await readRows(reads, worthIt(await reads.records.scattered(), core.packing)),
    async (rows) => {
      // With changes that wait it is about to be written again.
      const quiet = rows.filter(({ shadow, outbox }) => shadow === undefined && outbox.length === 0)
      if (quiet.length < core.packing.scattered) return { changes: null, result: false }
      const documents = await Promise.all(
        quiet.flatMap(({ key, record }) =>
          record === undefined
            ? []
            : [openRecord(core.sealer, record).then(({ d, s }) => ({ key, document: d, rev: s }))],
        ),
      )
      const { blocks, records } = await sealDocuments(core, documents)
      // What is still apart after that was no gain.
      if (records.length > 0) throw new Error('compaction mixes collections')
      return { changes: { blocks }, moved: true, durability: 'relaxed', result: true }
    },
  )
}

/** Of the collection that has most. */
function worthIt(keys: readonly DocumentKey[], { scattered, tidied }: Packing): DocumentKey[] {
  const byCollection = new Map<number, DocumentKey[]>()
  for (const key of keys) {
    const list = byCollection.get(key[0])
    if (list) list.push(key)
    else byCollection.set(key[0], [key])
  }
  const [most = []] = [...byCollection.values()].sort((a, b) => b.length - a.length)
  return most.length < scattered ? [] : most.slice(0, tidied)
}
