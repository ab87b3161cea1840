/**
 * Puts documents that were edited, and have been answered, back into blocks; their content stays as it is. Nobody
 * waits for it. SPEC: client/replica/SPEC.md, R32.
 */
import { sealDocuments } from './blocks.ts'
import { openRecord, readRows } from './documents.ts'
import type { DocumentKey } from './sealed-rows.ts'
import type { StoreCore } from './store-core.ts'

/** So many of one collection are worth a transaction, and so many are done in one. */
const WORTH = 100
const AT_ONCE = 300

/** True: something was done, and there may be more. */
export async function compact(core: StoreCore): Promise<boolean> {
  return await core.update(
    async (reads) => await readRows(reads, worthIt(await reads.records.scattered())),
    async (rows) => {
      // With changes that wait it is about to be written again.
      const quiet = rows.filter(({ shadow, outbox }) => shadow === undefined && outbox.length === 0)
      if (quiet.length < WORTH) return { changes: null, result: false }
      const documents = await Promise.all(
        quiet.flatMap(({ key, record }) =>
          record === undefined
            ? []
            : [openRecord(core.sealer, record).then(({ d, s }) => ({ key, document: d, rev: s }))],
        ),
      )
      const { blocks, records } = await sealDocuments(core.sealer, documents, core.nextBlock)
      // What is still apart after that was no gain.
      if (records.length > 0) throw new Error('compaction mixes collections')
      return { changes: { blocks }, moved: true, durability: 'relaxed', result: true }
    },
  )
}

/** Of the collection that has most. */
function worthIt(scattered: readonly DocumentKey[]): DocumentKey[] {
  const byCollection = new Map<number, DocumentKey[]>()
  for (const key of scattered) {
    const keys = byCollection.get(key[0])
    if (keys) keys.push(key)
    else byCollection.set(key[0], [key])
  }
  const [most = []] = [...byCollection.values()].sort((a, b) => b.length - a.length)
  return most.length < WORTH ? [] : most.slice(0, AT_ONCE)
}
