/**
 * The end of a reset: the server was asked for everything it has, so what it did not send is gone there and goes
 * here too, unless it carries changes that the server has not answered. Such a document stays as it was last seen, at
 * revision 0, until the last of these changes is decided. SPEC: client/replica/SPEC.md, R10.
 */
import { sealDocuments } from './blocks.ts'
import { isReplicatedNumber } from './collection-names.ts'
import { openKnown, readRows, sealShadow } from './documents.ts'
import { mustBeAt, type PullPoint, readPoint } from './pull-point.ts'
import type { Revisions } from './revisions.ts'
import { pagesTo } from './sealed-rows.ts'
import { readMeta, type StoreCore } from './store-core.ts'

export const seenKey = (collection: number, id: string) => `${collection}|${id}`

/** What the first pages of a reset that broke off have brought; undefined where that is not known of each of them. */
export async function seenBefore(core: StoreCore, pages: number): Promise<string[] | undefined> {
  const found = await core.read((reads) => Promise.all(pagesTo(pages).map((page) => readMeta(reads, page))))
  return found.includes(undefined) ? undefined : found.flatMap((keys) => keys ?? [])
}

export async function dropUnseen(
  core: StoreCore,
  revisions: Revisions,
  seen: ReadonlySet<string>,
  at?: PullPoint,
): Promise<void> {
  await core.update(
    async (reads) => {
      const keys = await reads.records.keys()
      const unseen = keys.filter(([c, id]) => isReplicatedNumber(c) && !seen.has(seenKey(c, id)))
      return { rows: await readRows(reads, unseen), now: await readPoint(reads) }
    },
    async ({ rows, now }) => {
      if (at !== undefined) mustBeAt(now, at)
      const gone = rows.filter(({ outbox }) => outbox.length === 0)
      const tombstones = await Promise.all(
        gone.map(async (row) => {
          const { stored, key } = await openKnown(core.sealer, row)
          return { key, document: revisions.revise(stored, null, key[1]), rev: 0 }
        }),
      )
      const orphans = await Promise.all(
        rows
          .filter(({ outbox }) => outbox.length > 0)
          .map(async (row) => {
            const { server, key } = await openKnown(core.sealer, row)
            return sealShadow(core.sealer, key, { rev: 0, body: server.body })
          }),
      )
      return {
        changes: rows.length > 0 ? { ...(await sealDocuments(core, tombstones)), shadow: orphans } : null,
        canWait: true,
        changed: tombstones.map(({ key, document }) => ({ number: key[0], documents: [document] })),
        result: undefined,
      }
    },
  )
}
