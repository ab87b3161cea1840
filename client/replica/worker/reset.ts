/**
 * The end of a reset: the server was asked for everything it has, so what it did not send is gone there and goes
 * here too, unless it carries changes that the server has not answered. SPEC: client/replica/SPEC.md, R10.
 */
import { isReplicatedNumber } from './collection-names.ts'
import { openKnown, readRows, sealRecord } from './documents.ts'
import type { Revisions } from './revisions.ts'
import type { StoreCore } from './store-core.ts'

export const seenKey = (collection: number, id: string) => `${collection}|${id}`

export async function dropUnseen(
  core: StoreCore,
  revisions: Revisions,
  seen: ReadonlySet<string>,
): Promise<void> {
  await core.update(
    async (tables) => {
      const keys = await tables.records.keys()
      return await readRows(
        tables,
        keys.filter(([c, id]) => isReplicatedNumber(c) && !seen.has(seenKey(c, id))),
      )
    },
    async (rows) => {
      const gone = rows.filter(({ outbox }) => outbox.length === 0)
      const tombstones = await Promise.all(
        gone.map(async (row) => {
          const { stored, key } = await openKnown(core.sealer, row)
          const document = revisions.revise(stored, null, key[1])
          return { number: key[0], document, row: await sealRecord(core.sealer, key, document, 0) }
        }),
      )
      return {
        changes: tombstones.length > 0 ? { records: tombstones.map(({ row }) => row) } : null,
        changed: tombstones.map(({ number, document }) => ({ number, documents: [document] })),
        result: undefined,
      }
    },
  )
}
